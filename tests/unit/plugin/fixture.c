/* A plugin directory of the test's own.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "tests/lib/unit.h"

const char *
fixture_file(const char *kind, const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/rkt-%s-%s.so", unit_tmpdir_path(),
		 kind, name);
	return path;
}

void
fixture_copy(const char *kind, const char *name, const char *as)
{
	autofree char *from = xasprintf(BAD_DIR "/rkt-%s-%s.so", kind, name);
	autofree char *bytes = NULL;
	struct error e = ERROR_NONE;
	size_t len;

	if (file_read_all(AT_FDCWD, from, (size_t)16 << 20, &bytes, &len, &e) <
		    0 ||
	    file_write(AT_FDCWD, fixture_file(kind, as ? as : name), bytes, len,
		       0755, &e) < 0) {
		fprintf(stderr, "# %s\n", fixture_line(&e));
		exit(99);
	}
}

struct plugin_host *
fixture_host(const char *config)
{
	struct plugin_host_options options = {.plugin_dir = unit_tmpdir_path()};
	static json_t *kept; /* configurations outlive their hosts */
	struct error e = ERROR_NONE;
	json_t *j = NULL;

	if (config && json_parse(config, strlen(config), "config", &j, &e) < 0)
		exit(99);
	if (!kept)
		kept = json_array();
	json_array_append_new(kept, j ? j : json_object());
	options.config = j;
	return plugin_host_new(&options);
}

const char *
fixture_line(const struct error *e)
{
	static char line[4 * ERROR_TEXT_MAX];

	return error_line(e, line, sizeof(line));
}
