/* Which app of a pod a verb is about.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/app-choice.h"

#include <string.h>

#include "core/base/log.h"

static const char *
name_of(const json_t *app)
{
	return json_string_at(app, "name");
}

static int
find_named(const json_t *apps, const char *app_name, const char **ret,
	   struct error *e)
{
	const json_t *app;
	size_t i;

	json_array_foreach(apps, i, app)
	{
		if (strcmp(name_of(app), app_name) == 0) {
			*ret = name_of(app);
			return 0;
		}
	}
	return error_set(e, RKT_ERR_NOT_FOUND, "app %s is not present in pod",
			 app_name);
}

int
app_choose(const json_t *apps, const char *app_name, const char **ret,
	   struct error *e)
{
	const json_t *app;
	size_t i;

	if (*app_name != '\0')
		return find_named(apps, app_name, ret, e);
	if (json_array_size(apps) == 0)
		return error_set(e, RKT_ERR_INPUT, "pod contains zero apps");
	if (json_array_size(apps) == 1) {
		*ret = name_of(json_array_get(apps, 0));
		return 0;
	}
	log_info("pod contains multiple apps:");
	json_array_foreach(apps, i, app) log_info("\t%s", name_of(app));
	return error_set(e, RKT_ERR_INPUT,
			 "specify app using \"rkt enter --app= ...\"");
}
