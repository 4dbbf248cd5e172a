/* What a converted image is called in appc's terms.
 * SPDX-License-Identifier: Apache-2.0 */
#include "name.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define DOCKER_INDEX "registry-1.docker.io"
#define SMALL        "abcdefghijklmnopqrstuvwxyz"
#define DIGITS       "0123456789"
#define LARGE        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* A reference taken apart in place. */
struct reference {
	char *domain; /* NULL: the default one */
	char *path;
	char *tag; /* NULL: none */
	bool has_digest;
};

static void
sanitise(char *s, const char *legal, char replacement)
{
	char *from = s, *to = s;

	for (; *from; from++) {
		char c = (char)tolower((unsigned char)*from);

		if (!strchr(legal, c))
			c = replacement;
		if (to == s && !isalnum((unsigned char)c))
			continue;
		*to++ = c;
	}
	while (to > s && !isalnum((unsigned char)to[-1]))
		to--;
	*to = '\0';
}

void
sanitise_acname(char *s)
{
	sanitise(s, SMALL DIGITS "-", '-');
}

void
sanitise_acidentifier(char *s)
{
	sanitise(s, SMALL DIGITS "-._~/", '_');
}

/* component ("/" component)*, component = [a-z0-9]+ (separator [a-z0-9]+)* */
static bool
is_path(const char *s)
{
	for (;;) {
		size_t n = strspn(s, SMALL DIGITS);

		if (n == 0)
			return false;
		s += n;
		if (*s == '\0')
			return true;
		n = strspn(s, "-");
		if (n == 0 && s[0] == '_' && s[1] == '_')
			n = 2;
		if (n == 0 && strchr("._/", *s))
			n = 1;
		if (n == 0)
			return false;
		s += n;
	}
}

static bool
is_tag(const char *s)
{
	size_t n = strspn(s, SMALL LARGE DIGITS "_.-");

	return n > 0 && n <= 128 && s[n] == '\0' && s[0] != '.' && s[0] != '-';
}

static bool
is_domain(const char *s)
{
	return strpbrk(s, ".:" LARGE) || strcmp(s, "localhost") == 0;
}

/* [domain/]path[:tag][@digest]; false: it is something else. */
static bool
parse_reference(char *s, struct reference *ret)
{
	char *at = strchr(s, '@'), *slash, *colon;

	*ret = (struct reference){.path = s};
	if (!strpbrk(s, "/:"))
		return false;
	if (at) {
		*at = '\0';
		ret->has_digest = true;
	}
	slash = strchr(s, '/');
	if (slash) {
		*slash = '\0';
		if (is_domain(s)) {
			ret->domain = s;
			ret->path = slash + 1;
		} else {
			*slash = '/';
		}
	}
	colon = strchr(ret->path, ':');
	if (colon) {
		*colon = '\0';
		ret->tag = colon + 1;
	}
	return is_path(ret->path) && (!ret->tag || is_tag(ret->tag)) &&
	       (!ret->domain ||
		ret->domain[strspn(ret->domain, SMALL LARGE DIGITS "-.:[]")] ==
			'\0');
}

static bool
is_docker_hub(const struct reference *r)
{
	return !r->domain || strcmp(r->domain, "docker.io") == 0 ||
	       strcmp(r->domain, "index.docker.io") == 0 ||
	       strcmp(r->domain, DOCKER_INDEX) == 0;
}

static bool
name_by_reference(const struct layout *l, const struct reference *r,
		  struct image_label *ret)
{
	char *name;

	ret->registry = is_docker_hub(r) ? DOCKER_INDEX : r->domain;
	ret->repository =
		is_docker_hub(r) && !strchr(r->path, '/')
			? scratch_printf(l->call, "library/%s", r->path)
			: r->path;
	if (!ret->repository)
		return false;
	name = scratch_printf(l->call, "%s/%s", ret->registry, ret->repository);
	if (!name)
		return false;
	sanitise_acidentifier(name);
	ret->name = name;
	/* With a digest, a tag is for show and may have moved on. */
	if (!r->has_digest)
		ret->version = r->tag ? r->tag : "latest";
	return true;
}

static void
cut_suffix(char *s, const char *suffix)
{
	size_t n = strlen(s), cut = strlen(suffix);

	if (n > cut && strcmp(s + n - cut, suffix) == 0)
		s[n - cut] = '\0';
}

static bool
name_by_path(const struct layout *l, const char *tag, struct image_label *ret)
{
	static const char *const suffixes[] = {".gz",  ".bz2", ".xz", ".zst",
					       ".tgz", ".tar", ".oci"};
	char *path = scratch_printf(l->call, "%s", l->path);
	char *name, *slash;
	size_t n;

	if (!path)
		return false;
	for (n = strlen(path); n > 0 && path[n - 1] == '/';)
		path[--n] = '\0';
	slash = strrchr(path, '/');
	name = slash ? slash + 1 : path;
	for (size_t i = 0; l->archive && i < 7; i++)
		cut_suffix(name, suffixes[i]);
	sanitise_acidentifier(name);
	if (name[0] == '\0')
		name = scratch_printf(l->call, "image");
	ret->name = ret->repository = name;
	if (tag)
		ret->version = scratch_printf(l->call, "%s", tag);
	return name && (!tag || ret->version);
}

rkt_status
name_image(const struct layout *l, const char *ref_name,
	   struct image_label *ret)
{
	struct reference r;
	bool is_named;

	*ret = (struct image_label){0};
	if (ref_name && ref_name[0] == '\0')
		ref_name = NULL;
	if (ref_name) {
		char *copy = scratch_printf(l->call, "%s", ref_name);

		if (!copy)
			goto no_memory;
		is_named = parse_reference(copy, &r)
				   ? name_by_reference(l, &r, ret)
				   : name_by_path(l, ref_name, ret);
	} else {
		is_named = name_by_path(l, NULL, ret);
	}
	if (is_named)
		return RKT_OK;
no_memory:
	return layout_fail(l, RKT_ERR_SYSTEM, ENOMEM, "cannot name the image");
}
