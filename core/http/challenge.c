/* What a server wants to know: the WWW-Authenticate header (RFC 9110, 11.6).
 * SPDX-License-Identifier: Apache-2.0 */
#include "challenge.h"

#include <ctype.h>
#include <string.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/strbuf.h"

#define CHALLENGES_MAX 16
#define PARAMETERS_MAX 32

static bool
is_token_char(char c)
{
	return isalnum((unsigned char)c) ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static void
skip_spaces(const char **s)
{
	*s += strspn(*s, " \t");
}

/* "a, , b": empty elements are allowed. */
static void
skip_commas(const char **s)
{
	*s += strspn(*s, " \t,");
}

static char *
take_token(const char **s)
{
	const char *from = *s;

	while (is_token_char(**s))
		(*s)++;
	return *s == from ? NULL : xstrndup(from, (size_t)(*s - from));
}

static char *
take_quoted(const char **s)
{
	auto_strbuf struct strbuf b = {0};

	for ((*s)++; **s != '"'; (*s)++) {
		if (**s == '\\' && (*s)[1] != '\0')
			(*s)++;
		if (**s == '\0')
			return NULL;
		strbuf_putc(&b, **s);
	}
	(*s)++;
	return strbuf_take(&b);
}

static void
lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

/* name=value; *s stays where it was if there is none, as before the next
 * challenge's scheme. */
static bool
take_parameter(const char **s, json_t *challenge)
{
	const char *at = *s;
	autofree char *name = take_token(&at);
	autofree char *value = NULL;
	json_t *text;

	if (!name)
		return false;
	skip_spaces(&at);
	if (*at != '=')
		return false;
	at++;
	skip_spaces(&at);
	value = *at == '"' ? take_quoted(&at) : take_token(&at);
	text = value ? json_string(value) : NULL;
	if (!text)
		return false;
	lower(name);
	/* "scheme" is the key of the challenge itself. */
	if (strcmp(name, "scheme") == 0 || json_object_get(challenge, name))
		json_decref(text);
	else
		json_object_set_new(challenge, name, text);
	*s = at;
	return true;
}

/* A lone token68, as of Negotiate, tells nothing that is of use here. */
static void
skip_token68(const char **s)
{
	const char *at = *s + strspn(*s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					 "abcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~+/");

	at += strspn(at, "=");
	if (at > *s && (*at == '\0' || *at == ' ' || *at == ','))
		*s = at;
}

static json_t *
take_challenge(const char **s)
{
	autofree char *scheme = take_token(s);
	json_t *challenge;

	if (!scheme || (**s != '\0' && **s != ' ' && **s != ','))
		return NULL;
	lower(scheme);
	challenge = json_pack("{s:s}", "scheme", scheme);
	skip_spaces(s);
	for (int i = 0; i < PARAMETERS_MAX && challenge; i++) {
		if (!take_parameter(s, challenge)) {
			const char *comma = *s;

			if (i == 0)
				skip_token68(&comma);
			if (comma == *s)
				break;
			*s = comma;
		}
		skip_commas(s);
	}
	return challenge;
}

json_t *
challenges_parse(const char *header)
{
	json_t *list = json_array();
	json_t *challenge;

	skip_commas(&header);
	while (*header && json_array_size(list) < CHALLENGES_MAX) {
		challenge = take_challenge(&header);
		if (!challenge)
			break;
		json_array_append_new(list, challenge);
		skip_commas(&header);
	}
	return list;
}

const json_t *
challenge_find(const json_t *challenges, const char *scheme)
{
	const json_t *challenge;
	size_t i;

	json_array_foreach(
		challenges, i,
		challenge) if (strcmp(json_string_at(challenge, "scheme"),
				      scheme) == 0) return challenge;
	return NULL;
}
