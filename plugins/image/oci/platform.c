/* Which entry of an index suits a platform.
 * SPDX-License-Identifier: Apache-2.0
 *
 * The rules are those of containerd's platforms package, which every tool that
 * writes an index has in mind. */
#include "platform.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
lower(char to[PLATFORM_WORD_MAX], const char *from)
{
	snprintf(to, PLATFORM_WORD_MAX, "%s", from ? from : "");
	for (char *p = to; *p; p++)
		*p = (char)tolower((unsigned char)*p);
}

static const struct {
	const char *alias, *arch, *variant;
} aliases[] = {
	{"x86_64", "amd64", NULL},  {"x86-64", "amd64", NULL},
	{"i386", "386", NULL},      {"i686", "386", NULL},
	{"aarch64", "arm64", NULL}, {"armhf", "arm", "v7"},
	{"armel", "arm", "v6"},
};

static void
normalise_variant(struct platform *p)
{
	char *v = p->variant;

	if (strcmp(p->arch, "arm64") == 0) {
		if (strcmp(v, "8") == 0 || strcmp(v, "v8") == 0)
			v[0] = '\0';
	} else if (strcmp(p->arch, "amd64") == 0) {
		if (strcmp(v, "v1") == 0)
			v[0] = '\0';
	} else if (strcmp(p->arch, "arm") == 0) {
		if (v[0] == '\0')
			strcpy(v, "v7");
		else if (v[0] >= '5' && v[0] <= '8' && v[1] == '\0')
			snprintf(v, PLATFORM_WORD_MAX, "v%c", v[0]);
	}
}

void
platform_set(struct platform *p, const char *os, const char *arch,
	     const char *variant)
{
	lower(p->os, os);
	lower(p->arch, arch);
	lower(p->variant, variant);
	if (strcmp(p->os, "macos") == 0)
		strcpy(p->os, "darwin");
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(p->arch, aliases[i].alias) != 0)
			continue;
		strcpy(p->arch, aliases[i].arch);
		if (aliases[i].variant)
			strcpy(p->variant, aliases[i].variant);
		break;
	}
	normalise_variant(p);
}

/* "v8" -> 800, "v9.2" -> 902, "" -> `empty`; -1: none of these. */
static int
level(const char *variant, int empty)
{
	int major, minor = 0, end = 0;

	if (variant[0] == '\0')
		return empty;
	if (sscanf(variant, "v%2d%n.%2d%n", &major, &end, &minor, &end) < 1 ||
	    variant[end] != '\0' || major < 0 || minor < 0)
		return -1;
	return major * 100 + minor;
}

static int
rank_amd64(const struct platform *wanted, const struct platform *p)
{
	int want = level(wanted->variant, 100), have;

	if (strcmp(p->arch, "386") == 0)
		return 1000;
	have = level(p->variant, 100);
	return strcmp(p->arch, "amd64") == 0 && have >= 0 && have % 100 == 0 &&
			       have <= want
		       ? (want - have) / 100
		       : -1;
}

static int
rank_arm(int want, const struct platform *p)
{
	int have = level(p->variant, 700);

	return strcmp(p->arch, "arm") == 0 && have >= 500 && have % 100 == 0 &&
			       have <= want
		       ? (want - have) / 100
		       : -1;
}

/* v9.x runs what v9.(x-1) runs, ..., and v8.(x+5), ..., v8. */
static int
rank_arm64(const struct platform *wanted, const struct platform *p)
{
	int want = level(wanted->variant, 800);
	int have = level(p->variant, 800);
	int rank;

	if (strcmp(p->arch, "arm") == 0) {
		rank = rank_arm(800, p);
		return rank < 0 ? -1 : 1000 + rank;
	}
	if (strcmp(p->arch, "arm64") != 0 || have < 800 || want < 800)
		return -1;
	if (have <= want && have / 100 == want / 100)
		return want - have;
	if (want / 100 == 9 && have / 100 == 8 && have <= want - 100 + 5)
		return 100 + (want - 100 + 5) - have;
	return -1;
}

int
platform_rank(const struct platform *wanted, const struct platform *p)
{
	if (strcmp(wanted->os, p->os) != 0)
		return -1;
	if (strcmp(wanted->arch, p->arch) == 0 &&
	    strcmp(wanted->variant, p->variant) == 0)
		return 0;
	if (strcmp(wanted->arch, "amd64") == 0)
		return rank_amd64(wanted, p);
	if (strcmp(wanted->arch, "arm64") == 0)
		return rank_arm64(wanted, p);
	if (strcmp(wanted->arch, "arm") == 0)
		return rank_arm(level(wanted->variant, 700), p);
	return -1;
}

bool
platform_of(const json_t *descriptor, struct platform *ret)
{
	const json_t *j = json_object_get(descriptor, "platform");

	if (!json_is_object(j))
		return false;
	platform_set(ret, json_string_value(json_object_get(j, "os")),
		     json_string_value(json_object_get(j, "architecture")),
		     json_string_value(json_object_get(j, "variant")));
	return true;
}
