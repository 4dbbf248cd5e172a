/* Finds the verb and runs it.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stdio.h>

int
main(void)
{
	puts(VERSION_FULL);
	return 0;
}
