/* Names and numbers in the passwd and group files of an image.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef SDK_TOOLKIT_ID_FILE_H
#define SDK_TOOLKIT_ID_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* Decimal digits only; 2^32-1 is no id, it means "leave as it is". */
bool rkt_id_parse(const char *text, uint32_t *ret);

/* The id on the first line "name:password:id[:...]" of the file from its
 * current offset on.  A line that is no such line is passed over, as is what
 * lies behind the first 16 MiB. */
bool rkt_id_find(int fd, const char *name, uint32_t *ret);

#endif
