/* The app of the pods that are killed: says one word.
 * SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

int
main(void)
{
	return write(STDOUT_FILENO, "alive\n", 6) != 6;
}
