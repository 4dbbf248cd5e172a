/* What a server wants to know: the WWW-Authenticate header (RFC 9110, 11.6).
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_HTTP_CHALLENGE_H
#define CORE_HTTP_CHALLENGE_H

#include "core/base/json.h"

/* The challenges of one header, in its order: [{"scheme":"bearer", "realm":
 * "...", ...}], names in lower case, values without their quotes.  What makes
 * no sense ends the list: what was read before it stays.  Never NULL. */
json_t *challenges_parse(const char *header);

/* The first challenge of the list with this scheme, borrowed; or NULL. */
const json_t *challenge_find(const json_t *challenges, const char *scheme);

#endif
