/* URLs taken apart by libcurl's own parser.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_HTTP_URL_H
#define CORE_HTTP_URL_H

#include <stdbool.h>

#include "core/base/error.h"

/* All owned. */
struct url {
	char *text;   /* normalised                                         */
	char *scheme; /* "http" or "https"                                  */
	char *host;   /* "example.com" or "example.com:5000", as written    */
	char *origin; /* "https://example.com:443": scheme, host and port   */
};

/* Anything but http and https is refused, and so is a user in the URL. */
int url_parse(const char *text, struct url *ret, struct error *e);
/* What `reference`, a Location, means in a document at `base`. */
int url_resolve(const char *base, const char *reference, struct url *ret,
		struct error *e);
bool url_is_https(const struct url *u);
void url_done(struct url *u);

#endif
