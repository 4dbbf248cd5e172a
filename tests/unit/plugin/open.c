/* core/plugin: every way a plugin can be wrong has its own message.
 * SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/cleanup.h"
#include "core/base/fd.h"
#include "core/plugin/abi.h"
#include "fixture.h"
#include "tests/lib/unit.h"

/* Open stage1/NAME; the message with '@' for the plugin's path. */
static void
expect_refusal(const char *name, rkt_status code, const char *want)
{
	struct plugin_host *host = fixture_host(NULL);
	struct error e = ERROR_NONE;
	struct plugin *p = NULL;
	autofree char *text = NULL;
	const char *at = strchr(want, '@');

	text = at ? xasprintf("%.*s%s%s", (int)(at - want), want,
			      fixture_file("stage1", name), at + 1)
		  : xstrdup(want);
	CU_ASSERT_EQUAL(plugin_open(host, PLUGIN_STAGE1, name, &p, &e), -1);
	CU_ASSERT_PTR_NULL(p);
	CU_ASSERT_EQUAL(e.code, code);
	assert_text(fixture_line(&e), text);
	plugin_host_free(host);
}

static const struct {
	const char *name;
	rkt_status code;
	const char *text;
} refusals[] = {
	{"newerneeds", RKT_ERR_TOO_NEW,
	 "plugin '@' needs a newer rkt: stage1 ABI 0.7, this one has 0.2"},
	{"newerhost", RKT_ERR_TOO_NEW,
	 "plugin '@' needs a newer rkt: host ABI 0.9, this one has 0.1"},
	{"needsitself", RKT_ERR_INPUT,
	 "plugin '@' needs stage1 ABI 0.1 but was built for 0.0"},
	{"huge", RKT_ERR_INPUT,
	 "plugin '@' has a descriptor of impossible size 4294967288"},
	{"tiny", RKT_ERR_INPUT,
	 "plugin '@' has a descriptor of impossible size 4"},
	{"badmajor", RKT_ERR_INPUT,
	 "plugin '@' says stage1 ABI 3 in its descriptor and 0 in its entry "
	 "symbol"},
	{"wrongsym", RKT_ERR_UNSUPPORTED,
	 "plugin '@' speaks no stage1 ABI 0: no symbol "
	 "'rkt_stage1_plugin_v0'"},
	{"othermajor", RKT_ERR_UNSUPPORTED,
	 "plugin '@' speaks stage1 ABI 2, this rkt speaks 0"},
	{"null", RKT_ERR_INPUT, "plugin '@' returns no descriptor"},
	{"omitgc", RKT_ERR_INPUT,
	 "plugin '@' lacks the required operation 'gc'"},
	{"halfmutable", RKT_ERR_INPUT,
	 "plugin '@' has the operation 'app_add', but its capabilities say "
	 "otherwise"},
	{"nomutable", RKT_ERR_INPUT,
	 "plugin '@' lacks the operation 'app_add', but its capabilities say "
	 "otherwise"},
	{"renamed", RKT_ERR_INPUT,
	 "plugin '@' calls itself 'other', which does not match its file name"},
	{"noversion", RKT_ERR_INPUT, "plugin '@' has no proper version"},
	{"nosummary", RKT_ERR_INPUT,
	 "plugin '@' has no summary of one line and at most 60 characters"},
	{"longsummary", RKT_ERR_INPUT,
	 "plugin '@' has no summary of one line and at most 60 characters"},
	{"twolines", RKT_ERR_INPUT,
	 "plugin '@' has no summary of one line and at most 60 characters"},
	{"badutf", RKT_ERR_INPUT,
	 "plugin '@' has no summary of one line and at most 60 characters"},
	{"attrs", RKT_ERR_INPUT, "plugin '@' has a malformed attribute"},
	{"undef", RKT_ERR_SYSTEM,
	 "cannot load plugin '@': undefined symbol: missing_function"},
};

static void
each_wrong_plugin_is_told_apart(void)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		fixture_copy("stage1", refusals[i].name, NULL);
		expect_refusal(refusals[i].name, refusals[i].code,
			       refusals[i].text);
	}
}

static void
sizes_that_cannot_be_are_refused(void)
{
	const struct {
		const char *name;
		size_t size;
	} cases[] = {
		{"short", offsetof(struct rkt_stage1_plugin, app_add)},
		{"odd", sizeof(struct rkt_stage1_plugin) + 1},
	};

	for (size_t i = 0; i < 2; i++) {
		autofree char *want = xasprintf(
			"plugin '@' has a descriptor of impossible size %zu",
			cases[i].size);

		fixture_copy("stage1", cases[i].name, NULL);
		expect_refusal(cases[i].name, RKT_ERR_INPUT, want);
	}
}

static void
a_file_that_is_no_object_is_told_with_the_linkers_words(void)
{
	struct error e = ERROR_NONE;

	CU_ASSERT_EQUAL(file_write(AT_FDCWD, fixture_file("stage1", "text"),
				   "hello, world", 12, 0644, &e),
			0);
	expect_refusal("text", RKT_ERR_SYSTEM,
		       "cannot load plugin '@': file too short");
}

static void
a_good_plugin_opens_once(void)
{
	struct plugin_host *host;
	struct error e = ERROR_NONE;
	struct plugin *p = NULL, *again = NULL;

	fixture_copy("stage1", "good", NULL);
	host = fixture_host(NULL);
	CU_ASSERT_EQUAL_FATAL(plugin_open(host, PLUGIN_STAGE1, "good", &p, &e),
			      0);
	CU_ASSERT_EQUAL(plugin_open(host, PLUGIN_STAGE1, "good", &again, &e),
			0);
	CU_ASSERT_PTR_EQUAL(p, again);
	CU_ASSERT_EQUAL(plugin_kind_of(p), PLUGIN_STAGE1);
	assert_text(plugin_info(p)->summary, "An engine for tests");
	assert_text(plugin_file(p), fixture_file("stage1", "good"));
	CU_ASSERT_PTR_NULL(plugin_stage1(p)->app_add);
	plugin_host_free(host);
}

/* A smaller, older descriptor reads as zero behind its end; a larger, newer
 * one works as far as this rkt knows it. */
static void
older_and_newer_plugins_load(void)
{
	const char *const names[] = {"older", "newer"};
	struct plugin_host *host = fixture_host(NULL);
	struct error e = ERROR_NONE;

	for (size_t i = 0; i < 2; i++) {
		struct plugin *p = NULL;

		fixture_copy("stage1", names[i], NULL);
		CU_ASSERT_EQUAL_FATAL(
			plugin_open(host, PLUGIN_STAGE1, names[i], &p, &e), 0);
		CU_ASSERT_PTR_NOT_NULL(plugin_stage1(p)->gc);
		CU_ASSERT_PTR_NULL(plugin_stage1(p)->app_add);
		CU_ASSERT_PTR_NULL(plugin_stage1(p)->app_stop);
	}
	plugin_host_free(host);
}

static void
absent_and_malformed_names(void)
{
	autofree char *absent = xasprintf("no plugin 'stage1/absent' in '%s'",
					  unit_tmpdir_path());

	expect_refusal("absent", RKT_ERR_NOT_FOUND, absent);
	expect_refusal("../x", RKT_ERR_INPUT, "'../x' is not a plugin name");
	expect_refusal("", RKT_ERR_INPUT, "'' is not a plugin name");
	expect_refusal("Fly", RKT_ERR_INPUT, "'Fly' is not a plugin name");
	expect_refusal("9p", RKT_ERR_INPUT, "'9p' is not a plugin name");
	expect_refusal("a2345678901234567890123456789012", RKT_ERR_INPUT,
		       "'a2345678901234567890123456789012' is not a plugin "
		       "name");
}

static void
disabled_plugins_are_not_even_looked_for(void)
{
	struct plugin_host *host =
		fixture_host("{\"stage1/gone\":{\"disabled\":true}}");
	struct error e = ERROR_NONE;
	struct plugin *p;

	CU_ASSERT_EQUAL(plugin_open(host, PLUGIN_STAGE1, "gone", &p, &e), -1);
	CU_ASSERT_EQUAL(e.code, RKT_ERR_UNSUPPORTED);
	assert_text(fixture_line(&e),
		    "plugin 'stage1/gone' is disabled by the configuration");
	plugin_host_free(host);
}

static void
only_regular_files_of_trusted_owners(void)
{
	const char *file = fixture_file("stage1", "good");

	fixture_copy("stage1", "good", NULL);
	chmod(file, 0775);
	expect_refusal("good", RKT_ERR_UNTRUSTED,
		       "others can write to plugin '@'");
	chmod(file, 0757);
	expect_refusal("good", RKT_ERR_UNTRUSTED,
		       "others can write to plugin '@'");
	chmod(file, 0755);
	if (geteuid() == 0) {
		CU_ASSERT_EQUAL(chown(file, 1234, 0), 0);
		expect_refusal("good", RKT_ERR_UNTRUSTED,
			       "plugin '@' belongs to user 1234");
	}
	unlink(file);
	CU_ASSERT_EQUAL(symlink(BAD_DIR "/rkt-stage1-good.so", file), 0);
	expect_refusal("good", RKT_ERR_UNTRUSTED,
		       "plugin '@' is not a regular file");
	unlink(file);
	CU_ASSERT_EQUAL(mkfifo(file, 0600), 0);
	expect_refusal("good", RKT_ERR_UNTRUSTED,
		       "plugin '@' is not a regular file");
}

/* Open stage1/good in `dir`, with '@' for the test's directory. */
static void
expect_dir(const char *dir, int err, const char *want)
{
	struct plugin_host_options options = {.plugin_dir = dir};
	struct plugin_host *host = plugin_host_new(&options);
	struct error e = ERROR_NONE;
	struct plugin *p;
	int rc = plugin_open(host, PLUGIN_STAGE1, "good", &p, &e);

	CU_ASSERT_EQUAL(rc, want ? -1 : 0);
	if (want && rc < 0) {
		const char *at = strchr(want, '@');
		autofree char *text =
			at ? xasprintf("%.*s%s%s", (int)(at - want), want,
				       unit_tmpdir_path(), at + 1)
			   : xstrdup(want);

		assert_text(fixture_line(&e), text);
		CU_ASSERT_EQUAL(e.err, err);
	} else if (rc < 0) {
		fprintf(stderr, "# %s\n", fixture_line(&e));
	}
	plugin_host_free(host);
}

static void
every_directory_above_is_checked(void)
{
	autofree char *dir = xasprintf("%s/a/b", unit_tmpdir_path());
	autofree char *above = xasprintf("%s/a", unit_tmpdir_path());
	autofree char *link = xasprintf("%s/link", unit_tmpdir_path());
	autofree char *roundabout = xasprintf("%s/../b/", dir);
	autofree char *through = xasprintf("%s/b", link);
	autofree char *file = xasprintf("%s/rkt-stage1-good.so", dir);
	struct error e = ERROR_NONE;

	fixture_copy("stage1", "good", NULL);
	CU_ASSERT_EQUAL(dir_make_all(AT_FDCWD, dir, 0755, &e), 0);
	CU_ASSERT_EQUAL(rename(fixture_file("stage1", "good"), file), 0);
	CU_ASSERT_EQUAL(symlink("a", link), 0);
	expect_dir(dir, 0, NULL);
	expect_dir(through, 0, NULL);
	expect_dir(roundabout, 0, NULL);

	chmod(above, 0777);
	expect_dir(dir, 0, "others can write to directory '@/a'");
	expect_dir(through, 0, "others can write to directory '@/a'");
	if (geteuid() == 0) {
		/* Sticky and of root: nobody can rename what is below. */
		chmod(above, 01777);
		expect_dir(dir, 0, NULL);
		chmod(above, 0755);
		CU_ASSERT_EQUAL(chown(above, 1234, 0), 0);
		expect_dir(dir, 0, "directory '@/a' belongs to user 1234");
		CU_ASSERT_EQUAL(chown(above, 0, 0), 0);
	}
	chmod(above, 0755);
	/* The directory itself gets no such mercy: anyone could add to it. */
	chmod(dir, 01777);
	expect_dir(dir, 0, "others can write to directory '@/a/b'");
}

static void
directories_that_are_none(void)
{
	autofree char *dir = xasprintf("%s/none", unit_tmpdir_path());

	expect_dir("plugins", 0,
		   "plugin directory 'plugins' is not an absolute path");
	expect_dir(dir, ENOENT,
		   "open plugin directory '@/none': No such file or directory");
	fixture_copy("stage1", "good", NULL);
	expect_dir(fixture_file("stage1", "good"), ENOTDIR,
		   "open plugin directory '@/rkt-stage1-good.so': "
		   "Not a directory");
}

static void
environment_counts_only_when_allowed(void)
{
	struct plugin_host_options options = {.allow_plugin_path = true};
	struct plugin_host *host;

	setenv("RKT_PLUGIN_DIR", "/somewhere/else", 1);
	host = plugin_host_new(&options);
	assert_text(plugin_host_dir(host), "/somewhere/else");
	plugin_host_free(host);

	options.allow_plugin_path = false;
	host = plugin_host_new(&options);
	assert_text(plugin_host_dir(host),
		    geteuid() == 0 ? PLUGIN_DIR : "/somewhere/else");
	plugin_host_free(host);

	options.plugin_dir = "/given";
	host = plugin_host_new(&options);
	assert_text(plugin_host_dir(host), "/given");
	plugin_host_free(host);
}

static void
names_are_sorted_and_well_formed(void)
{
	const char *const files[] = {
		"rkt-stage1-b.so", "rkt-stage1-a.so",     "rkt-stage1-.so",
		"rkt-stage1-C.so", "rkt-stage1-c.so.bak", "rkt-net-d.so",
		"rkt-stage1-e.la", "stage1-f.so",
	};
	auto_strings struct strings names = {0};
	struct plugin_host *host = fixture_host(NULL);
	autoclose int dir = unit_tmpdir();
	struct error e = ERROR_NONE;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		CU_ASSERT_EQUAL(file_write(dir, files[i], "", 0, 0644, &e), 0);
	CU_ASSERT_EQUAL(plugin_names(host, PLUGIN_STAGE1, &names, &e), 0);
	CU_ASSERT_EQUAL_FATAL(names.len, 2);
	assert_text(names.items[0], "a");
	assert_text(names.items[1], "b");
	plugin_host_free(host);
}

static CU_TestInfo tests[] = {
	{"each_wrong_plugin_is_told_apart", each_wrong_plugin_is_told_apart},
	{"sizes_that_cannot_be_are_refused", sizes_that_cannot_be_are_refused},
	{"a_file_that_is_no_object_is_told_with_the_linkers_words",
	 a_file_that_is_no_object_is_told_with_the_linkers_words},
	{"a_good_plugin_opens_once", a_good_plugin_opens_once},
	{"older_and_newer_plugins_load", older_and_newer_plugins_load},
	{"absent_and_malformed_names", absent_and_malformed_names},
	{"disabled_plugins_are_not_even_looked_for",
	 disabled_plugins_are_not_even_looked_for},
	{"only_regular_files_of_trusted_owners",
	 only_regular_files_of_trusted_owners},
	{"every_directory_above_is_checked", every_directory_above_is_checked},
	{"directories_that_are_none", directories_that_are_none},
	{"environment_counts_only_when_allowed",
	 environment_counts_only_when_allowed},
	{"names_are_sorted_and_well_formed", names_are_sorted_and_well_formed},
	CU_TEST_INFO_NULL,
};

UNIT_MAIN(tests)
