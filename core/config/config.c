/* Loads the configuration roots and lets the later ones win.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "internal.h"

static const struct config_directory directories[] = {
	{"auth.d", {"auth", "dockerAuth"}},
	{"paths.d", {"paths"}},
	{"stage1.d", {"stage1"}},
	{"plugins.d", {"plugin"}},
};
#define DIRECTORIES (sizeof(directories) / sizeof(directories[0]))

static void
config_init(struct config *c)
{
	*c = (struct config){
		.auth = json_object(),
		.docker_auth = json_object(),
		.plugins = json_object(),
	};
}

void
config_done(struct config *c)
{
	free(c->data);
	free(c->stage1_images);
	free(c->stage1_name);
	free(c->stage1_version);
	free(c->stage1_location);
	json_decref(c->auth);
	json_decref(c->docker_auth);
	json_decref(c->plugins);
	*c = (struct config){0};
}

static void
text_override(char **to, char **from)
{
	if (!*from)
		return;
	free(*to);
	*to = steal(*from);
}

static void
config_override(struct config *to, struct config *from)
{
	text_override(&to->data, &from->data);
	text_override(&to->stage1_images, &from->stage1_images);
	text_override(&to->stage1_name, &from->stage1_name);
	text_override(&to->stage1_version, &from->stage1_version);
	text_override(&to->stage1_location, &from->stage1_location);
	json_object_update(to->auth, from->auth);
	json_object_update(to->docker_auth, from->docker_auth);
	json_object_update(to->plugins, from->plugins);
}

static int
load_directories(int fd, const char *path, struct config *root, struct error *e)
{
	for (size_t i = 0; i < DIRECTORIES; i++)
		if (directory_load(fd, path, &directories[i], root, e) < 0)
			return -1;
	return 0;
}

static int
load_root(const char *path, struct config *into, struct error *e)
{
	autoclose int fd = -1;
	struct config root;
	int result;

	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 && errno == ENOTDIR)
		return error_set(e, RKT_ERR_INPUT, "\"%s\" is not a directory",
				 path);
	if (fd < 0)
		return error_errno(e, errno, "cannot open \"%s\"", path);
	config_init(&root);
	result = load_directories(fd, path, &root, e);
	if (result == 0)
		config_override(into, &root);
	config_done(&root);
	return result;
}

int
config_load(const struct config_roots *roots, struct config *ret,
	    struct error *e)
{
	const char *const paths[] = {roots->system, roots->local, roots->user};
	struct config config;

	config_init(&config);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (!paths[i] || *paths[i] == '\0')
			continue;
		if (load_root(paths[i], &config, e) < 0) {
			config_done(&config);
			return -1;
		}
	}
	*ret = config;
	return 0;
}
