/* What kind of image string the user typed, chapter 6.1 of the behaviour.
 * SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/cleanup.h"
#include "fetch.h"

/* "oci" of "oci:/dir"; NULL when what is before the first ':' is no scheme. */
static char *
scheme_of(const char *s)
{
	size_t len = strcspn(s, ":");
	char *scheme;

	if (s[len] == '\0' || !isalpha((unsigned char)s[0]))
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("+-.", s[i]))
			return NULL;
	scheme = xstrndup(s, len);
	for (size_t i = 0; i < len; i++)
		scheme[i] = (char)tolower((unsigned char)scheme[i]);
	return scheme;
}

static bool
has_suffix(const char *s, const char *suffix)
{
	size_t len = strlen(s), n = strlen(suffix);

	return len >= n && strcmp(s + len - n, suffix) == 0;
}

static bool
is_file(const char *s)
{
	struct stat st;

	if (s[0] == '/' || (stat(s, &st) == 0 && S_ISREG(st.st_mode)))
		return true;
	return !strchr(s, ':') && (strstr(s, "./") || has_suffix(s, ".aci"));
}

/* Never a name, whether or not a plugin for it is installed. */
static bool
is_transport(const char *scheme)
{
	static const char *const known[] = {"http", "https", "docker", "cimd"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(scheme, known[i]) == 0)
			return true;
	return false;
}

static const char *
file_path(const char *rest)
{
	if (strncmp(rest, "//localhost/", 12) == 0)
		return rest + 11;
	return strncmp(rest, "//", 2) == 0 ? rest + 2 : rest;
}

static int
classify(struct fetch *f, const char *s, const char *scheme,
	 enum image_class *ret, const char **ret_rest, struct error *e)
{
	struct plugin *plugin = NULL;

	*ret_rest = s;
	*ret = is_file(s) ? IMAGE_FILE : IMAGE_NAME;
	if (!scheme || *ret == IMAGE_FILE)
		return 0;
	if (strcmp(scheme, "file") == 0) {
		*ret = IMAGE_FILE;
		*ret_rest = file_path(s + strlen("file:"));
		return 0;
	}
	if (f->plugins && plugin_for_scheme(f->plugins, scheme, &plugin, e) < 0)
		return -1;
	if (plugin) {
		*ret = IMAGE_SCHEME;
		*ret_rest = s + strlen(scheme) + 1;
	} else if (is_transport(scheme)) {
		*ret = IMAGE_URL;
	}
	return 0;
}

int
image_ref_parse(struct fetch *f, const char *s, struct image_ref *ret,
		struct error *e)
{
	autofree char *scheme = scheme_of(s);
	enum image_class class = IMAGE_HASH;
	const char *rest = s;

	if (s[0] == '\0')
		return error_set(e, RKT_ERR_INPUT, "empty image name");
	if (!(f->hashes && store_is_key(s)) &&
	    classify(f, s, scheme, &class, &rest, e) < 0)
		return -1;
	ret->class = class;
	ret->rest = xstrdup(rest);
	ret->scheme = NULL;
	if (class == IMAGE_SCHEME || class == IMAGE_URL)
		ret->scheme = steal(scheme);
	return 0;
}

void
image_ref_done(struct image_ref *r)
{
	free(r->scheme);
	free(r->rest);
	r->scheme = r->rest = NULL;
}
