/* Fuzzes --dns... and --hosts-entry: what is accepted gives files of whole
 * lines, each of a known kind.  The input is lines: a letter that says which
 * option, and its value.
 * SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/pod/dns.h"
#include "core/pod/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(struct start_request *r, const char *line)
{
	switch (*line) {
	case 'n':
		strings_push(&r->dns, line + 1);
		break;
	case 's':
		strings_push(&r->dns_search, line + 1);
		break;
	case 'o':
		strings_push(&r->dns_opt, line + 1);
		break;
	case 'd':
		free(r->dns_domain);
		r->dns_domain = xstrdup(line + 1);
		break;
	case 'h':
		strings_push(&r->hosts_entries, line + 1);
		break;
	default:
		break;
	}
}

static bool
begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static void
check_resolv_conf(const struct start_request *r)
{
	autofree char *text = dns_text(r);
	char *rest = text;
	char *line;

	for (int n = 0; (line = strsep(&rest, "\n")) != NULL; n++)
		if (n >= 2 && *line != '\0' && !begins(line, "search ") &&
		    !begins(line, "nameserver ") && !begins(line, "options ") &&
		    !begins(line, "domain "))
			abort();
}

static void
check_hosts(const struct start_request *r)
{
	autofree char *text = hosts_text(r, "h");
	char *rest = text;
	char *line;

	while ((line = strsep(&rest, "\n")) != NULL) {
		size_t len = strcspn(line, "\t");
		autofree char *address = xstrndup(line, len);

		if (*line == '\0' || *line == '#')
			continue;
		if (!ip_is_valid(address) && !begins(line, "fe00::0") &&
		    !begins(line, "ff00::0"))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autofree char *text = xstrndup((const char *)data, size);
	struct start_request r = {0};
	struct error dns = ERROR_NONE, hosts = ERROR_NONE;
	enum dns_mode mode;
	char *rest = text;
	char *line;

	/* A carriage return stands for a line feed inside of a value. */
	while ((line = strsep(&rest, "\n")) != NULL) {
		for (char *c = line; *c != '\0'; c++)
			if (*c == '\r')
				*c = '\n';
		take(&r, line);
	}
	if (dns_mode_parse(&r, &mode, &dns) == 0 && mode == DNS_STAGE0)
		check_resolv_conf(&r);
	if (hosts_mode_parse(&r, &mode, &hosts) == 0 && mode == DNS_STAGE0)
		check_hosts(&r);
	start_request_done(&r);
	return 0;
}
