/* From what the user typed to an image in the store.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_FETCH_H
#define CORE_FETCH_FETCH_H

#include <stdbool.h>

#include "core/plugin/host.h"
#include "core/store/store.h"

enum pull_policy { PULL_NEW, PULL_NEVER, PULL_UPDATE };

/* --insecure-options, chapter 2.3 */
#define INSECURE_IMAGE        (1u << 0)
#define INSECURE_TLS          (1u << 1)
#define INSECURE_HTTP         (1u << 2)
#define INSECURE_PUBKEY       (1u << 3)
#define INSECURE_ONDISK       (1u << 4)
#define INSECURE_CAPABILITIES (1u << 5)
#define INSECURE_PATHS        (1u << 6)
#define INSECURE_SECCOMP      (1u << 7)
#define INSECURE_PLUGIN_PATH  (1u << 8)

struct fetch {
	struct store *store;
	struct plugin_host *plugins;
	enum pull_policy policy;
	unsigned int insecure; /* INSECURE_* */
	bool hashes;           /* "sha512-..." is an image id (run, prepare) */
};

/* How an image string is to be understood, chapter 6.1. */
enum image_class {
	IMAGE_HASH,   /* sha512-...                                   */
	IMAGE_FILE,   /* path in `rest`                               */
	IMAGE_SCHEME, /* a plugin's scheme; `rest` follows "scheme:"  */
	IMAGE_URL,    /* http, https                                  */
	IMAGE_NAME,   /* appc name                                    */
};
struct image_ref {
	enum image_class class;
	char *scheme; /* IMAGE_SCHEME, IMAGE_URL */
	char *rest;
};
int image_ref_parse(struct fetch *f, const char *s, struct image_ref *ret,
		    struct error *e);
void image_ref_done(struct image_ref *r);

/* Find or fetch; the image's key, owned.  `signature`: path given by
 * --signature, or NULL. */
int fetch_image(struct fetch *f, const char *image, const char *signature,
		char **ret_key, struct error *e);

#endif
