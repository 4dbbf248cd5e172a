/* Pods and images as words of a command line.
 * SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "core/appc/image-name.h"
#include "core/base/cleanup.h"
#include "core/cli/complete.h"

#define ID_SHOWN 19 /* "sha512-" + 12 */

/* Whatever cannot be read is not offered. */
void
complete_pods(struct cli *cli, unsigned int states, const char *typed,
	      struct candidates *to)
{
	auto_strings struct strings uuids = {0};
	struct error ignored = ERROR_NONE;
	struct pods *pods;

	if (cli_pods(cli, &pods, &ignored) < 0 ||
	    pods_list(pods, states, &uuids, &ignored) < 0)
		return;
	for (size_t i = 0; i < uuids.len; i++) {
		const char *uuid = uuids.items[i];
		struct pod pod = {.dir_fd = -1};

		if (strncmp(uuid, typed, strlen(typed)) != 0)
			continue;
		if (pod_open(pods, uuid, &pod, &ignored) == 0 &&
		    states & 1u << pod.state)
			candidates_add(to, typed, "", uuid,
				       pod_state_name(pod.state));
		pod_done(&pod);
	}
}

/* Who asks for completion does not want a store to be made. */
static bool
has_store(struct cli *cli)
{
	struct error ignored = ERROR_NONE;
	autofree char *cas = NULL;
	const char *dir;

	if (cli_data_dir(cli, &dir, &ignored) < 0)
		return false;
	cas = xasprintf("%s/cas", dir);
	return access(cas, F_OK) == 0;
}

void
complete_images(struct cli *cli, const char *typed, struct candidates *to)
{
	auto_strings struct strings problems = {0};
	struct error ignored = ERROR_NONE;
	struct images images = {0};
	struct store *store;

	if (!has_store(cli) || cli_store(cli, &store, &ignored) < 0 ||
	    store_image_list(store, &images, &problems, &ignored) < 0)
		return;
	for (size_t i = 0; i < images.len; i++) {
		const struct image *image = &images.items[i];
		autofree char *name =
			image_name_short(image->name, image->labels);
		autofree char *id = xstrndup(image->key, ID_SHOWN);

		candidates_add(to, typed, "", name, id);
		candidates_add(to, typed, "", id, name);
	}
	images_done(&images);
}
