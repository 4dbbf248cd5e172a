/* Platform names: appc's, Go's, and which of them can be run.
 * SPDX-License-Identifier: Apache-2.0 */
#include "types.h"

#include <stddef.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "platform.h"

struct platform {
	const char *os;
	const char *arch;
	const char *go_arch; /* NULL: Go and OCI have no such thing */
	const char *variant;
	bool is_runnable; /* in rkt's own, shorter table */
};

static const struct platform platforms[] = {
	{"linux", "amd64", "amd64", "", true},
	{"linux", "i386", "386", "", true},
	{"linux", "aarch64", "arm64", "", true},
	{"linux", "aarch64_be", NULL, NULL, true},
	{"linux", "armv6l", "arm", "6", true},
	{"linux", "armv7l", "arm", "7", true},
	{"linux", "armv7b", NULL, NULL, true},
	{"linux", "ppc64", "ppc64", "", false},
	{"linux", "ppc64le", "ppc64le", "", true},
	{"linux", "s390x", "s390x", "", false},
	{"freebsd", "amd64", "amd64", "", false},
	{"freebsd", "i386", "386", "", false},
	{"freebsd", "arm", "arm", "6", false},
	{"darwin", "x86_64", "amd64", "", false},
	{"darwin", "i386", "386", "", false},
};
#define PLATFORMS (sizeof(platforms) / sizeof(platforms[0]))

/* Only 32-bit ARM has variants that matter; "arm64/v8" is arm64. */
static bool
variant_matches(const struct platform *p, const char *variant)
{
	if (strcmp(p->go_arch, "arm") != 0 || strcmp(p->os, "freebsd") == 0)
		return true;
	if (*variant == 'v')
		variant++;
	if (*variant == '\0')
		variant = "6";
	return strcmp(p->variant, variant) == 0;
}

const char *
appc_arch_from_go(const char *os, const char *arch, const char *variant)
{
	for (size_t i = 0; i < PLATFORMS; i++) {
		const struct platform *p = &platforms[i];

		if (p->go_arch && strcmp(p->os, os) == 0 &&
		    strcmp(p->go_arch, arch) == 0 &&
		    variant_matches(p, variant ? variant : ""))
			return p->arch;
	}
	return NULL;
}

bool
appc_arch_to_go(const char *os, const char *arch, const char **ret_arch,
		const char **ret_variant)
{
	for (size_t i = 0; i < PLATFORMS; i++) {
		const struct platform *p = &platforms[i];

		if (p->go_arch && strcmp(p->os, os) == 0 &&
		    strcmp(p->arch, arch) == 0) {
			*ret_arch = p->go_arch;
			*ret_variant = p->variant;
			return true;
		}
	}
	return false;
}

const char *
appc_host_arch(void)
{
#if defined(__x86_64__)
	return "amd64";
#elif defined(__i386__)
	return "i386";
#elif defined(__aarch64__) && defined(__AARCH64EB__)
	return "aarch64_be";
#elif defined(__aarch64__)
	return "aarch64";
#elif defined(__arm__) && defined(__ARMEB__)
	return "armv7b";
#elif defined(__arm__) && __ARM_ARCH >= 7
	return "armv7l";
#elif defined(__arm__)
	return "armv6l";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	return "ppc64le";
#elif defined(__powerpc64__)
	return "ppc64";
#elif defined(__s390x__)
	return "s390x";
#else
#error "appc has no name for this architecture"
#endif
}

/* "[linux freebsd darwin]": each system of the table once, as Go prints it. */
static char *
systems_print(bool runnable_only)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < PLATFORMS; i++) {
		if (runnable_only && !platforms[i].is_runnable)
			continue;
		if (i > 0 && strcmp(platforms[i - 1].os, platforms[i].os) == 0)
			continue;
		strbuf_printf(&b, "%c%s", b.len ? ' ' : '[', platforms[i].os);
	}
	strbuf_putc(&b, ']');
	return strbuf_take(&b);
}

static char *
arches_print(const char *os, bool runnable_only)
{
	struct strbuf b = {0};

	for (size_t i = 0; i < PLATFORMS; i++)
		if (strcmp(platforms[i].os, os) == 0 &&
		    (platforms[i].is_runnable || !runnable_only))
			strbuf_printf(&b, "%c%s", b.len ? ' ' : '[',
				      platforms[i].arch);
	strbuf_putc(&b, ']');
	return strbuf_take(&b);
}

static int
check(const char *os, const char *arch, bool runnable_only, struct error *e)
{
	autofree char *legal = NULL;
	bool os_found = false;

	for (size_t i = 0; i < PLATFORMS; i++) {
		const struct platform *p = &platforms[i];

		if (strcmp(p->os, os) != 0 ||
		    (runnable_only && !p->is_runnable))
			continue;
		os_found = true;
		if (!arch || strcmp(p->arch, arch) == 0)
			return 0;
	}
	if (!os_found) {
		legal = systems_print(runnable_only);
		return error_set(e, RKT_ERR_INPUT,
				 "bad os \"%s\" (must be one of: %s)", os,
				 legal);
	}
	legal = arches_print(os, runnable_only);
	return error_set(e, RKT_ERR_INPUT,
			 "bad arch \"%s\" for %s (must be one of: %s)", arch,
			 os, legal);
}

int
platform_check(const char *os, const char *arch, struct error *e)
{
	return check(os, arch, false, e);
}

int
platform_check_runnable(const char *os, const char *arch, struct error *e)
{
	return check(os, arch, true, e);
}
