/* The scalar types of appc: names, identifiers, hashes, UUIDs, platforms.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_APPC_TYPES_H
#define CORE_APPC_TYPES_H

#include <stdbool.h>

#include "core/base/error.h"

/* What the reference code enforces (lenient: "a--b" passes). */
bool acname_is_valid(const char *s);
bool acidentifier_is_valid(const char *s);

/* Lower-case, replace what is illegal ('-' in a name, '_' in an identifier),
 * strip separators at both ends.  Owned; NULL if nothing is left. */
char *acname_sanitize(const char *s);
char *acidentifier_sanitize(const char *s);

/* "sha512-<non-empty>" */
bool achash_is_valid(const char *s);

/* Semantic version, and not 0.0.0. */
bool semver_is_valid(const char *s);

#define UUID_TEXT_LEN 36
/* Random v4, lower case with dashes; `to` takes UUID_TEXT_LEN + 1 bytes. */
int uuid_generate(char *to, struct error *e);
/* Canonical form; dashes anywhere; all zero is invalid. */
bool uuid_parse(const char *s, char *to);
bool uuid_is_canonical(const char *s);

/* Platform names.  Go's "linux","arm64","" <-> appc's "linux","aarch64". */
const char *appc_arch_from_go(const char *os, const char *arch,
			      const char *variant); /* NULL: no equivalent */
bool appc_arch_to_go(const char *os, const char *arch, const char **ret_arch,
		     const char **ret_variant);
const char *appc_host_arch(void); /* of this build: "amd64", "aarch64", ... */

/* The rule of rkt's own table (linux only), used for fetching by name and for
 * preparing: message `bad os "X" (must be one of: ...)`. */
int platform_check_runnable(const char *os, const char *arch, struct error *e);

#endif
