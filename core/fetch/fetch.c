/* Finding or fetching an image by what the user typed.
 * SPDX-License-Identifier: Apache-2.0 */
#include "fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/appc/image-name.h"
#include "core/appc/manifest.h"
#include "core/appc/types.h"
#include "core/base/cleanup.h"
#include "core/base/log.h"
#include "dependency.h"
#include "import.h"
#include "source.h"

/* ---- signatures -------------------------------------------------------------
 */

static char *
signature_path(const char *path, const char *given)
{
	return given ? xstrdup(given) : xasprintf("%s.asc", path);
}

/* Nothing here verifies a signature, so what asks for one is refused. */
static int
check_trust(struct fetch *f, struct plugin *plugin, const struct source *s,
	    const char *given, struct error *e)
{
	autofree char *path = signature_path(s->path, given);
	autoclose int fd = -1;

	if (f->insecure & INSECURE_IMAGE)
		return 0;
	if (!(plugin_image(plugin)->caps & RKT_IMAGE_CAP_SIGNED))
		return error_set(e, RKT_ERR_UNTRUSTED,
				 "signature verification for %s images is not "
				 "supported (try --insecure-options=image)",
				 plugin_info(plugin)->name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return open_error(e, errno, path);
	return error_set(e, RKT_ERR_UNTRUSTED,
			 "cannot verify '%.300s': this build does not verify "
			 "signatures (try --insecure-options=image)",
			 path);
}

/* ---- local files and directories
 * ---------------------------------------------- */

static int
import_source(struct fetch *f, struct plugin *plugin, struct source *s,
	      const char *ref, const char *selector, char **ret_key,
	      struct error *e)
{
	struct plan plan = {.name = s->path};
	int rc = 0;

	if (plugin_image(plugin)->caps & RKT_IMAGE_CAP_PLAIN)
		rc = source_expand(f, s, e);
	if (rc == 0)
		rc = source_resolve(plugin, s, ref, selector, &plan, e);
	if (rc == 0)
		rc = import_image(f->store, &plan, s, ret_key, e);
	plan_done(&plan);
	return rc;
}

static int
fetch_file(struct fetch *f, const char *ref, const char *path,
	   const char *signature, char **ret_key, struct error *e)
{
	struct source s = {.fd = -1};
	struct plugin *plugin;
	int rc;

	if (source_open(path, &s, e) < 0)
		return -1;
	log_debug("fetch", "using image from file %s", s.path);
	rc = source_probe(f, &s, &plugin, e);
	if (rc == 0)
		rc = check_trust(f, plugin, &s, signature, e);
	if (rc == 0)
		rc = import_source(f, plugin, &s, ref, NULL, ret_key, e);
	source_done(&s);
	return rc;
}

static int
split(struct plugin *plugin, const char *rest, char **ret_path,
      char **ret_selector, struct error *e)
{
	struct rkt_image_parts parts = {.size = sizeof(parts)};
	struct plugin_call call;
	rkt_status status;

	if (plugin_call_begin(&call, plugin, NULL, e) < 0)
		return -1;
	status = plugin_image(plugin)->split(&call.call, rest, &parts);
	if (plugin_call_end(&call, status, e) < 0)
		return -1;
	if (parts.path_len > 0)
		*ret_path = xstrndup(parts.path, parts.path_len);
	if (parts.selector_len > 0)
		*ret_selector = xstrndup(parts.selector, parts.selector_len);
	return 0;
}

static int
no_transport(const char *image, const char *scheme, struct error *e)
{
	return error_set(e, RKT_ERR_UNSUPPORTED,
			 "cannot fetch \"%.300s\": no plugin or transport for "
			 "scheme \"%s\"",
			 image, scheme);
}

static int
fetch_scheme(struct fetch *f, const char *image, const struct image_ref *ref,
	     char **ret_key, struct error *e)
{
	autofree char *path = NULL;
	autofree char *selector = NULL;
	struct source s = {.fd = -1};
	struct plugin *plugin = NULL;
	int rc;

	if (plugin_for_scheme(f->plugins, ref->scheme, &plugin, e) < 0)
		return -1;
	if (!plugin)
		return no_transport(image, ref->scheme, e);
	if (split(plugin, ref->rest, &path, &selector, e) < 0)
		return -1;
	if (!path)
		return no_transport(image, ref->scheme, e);
	if (source_open(path, &s, e) < 0)
		return -1;
	rc = check_trust(f, plugin, &s, NULL, e);
	if (rc == 0)
		rc = import_source(f, plugin, &s, image, selector, ret_key, e);
	source_done(&s);
	return rc;
}

/* ---- the store
 * ------------------------------------------------------------------ */

static int
find_name(struct fetch *f, const char *image, char **ret_key, struct error *e)
{
	struct image_name name;
	int rc;

	if (image_name_parse(image, &name, e) < 0)
		return -1;
	rc = store_find_app(f, name.name, name.labels, ret_key, e);
	image_name_done(&name);
	return rc;
}

static int
find_hash(struct fetch *f, const char *image, char **ret_key, struct error *e)
{
	if (store_key_resolve(f->store, image, ret_key, e) < 0)
		return error_prefix(e, "could not resolve image \"%.200s\"",
				    image);
	log_debug("fetch", "using image from the store with hash %s", *ret_key);
	return 0;
}

int
fetch_image(struct fetch *f, const char *image, const char *signature,
	    char **ret_key, struct error *e)
{
	autofree char *key = NULL;
	struct image_ref ref;
	int rc = -1;

	if (image_ref_parse(f, image, &ref, e) < 0)
		return -1;
	switch (ref.class) {
	case IMAGE_HASH:
		rc = find_hash(f, ref.rest, &key, e);
		break;
	case IMAGE_FILE:
		rc = fetch_file(f, image, ref.rest, signature, &key, e);
		break;
	case IMAGE_SCHEME:
		rc = fetch_scheme(f, image, &ref, &key, e);
		break;
	case IMAGE_URL:
		rc = no_transport(image, ref.scheme, e);
		break;
	case IMAGE_NAME:
		rc = find_name(f, ref.rest, &key, e);
		break;
	}
	image_ref_done(&ref);
	if (rc == 0 && fetch_dependencies(f, key, e) < 0)
		rc = -1;
	if (rc == 0)
		*ret_key = steal(key);
	return rc;
}
