/* core/render/output: a file appears whole or not at all.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/output.h"

#include "tests/unit/pod/common.h"

static const char target[] = "there";

static char *
in_tmp(const char *name)
{
	return xasprintf("%s/%s", unit_tmpdir_path(), name);
}

static int
open_it(bool overwrite, bool is_gzip, struct output **ret, struct error *e)
{
	autofree char *path = in_tmp(target);

	return output_open(
		path,
		&(struct output_options){overwrite, is_gzip, "it is there"},
		ret, e);
}

static size_t
count_entries(void)
{
	DIR *dir = opendir(unit_tmpdir_path());
	size_t n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n - 2;
}

/* More than the ring holds at a time. */
static void
write_much(struct output *o, size_t len)
{
	autofree char *data = xmalloc(70001);
	struct error e = ERROR_NONE;

	for (size_t i = 0; i < 70001; i++)
		data[i] = (char)(i * 7);
	while (len > 0) {
		size_t n = len < 70001 ? len : 70001;

		must(output_write(o, data, n, &e) == 0);
		len -= n;
	}
}

static void
appears_when_complete(void)
{
	autofree char *path = in_tmp(target);
	struct error e = ERROR_NONE;
	struct output *o;
	struct stat st;

	umask(0077);
	must(open_it(false, false, &o, &e) == 0);
	write_much(o, 3 << 20);
	CU_ASSERT_EQUAL(access(path, F_OK), -1);
	CU_ASSERT_EQUAL(output_commit(o, &e), 0);
	output_free(o);
	must(stat(path, &st) == 0);
	CU_ASSERT_EQUAL(st.st_size, 3 << 20);
	CU_ASSERT_EQUAL(st.st_mode, S_IFREG | 0644);
	CU_ASSERT_EQUAL(count_entries(), 1);
}

static void
nothing_without_commit(void)
{
	struct error e = ERROR_NONE;
	struct output *o;

	must(open_it(false, true, &o, &e) == 0);
	write_much(o, 1 << 20);
	output_free(o);
	CU_ASSERT_EQUAL(count_entries(), 0);
}

static void
existing_file(void)
{
	autofree char *path = in_tmp(target);
	struct error e = ERROR_NONE;
	struct output *o, *late;
	autofree char *text = NULL;

	must(open_it(false, false, &late, &e) == 0);
	must(file_write(AT_FDCWD, path, "old", 3, 0600, &e) == 0);
	CU_ASSERT_EQUAL(open_it(false, false, &o, &e), -1);
	assert_text(e.layers[0], "it is there");
	/* Somebody made it meanwhile. */
	error_clear(&e);
	CU_ASSERT_EQUAL(output_commit(late, &e), -1);
	assert_text(e.layers[0], "it is there");
	output_free(late);

	error_clear(&e);
	must(open_it(true, false, &o, &e) == 0);
	must(output_write(o, "new", 3, &e) == 0);
	CU_ASSERT_EQUAL(output_commit(o, &e), 0);
	output_free(o);
	must(file_read_all(AT_FDCWD, path, 10, &text, NULL, &e) == 0);
	assert_text(text, "new");
	CU_ASSERT_EQUAL(count_entries(), 1);
}

static void
bad_places(void)
{
	static const char *const names[] = {"no/such/dir", "dir", "dir/"};
	autofree char *dir = in_tmp("dir");
	struct output *o;

	must(mkdir(dir, 0755) == 0);
	for (size_t i = 0; i < 3; i++) {
		struct error e = ERROR_NONE;
		autofree char *path = in_tmp(names[i]);

		CU_ASSERT_EQUAL(
			output_open(path,
				    &(struct output_options){.overwrite = true},
				    &o, &e),
			-1);
		CU_ASSERT_EQUAL(e.err, i == 0 ? ENOENT : EISDIR);
	}
}

static void
compresses_the_same_each_time(void)
{
	autofree char *path = in_tmp(target);
	autofree char *first = NULL, *second = NULL;
	autofree char *command = xasprintf("gzip -t %s", path);
	size_t len1 = 0, len2 = 0;

	for (int i = 0; i < 2; i++) {
		struct error e = ERROR_NONE;
		struct output *o;

		must(open_it(true, true, &o, &e) == 0);
		write_much(o, 2 << 20);
		must(output_commit(o, &e) == 0);
		output_free(o);
		must(system(command) == 0);
		must(file_read_all(AT_FDCWD, path, 3 << 20,
				   i ? &second : &first, i ? &len2 : &len1,
				   &e) == 0);
	}
	CU_ASSERT_EQUAL_FATAL(len1, len2);
	CU_ASSERT_EQUAL(memcmp(first, second, len1), 0);
	CU_ASSERT(len1 < 1 << 20);
	CU_ASSERT_EQUAL(memcmp(first + 4, "\0\0\0\0", 4), 0); /* no time */
}

static CU_TestInfo tests[] = {
	{"appears_when_complete", appears_when_complete},
	{"nothing_without_commit", nothing_without_commit},
	{"existing_file", existing_file},
	{"bad_places", bad_places},
	{"compresses_the_same_each_time", compresses_the_same_each_time},
	CU_TEST_INFO_NULL,
};
UNIT_MAIN(tests)
