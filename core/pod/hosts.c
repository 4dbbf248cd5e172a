/* The hosts file of a pod (chapter 12.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/pod/dns.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "core/pod/internal.h"

static int
check_entry(const char *word, struct error *e)
{
	const char *equals = strchr(word, '=');
	autofree char *ip = NULL;

	if (!equals || equals[1] == '\0')
		return error_set(e, RKT_ERR_INPUT,
				 "Did not understand --hosts-entry %s", word);
	for (const char *c = word; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return error_set(e, RKT_ERR_INPUT,
					 "control character in --hosts-entry");
	ip = xstrndup(word, (size_t)(equals - word));
	if (!ip_is_valid(ip))
		return error_set(e, RKT_ERR_INPUT,
				 "Invalid IP passed to --hosts-entry: %s", ip);
	return 0;
}

int
hosts_mode_parse(const struct start_request *r, enum dns_mode *ret_mode,
		 struct error *e)
{
	const struct strings *v = &r->hosts_entries;

	if (strings_has(v, "host")) {
		if (v->len > 1)
			return error_set(e, RKT_ERR_INPUT,
					 "cannot pass --hosts-entry=host with "
					 "multiple hosts-entries");
		*ret_mode = DNS_HOST;
		return 0;
	}
	for (size_t i = 0; i < v->len; i++)
		if (check_entry(v->items[i], e) < 0)
			return -1;
	*ret_mode = v->len > 0 ? DNS_STAGE0 : DNS_DEFAULT;
	return 0;
}

static int
compare_address(const char *a, const char *b)
{
	size_t na = strcspn(a, "="), nb = strcspn(b, "=");
	int order = memcmp(a, b, na < nb ? na : nb);

	return order != 0 ? order : (na > nb) - (na < nb);
}

static bool
same_address(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* One line per address, in order of the addresses. */
static void
add_entries(struct strbuf *b, const struct strings *entries)
{
	size_t n = entries->len;
	autofree char **sorted = xcalloc(n + 1, sizeof(*sorted));

	memcpy(sorted, entries->items, n * sizeof(*sorted));
	for (size_t i = 1; i < n; i++) /* stable: n is small */
		for (size_t j = i; j > 0; j--) {
			char *t = sorted[j];

			if (compare_address(sorted[j - 1], t) <= 0)
				break;
			sorted[j] = sorted[j - 1];
			sorted[j - 1] = t;
		}
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(sorted[i], '=');

		if (i > 0 && same_address(sorted[i - 1], sorted[i]))
			strbuf_printf(b, " %s", equals + 1);
		else
			strbuf_printf(b, "%s%.*s\t%s", i > 0 ? "\n" : "",
				      (int)(equals - sorted[i]), sorted[i],
				      equals + 1);
	}
	strbuf_putc(b, '\n');
}

char *
hosts_text(const struct start_request *r, const char *hostname)
{
	struct strbuf b = {0};

	strbuf_printf(&b,
		      "127.0.0.1\tlocalhost localhost.localdomain %s\n"
		      "::1\tlocalhost ip6-localhost ip6-loopback\n"
		      "fe00::0\tip6-localnet\n"
		      "ff00::0\tip6-mcastprefix\n"
		      "ff02::1\tip6-allnodes\n"
		      "ff02::2\tip6-allrouters\n"
		      "ff02::3\tip6-allhosts\n"
		      "\n\n"
		      "# Added by rkt run --hosts-entry\n",
		      hostname);
	add_entries(&b, &r->hosts_entries);
	return strbuf_take(&b);
}
