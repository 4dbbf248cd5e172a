/* Scans images and what follows each of them.
 * SPDX-License-Identifier: Apache-2.0 */
#include "run-args.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/values.h"

static int
is(const char *word, const char *what)
{
	return strcmp(word, what) == 0;
}

static void
add_app(struct pod_request *r, const char *image)
{
	struct app_request app = {.image = xstrdup(image)};

	vec_push(&r->apps, app);
}

/* The words behind "--" up to "---" or the end; *i moves behind them. */
static int
take_app_args(struct app_request *app, int argc, char *const *argv, int *i,
	      struct error *e)
{
	while (*i < argc) {
		const char *word = argv[(*i)++];

		if (is(word, "---"))
			return 0;
		if (value_check_utf8(word, e) < 0)
			return -1;
		strings_push(&app->args, word);
	}
	return 0;
}

static int
enter_app_args(struct pod_request *r, bool takes_app_args, size_t *args_of,
	       struct error *e)
{
	if (!takes_app_args)
		return error_set(e, RKT_ERR_INPUT, "app arguments unsupported");
	if (r->apps.len == 0)
		return error_set(
			e, RKT_ERR_INPUT,
			"an image is required before any app arguments");
	if (*args_of == r->apps.len)
		return error_set(
			e, RKT_ERR_INPUT,
			"only one set of app arguments allowed per image");
	*args_of = r->apps.len;
	return 0;
}

/* Options between images.  *i moves behind them; a "--" that ended them is
 * left for the caller.  The parser sees nothing behind the first "--", so that
 * an option which took it for its value is found out before it goes on. */
static int
take_options(const struct option *const *tables, int argc, char *const *argv,
	     int *i, struct error *e)
{
	bool has_dashes = false;
	int start = *i, end = *i;

	while (end < argc && !is(argv[end], "--"))
		end++;
	if (end < argc)
		end++;
	if (options_parse(tables, end, argv, i, true, NULL, &has_dashes, e) < 0)
		return -1;
	if (has_dashes)
		(*i)--;
	else if (*i > start && is(argv[*i - 1], "--"))
		return error_set(e, RKT_ERR_INPUT,
				 "the value of %s may not be \"--\"",
				 argv[*i - 2]);
	return 0;
}

int
run_args_parse(const struct option *const *tables, bool takes_app_args,
	       int argc, char *const *argv, struct error *e)
{
	struct pod_request *r = run_target();
	size_t args_of = 0; /* number of the last app with arguments */
	int i = 0;

	while (i < argc) {
		int start = i;

		if (is(argv[i], "") || is(argv[i], "---")) {
			i++;
			continue;
		}
		if (is(argv[i], "--")) {
			i++;
			if (enter_app_args(r, takes_app_args, &args_of, e) <
				    0 ||
			    take_app_args(&r->apps.items[r->apps.len - 1], argc,
					  argv, &i, e) < 0)
				return -1;
			continue;
		}
		if (take_options(tables, argc, argv, &i, e) < 0)
			return -1;
		if (i == start)
			add_app(r, argv[i++]);
	}
	return 0;
}

static bool
has_volume(const json_t *volumes, const char *name)
{
	size_t i;
	json_t *volume;

	json_array_foreach(volumes, i, volume)
	{
		const char *other = json_string_at(volume, "name");

		if (name && other && strcmp(name, other) == 0)
			return true;
	}
	return false;
}

static int
check_mounts(const json_t *mounts, const json_t *volumes, struct error *e)
{
	size_t i;
	json_t *mount;

	json_array_foreach(mounts, i, mount)
	{
		const char *name = json_string_at(mount, "volume");
		const char *path = json_string_at(mount, "path");

		if (!has_volume(volumes, name))
			return error_set(e, RKT_ERR_INPUT,
					 "dangling mount point \"%s\": volume "
					 "\"%s\" not found",
					 path ? path : "", name ? name : "");
	}
	return 0;
}

int
run_mounts_check(const struct pod_request *r, struct error *e)
{
	if (check_mounts(r->mounts, r->volumes, e) < 0)
		return -1;
	for (size_t i = 0; i < r->apps.len; i++)
		if (check_mounts(r->apps.items[i].mounts, r->volumes, e) < 0)
			return -1;
	return 0;
}
