/* From an image configuration to an appc image manifest.
 * SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "plugins/image/oci/app.h"
#include "plugins/image/oci/document.h"
#include "plugins/image/oci/platform.h"
#include "sdk/toolkit/cleanup.h"

#define APPC_VERSION "0.8.11"

/* appc's names of what OCI names as Go does. */
static const struct {
	const char *os, *arch, *variant, *appc;
} architectures[] = {
	{"linux", "amd64", NULL, "amd64"},
	{"linux", "386", NULL, "i386"},
	{"linux", "arm64", NULL, "aarch64"},
	{"linux", "arm", "v6", "armv6l"},
	{"linux", "arm", "v7", "armv7l"},
	{"linux", "ppc64", NULL, "ppc64"},
	{"linux", "ppc64le", NULL, "ppc64le"},
	{"linux", "s390x", NULL, "s390x"},
	{"freebsd", "amd64", NULL, "amd64"},
	{"freebsd", "386", NULL, "i386"},
	{"freebsd", "arm", NULL, "arm"},
	{"darwin", "amd64", NULL, "x86_64"},
	{"darwin", "386", NULL, "i386"},
};

static const char *
appc_arch(const struct platform *p)
{
	for (size_t i = 0; i < sizeof(architectures) / sizeof(*architectures);
	     i++)
		if (strcmp(architectures[i].os, p->os) == 0 &&
		    strcmp(architectures[i].arch, p->arch) == 0 &&
		    (!architectures[i].variant ||
		     strcmp(architectures[i].variant, p->variant) == 0))
			return architectures[i].appc;
	return NULL;
}

static const char *
text_or(const json_t *object, const char *key, const char *otherwise)
{
	const char *s = string_at(object, key);

	return s && s[0] ? s : otherwise;
}

/* {"name","value"}; an empty value is left out. */
static int
put(json_t *list, const char *name, const char *value)
{
	if (!value || value[0] == '\0')
		return 0;
	return json_array_append_new(
		list, json_pack("{s:s, s:s}", "name", name, "value", value));
}

static rkt_status
put_labels(const struct layout *l, const json_t *config,
	   const struct config_origin *origin, json_t *manifest)
{
	json_t *labels = json_array();
	const char *variant = text_or(config, "variant", "");
	const char *arch = text_or(config, "architecture", origin->arch);
	struct platform p;
	const char *appc;

	/* An arm image that does not say so is one for any arm. */
	if (strcmp(arch, "arm") == 0 && variant[0] == '\0')
		variant = "v6";
	platform_set(&p, text_or(config, "os", origin->os), arch, variant);
	appc = appc_arch(&p);
	if (!labels || json_object_set_new(manifest, "labels", labels) < 0)
		return config_no_memory(l);
	if (!appc)
		return layout_fail(l, RKT_ERR_UNSUPPORTED, 0,
				   "image is for %s/%s%s%s, which has no name "
				   "in appc",
				   p.os, p.arch, p.variant[0] ? "/" : "",
				   p.variant);
	if (put(labels, "arch", appc) < 0 || put(labels, "os", p.os) < 0 ||
	    put(labels, "version", origin->label.version) < 0)
		return config_no_memory(l);
	return RKT_OK;
}

/* RFC 3339 as appc wants it: "2026-11-22T19:00:51.28Z", "...+01:00". */
static bool
is_date(const char *s)
{
	int month, day, hour, minute, second, end = 0, digits = 0;

	if (sscanf(s, "%*4[0-9]-%2d-%2dT%2d:%2d:%2d%n", &month, &day, &hour,
		   &minute, &second, &end) != 5 ||
	    end != 19 || strspn(s, "0123456789") != 4)
		return false;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 ||
	    hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 59 || strspn(s, "0123456789-T:") != 19)
		return false;
	s += end;
	if (*s == '.') {
		digits = (int)strspn(s + 1, "0123456789");
		if (digits == 0)
			return false;
		s += 1 + digits;
	}
	if (strcmp(s, "Z") == 0)
		return true;
	return strlen(s) == 6 && strchr("+-", s[0]) &&
	       strspn(s + 1, "0123456789:") == 5 &&
	       sscanf(s + 1, "%2d:%2d%n", &hour, &minute, &end) == 2 &&
	       end == 5 && hour < 24 && minute < 60;
}

/* Entrypoint or Cmd, as a JSON list in a string. */
static rkt_status
put_words(const struct layout *l, const json_t *run, const char *key,
	  const char *name, json_t *annotations)
{
	autofree char *text = NULL;
	rkt_status status;
	json_t *words;

	status = app_words(l, run, key, &words);
	if (status != RKT_OK)
		return status;
	if (json_array_size(words) > 0) {
		text = json_dumps(words, JSON_COMPACT);
		if (!text || put(annotations, name, text) < 0)
			status = config_no_memory(l);
	}
	json_decref(words);
	return status;
}

static rkt_status
put_annotations(const struct layout *l, const json_t *config,
		const struct config_origin *origin, json_t *manifest)
{
	const json_t *run = json_object_get(config, "config");
	const char *created = text_or(config, "created", "");
	const struct image_label *label = &origin->label;
	json_t *list = json_array();
	rkt_status status;

	if (!list || json_object_set_new(manifest, "annotations", list) < 0 ||
	    put(list, "authors", string_at(config, "author")) < 0 ||
	    (is_date(created) && put(list, "created", created) < 0) ||
	    put(list, "appc.io/docker/originalname", origin->original) < 0 ||
	    put(list, "appc.io/docker/registryurl", label->registry) < 0 ||
	    put(list, "appc.io/docker/repository", label->repository) < 0 ||
	    put(list, "appc.io/docker/imageid", origin->config_digest) < 0 ||
	    put(list, "appc.io/docker/manifesthash", origin->manifest_digest) <
		    0)
		return config_no_memory(l);
	status = put_words(l, run, "Entrypoint", "appc.io/docker/entrypoint",
			   list);
	if (status == RKT_OK)
		status = put_words(l, run, "Cmd", "appc.io/docker/cmd", list);
	return status;
}

static rkt_status
put_app(const struct layout *l, const json_t *config, json_t *manifest)
{
	rkt_status status;
	json_t *run = NULL, *app;

	status = config_member(l, config, "config", JSON_OBJECT, "an object",
			       &run);
	if (status != RKT_OK || !run)
		return status;
	status = app_convert(l, run, &app);
	if (status == RKT_OK && json_object_set_new(manifest, "app", app) < 0)
		status = config_no_memory(l);
	return status;
}

rkt_status
config_convert(const struct layout *l, const json_t *config,
	       const struct config_origin *origin, json_t **ret)
{
	rkt_status status;
	json_t *m;

	m = json_pack("{s:s, s:s, s:s}", "acKind", "ImageManifest", "acVersion",
		      APPC_VERSION, "name", origin->label.name);
	if (!m)
		return config_no_memory(l);
	status = put_labels(l, config, origin, m);
	if (status == RKT_OK)
		status = put_app(l, config, m);
	if (status == RKT_OK)
		status = put_annotations(l, config, origin, m);
	if (status != RKT_OK) {
		json_decref(m);
		return status;
	}
	*ret = m;
	return RKT_OK;
}
