/* Which engine runs the pod: --stage1-..., configuration, default.
 * SPDX-License-Identifier: Apache-2.0
 *
 * rkt 1.30 named an image here; an engine is a plugin now.  The spellings that
 * scripts use for the published engines lead to the plugin of that name. */
#include <config.h>

#include <string.h>

#include "core/base/cleanup.h"
#include "core/cli/run-options.h"

#define IMAGE_NAME_PREFIX "coreos.com/rkt/stage1-"

static const char *used;  /* the option, without dashes */
static const char *value; /* what it was given          */

static int
choose(const struct option *option, const char *text, struct error *e)
{
	if (used && strcmp(used, option->name) == 0)
		return error_set(e, RKT_ERR_INPUT, "--%s already used",
				 option->name);
	if (used)
		return error_set(e, RKT_ERR_INPUT,
				 "flags --%s and --%s are mutually exclusive",
				 used, option->name);
	used = option->name;
	value = text;
	return 0;
}

#define CHOICE(name_, help_)                                                   \
	{                                                                      \
		.name = name_, .type = OPTION_CALL, .shown = "\"\"",           \
		.help = help_, .parse = choose                                 \
	}

const struct option run_engine_options[] = {
	CHOICE("stage1-url", "not supported: engines are plugins"),
	CHOICE("stage1-path",
	       "engine, as the path of its published image (stage1-NAME.aci)"),
	CHOICE("stage1-name",
	       "engine: NAME, or coreos.com/rkt/stage1-NAME[:VERSION]"),
	CHOICE("stage1-hash", "not supported: engines are plugins"),
	CHOICE("stage1-from-dir",
	       "engine, as the file name of its published image "
	       "(stage1-NAME.aci)"),
	OPTION_END,
};

/* "coreos.com/rkt/stage1-fly:1.30.0" and "fly" are both fly. */
static char *
name_of_engine(const char *name)
{
	size_t skip = strlen(IMAGE_NAME_PREFIX);

	if (strncmp(name, IMAGE_NAME_PREFIX, skip) != 0)
		return xstrdup(name);
	name += skip;
	return xstrndup(name, strcspn(name, ":,"));
}

/* ".../stage1-fly.aci" is fly; NULL if the name has another form. */
static char *
name_of_file(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t len;

	base = base ? base + 1 : path;
	len = strlen(base);
	if (len <= strlen("stage1-.aci") || strncmp(base, "stage1-", 7) != 0 ||
	    strcmp(base + len - 4, ".aci") != 0)
		return NULL;
	return xstrndup(base + 7, len - 11);
}

int
run_engine_name(const struct config *config, char **ret, struct error *e)
{
	char *name = NULL;

	if (!used && config->stage1_name)
		name = name_of_engine(config->stage1_name);
	else if (!used && config->stage1_location)
		name = name_of_file(config->stage1_location);
	else if (!used)
		name = xstrdup(STAGE1_DEFAULT);
	else if (strcmp(used, "stage1-name") == 0)
		name = name_of_engine(value);
	else if (strcmp(used, "stage1-path") == 0 ||
		 strcmp(used, "stage1-from-dir") == 0)
		name = name_of_file(value);
	if (!name)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "'%s' does not name an engine: engines are "
				 "plugins (try --stage1-name=NAME, see 'rkt "
				 "plugin list')",
				 used ? value : config->stage1_location);
	*ret = name;
	return 0;
}
