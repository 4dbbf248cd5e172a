/* Which entry of an index suits a platform.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef PLUGINS_IMAGE_OCI_PLATFORM_H
#define PLUGINS_IMAGE_OCI_PLATFORM_H

#include <stdbool.h>

#include <jansson.h>

#define PLATFORM_WORD_MAX 32

/* Normal form, Go names: {"linux","arm","v7"}. */
struct platform {
	char os[PLATFORM_WORD_MAX];
	char arch[PLATFORM_WORD_MAX];
	char variant[PLATFORM_WORD_MAX];
};

/* NULL counts as empty.  A word that is too long is cut, and so matches
 * nothing. */
void platform_set(struct platform *p, const char *os, const char *arch,
		  const char *variant);

/* 0: what was asked for; higher: runs here as well, but less desired; -1: does
 * not run here. */
int platform_rank(const struct platform *wanted, const struct platform *p);

/* From the `platform` member of a descriptor; false: there is none. */
bool platform_of(const json_t *descriptor, struct platform *ret);

#endif
