/* What requests have in common: connections, and who is who.
 * SPDX-License-Identifier: Apache-2.0 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"

void
http_credential_done(struct http_credential *c)
{
	free(c->user);
	if (c->secret)
		explicit_bzero(c->secret, strlen(c->secret));
	free(c->secret);
	free(c->region);
	*c = (struct http_credential){0};
}

void
http_site_done(struct http_site *s)
{
	free(s->authorities);
	free(s->certificate);
	free(s->key);
	*s = (struct http_site){0};
}

const char *
http_header(const struct http_response *r, const char *name)
{
	return json_string_at(r->headers, name);
}

void
http_response_done(struct http_response *r)
{
	free(r->url);
	json_decref(r->headers);
	free(r->body);
	*r = (struct http_response){0};
}

struct http *
http_new(const struct http_options *options)
{
	struct http *h = xcalloc(1, sizeof(*h));

	h->options = *options;
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void
http_free(struct http *h)
{
	if (!h)
		return;
	while (h->idle) {
		struct handle *handle = h->idle;

		h->idle = handle->next;
		handle_free(h->curl, handle);
	}
	for (size_t i = 0; i < h->tokens.len; i++) {
		free(h->tokens.items[i].key);
		free(h->tokens.items[i].authorization);
	}
	vec_done(&h->tokens);
	for (size_t i = 0; i < h->sites.len; i++) {
		free(h->sites.items[i]->host);
		http_site_done(&h->sites.items[i]->site);
		free(h->sites.items[i]);
	}
	vec_done(&h->sites);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

/* ---- handles ---------------------------------------------------------------
 */

struct handle *
handle_take(struct http *h)
{
	struct handle *handle;

	pthread_mutex_lock(&h->lock);
	handle = h->idle;
	if (handle)
		h->idle = handle->next;
	pthread_mutex_unlock(&h->lock);
	return handle ? handle : handle_new(h->curl);
}

void
handle_give(struct http *h, struct handle *handle, bool is_clean)
{
	if (!is_clean) {
		handle_free(h->curl, handle);
		return;
	}
	pthread_mutex_lock(&h->lock);
	handle->next = h->idle;
	h->idle = handle;
	pthread_mutex_unlock(&h->lock);
}

/* ---- the directory ---------------------------------------------------------
 */

static struct site_entry *
site_known(struct http *h, const char *host)
{
	for (size_t i = 0; i < h->sites.len; i++)
		if (strcmp(h->sites.items[i]->host, host) == 0)
			return h->sites.items[i];
	return NULL;
}

static int
site_add(struct http *h, const char *host, struct site_entry **ret,
	 struct error *e)
{
	const struct http_directory *d = &h->options.directory;
	struct site_entry *entry = xcalloc(1, sizeof(*entry));

	if (d->site && d->site(d->data, host, &entry->site, e) < 0) {
		free(entry);
		return -1;
	}
	entry->host = xstrdup(host);
	entry->site.any_certificate |= h->options.any_certificate;
	entry->site.plain_allowed |= h->options.plain_allowed;
	vec_push(&h->sites, entry);
	*ret = entry;
	return 0;
}

int
site_find(struct http *h, const char *host, const struct http_site **ret,
	  struct error *e)
{
	struct site_entry *entry;
	int rc = 0;

	pthread_mutex_lock(&h->lock);
	entry = site_known(h, host);
	if (!entry)
		rc = site_add(h, host, &entry, e);
	pthread_mutex_unlock(&h->lock);
	if (rc == 0)
		*ret = &entry->site;
	return rc;
}

int
credential_find(struct http *h, const char *host, const char *path,
		struct http_credential *ret, struct error *e)
{
	const struct http_directory *d = &h->options.directory;

	*ret = (struct http_credential){0};
	return d->credential
		       ? d->credential(d->data, host, path ? path : "", ret, e)
		       : 0;
}
