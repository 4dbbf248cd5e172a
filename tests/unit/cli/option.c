/* core/cli/option: tables, values, and each of the messages of chapter 2.5.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/cli/option.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/strbuf.h"
#include "tests/lib/unit.h"

static struct {
	bool is_on;
	bool is_set;
	bool help;
	const char *name;
	const char *net;
	struct strings list;
	int64_t time;
} got;

static const char *const colours[] = {"none", "red", "green", NULL};
static struct option_words chosen = {.known = colours};

static int
parse_net(const struct option *option, const char *value, struct error *e)
{
	if (strcmp(value, "bad") == 0)
		return error_set(e, RKT_ERR_INPUT, "no such net");
	*(const char **)option->value = value;
	return 0;
}

static const struct option first[] = {
	{.name = "on", .type = OPTION_BOOL, .value = &got.is_on},
	{.name = "set",
	 .type = OPTION_BOOL,
	 .value = &got.is_set,
	 .flags = OPTION_REQUIRED},
	{.name = "help", .type = OPTION_BOOL, .value = &got.help},
	{.name = "name", .type = OPTION_STRING, .value = &got.name},
	OPTION_END,
};
static const struct option second[] = {
	{.name = "net",
	 .type = OPTION_CALL,
	 .value = &got.net,
	 .implied = "default",
	 .parse = parse_net},
	{.name = "list", .type = OPTION_LIST, .value = &got.list},
	{.name = "time",
	 .type = OPTION_CALL,
	 .value = &got.time,
	 .parse = option_parse_duration},
	{.name = "colours",
	 .type = OPTION_CALL,
	 .value = &chosen,
	 .parse = option_parse_words},
	OPTION_END,
};
static const struct option *const tables[] = {first, second, NULL};

struct line {
	const char *argv[8];
	const char *want; /* see describe(); or the message */
};

static void
reset(void)
{
	strings_done(&got.list);
	memset(&got, 0, sizeof(got));
	chosen.len = 0;
}

/* "on set help name=N net=N list=N time=N -- | WORD WORD"; the words are the
 * positional ones, or those that were left unread. */
static char *
describe(bool dashes, char *const *words)
{
	struct strbuf b = {0};

	strbuf_puts(&b, got.is_on ? "on " : "");
	strbuf_puts(&b, got.is_set ? "set " : "");
	strbuf_puts(&b, got.help ? "help " : "");
	if (got.name)
		strbuf_printf(&b, "name=%s ", got.name);
	if (got.net)
		strbuf_printf(&b, "net=%s ", got.net);
	for (size_t i = 0; i < got.list.len; i++)
		strbuf_printf(&b, "list=%s ", got.list.items[i]);
	if (got.time)
		strbuf_printf(&b, "time=%lld ", (long long)got.time);
	for (size_t i = 0; i < chosen.len; i++)
		strbuf_printf(&b, "%s ", colours[chosen.chosen[i]]);
	strbuf_puts(&b, dashes ? "-- |" : "|");
	for (; *words; words++)
		strbuf_printf(&b, " %s", *words);
	return strbuf_take(&b);
}

static void
check(const struct line *line, bool stop)
{
	auto_strings struct strings words = {0};
	autofree char *shown = NULL;
	struct error e = ERROR_NONE;
	bool dashes = false;
	char *const *argv = (char *const *)(uintptr_t)line->argv;
	int argc = 0, i = 0;

	reset();
	while (argv[argc])
		argc++;
	if (options_parse(tables, argc, argv, &i, stop, &words, &dashes, &e) <
	    0) {
		assert_text(e.layers[0], line->want);
		CU_ASSERT_EQUAL(e.n_layers, 1);
		return;
	}
	vec_push(&words, NULL);
	words.len--;
	shown = describe(dashes, stop ? argv + i : words.items);
	assert_text(shown, line->want);
}

static void
interspersed(void)
{
	static const struct line lines[] = {
		{{NULL}, "|"},
		{{"a", "--on", "b", NULL}, "on | a b"},
		{{"--on=false", "--on=T", NULL}, "on |"},
		{{"--on", "false", NULL}, "on | false"},
		{{"--set", "true", "x", NULL}, "set | x"},
		{{"--set=1", NULL}, "set |"},
		{{"--name", "v", "w", NULL}, "name=v | w"},
		{{"--name=v=w", NULL}, "name=v=w |"},
		{{"--name=", "x", NULL}, "name= | x"},
		{{"--name", "--on", NULL}, "name=--on |"},
		{{"--name=a", "--name=b", NULL}, "name=b |"},
		{{"--net", "foo", NULL}, "net=default | foo"},
		{{"--net=foo", NULL}, "net=foo |"},
		{{"--net=", NULL}, "net= |"},
		{{"--list=a", "--list", "b,c", NULL}, "list=a list=b,c |"},
		{{"--time=1s", NULL}, "time=1000000000 |"},
		{{"--colours=RED,green", NULL}, "red green |"},
		{{"--colours=red", "--colours=green", NULL}, "green |"},
		{{"--colours=red", "--colours=", NULL}, "|"},
		{{"-h", NULL}, "help |"},
		{{"-hh", NULL}, "help |"},
		{{"-h=false", NULL}, "|"},
		{{"--help", NULL}, "help |"},
		{{"-", NULL}, "| -"},
		{{"", "x", NULL}, "|  x"},
		{{"a", "--", "--on", "--", NULL}, "-- | a --on --"},
		{{"--", NULL}, "-- |"},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check(&lines[i], false);
	reset();
}

static void
stopping_at_a_word(void)
{
	static const struct line lines[] = {
		{{"--on", "image", "--name=x", NULL}, "on | image --name=x"},
		{{"--", "foo", "--on", NULL}, "-- | foo --on"},
		{{"--on", "--", "--on", NULL}, "on -- | --on"},
		{{"image", "--", "-x", NULL}, "| image -- -x"},
		{{"--name", "a", "b", "c", NULL}, "name=a | b c"},
		{{NULL}, "|"},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check(&lines[i], true);
	reset();
}

static void
messages(void)
{
	static const struct line lines[] = {
		{{"--bogus", NULL}, "unknown flag: --bogus"},
		{{"--bogus=1", NULL}, "unknown flag: --bogus"},
		{{"--nam", NULL}, "unknown flag: --nam"},
		{{"--names=x", NULL}, "unknown flag: --names"},
		{{"-x", NULL}, "unknown shorthand flag: 'x' in -x"},
		{{"-hx", NULL}, "unknown shorthand flag: 'x' in -hx"},
		{{"---x", NULL}, "bad flag syntax: ---x"},
		{{"---", NULL}, "bad flag syntax: ---"},
		{{"--=x", NULL}, "bad flag syntax: --=x"},
		{{"--name", NULL}, "flag needs an argument: --name"},
		{{"--set", NULL}, "flag needs an argument: --set"},
		{{"--on=maybe", NULL},
		 "invalid argument \"maybe\" for --on=maybe: "
		 "strconv.ParseBool: parsing \"maybe\": invalid syntax"},
		{{"--set", "maybe", NULL},
		 "invalid argument \"maybe\" for --set: strconv.ParseBool: "
		 "parsing \"maybe\": invalid syntax"},
		{{"--net=bad", NULL},
		 "invalid argument \"bad\" for --net=bad: no such net"},
		{{"--time", "5", NULL},
		 "invalid argument \"5\" for --time: "
		 "time: missing unit in duration \"5\""},
		{{"--colours=blue", NULL},
		 "invalid argument \"blue\" for --colours=blue: "
		 "unknown option \"blue\""},
		{{"--colours=red,RED", NULL},
		 "invalid argument \"red,RED\" for --colours=red,RED: "
		 "duplicated option \"red\""},
		{{"--colours=red,", NULL},
		 "invalid argument \"red,\" for --colours=red,: "
		 "unknown option \"\""},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		check(&lines[i], false);
	reset();
}

static void
booleans(void)
{
	static const struct {
		const char *text;
		int want; /* -1: none */
	} cases[] = {
		{"1", 1},     {"t", 1},     {"T", 1},      {"TRUE", 1},
		{"true", 1},  {"True", 1},  {"0", 0},      {"f", 0},
		{"F", 0},     {"FALSE", 0}, {"false", 0},  {"False", 0},
		{"tRUE", -1}, {"yes", -1},  {"", -1},      {"on", -1},
		{"01", -1},   {"2", -1},    {" true", -1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool value = false;
		bool is_valid = bool_parse(cases[i].text, &value);

		CU_ASSERT_EQUAL(is_valid, cases[i].want >= 0);
		CU_ASSERT_EQUAL(value, cases[i].want == 1);
	}
}

static void
what_tables_tell(void)
{
	static const struct option hidden = {.name = "x",
					     .flags = OPTION_HIDDEN};
	static const struct option old = {.name = "x", .deprecated = "use y"};

	CU_ASSERT_PTR_EQUAL(option_find(tables, "net=foo", 3), &second[0]);
	CU_ASSERT_PTR_NULL(option_find(tables, "ne", 2));
	CU_ASSERT_PTR_NULL(option_find(tables, "nets", 4));
	CU_ASSERT_TRUE(option_is_bare(&first[0]));
	CU_ASSERT_FALSE(option_is_bare(&first[1]));
	CU_ASSERT_FALSE(option_is_bare(&first[3]));
	CU_ASSERT_TRUE(option_is_bare(&second[0]));
	CU_ASSERT_TRUE(option_is_shown(&first[0]));
	CU_ASSERT_FALSE(option_is_shown(&hidden));
	CU_ASSERT_FALSE(option_is_shown(&old));
}

static CU_TestInfo tests[] = {
	{"interspersed", interspersed},
	{"stopping_at_a_word", stopping_at_a_word},
	{"messages", messages},
	{"booleans", booleans},
	{"what_tables_tell", what_tables_tell},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
