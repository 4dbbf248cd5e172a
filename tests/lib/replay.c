/* Runs a fuzz target over its seeds, where there is no fuzzer, and reports in
 * TAP.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	tests/fuzz/NAME            all of $srcdir/tests/fuzz/corpus/NAME
 *	tests/fuzz/NAME FILE...    these files */
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"
#include "core/base/fd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
	struct error e = ERROR_NONE;
	autofree char *text = NULL;
	autofree uint8_t *exact = NULL;
	size_t len;

	if (file_read_all(AT_FDCWD, path, (size_t)64 << 20, &text, &len, &e) <
	    0)
		return -1;
	/* No byte behind the input, so that a sanitizer sees overreads. */
	exact = xmemdup(text, len);
	LLVMFuzzerTestOneInput(exact, len);
	return 0;
}

static int
is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir");
	autofree char *dir = NULL;
	struct dirent **names = NULL;
	int n, n_failed = 0;

	if (argc > 1) {
		for (int i = 1; i < argc; i++)
			if (replay(argv[i]) < 0)
				return 99;
		return 0;
	}
	dir = xasprintf("%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".",
			basename(argv[0]));
	n = scandir(dir, &names, is_file, alphasort);
	if (n <= 0) {
		fprintf(stderr, "# no seeds in %s\n", dir);
		return 99;
	}
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		autofree char *path =
			xasprintf("%s/%s", dir, names[i]->d_name);
		int rc;

		/* A crash shows which seed: the line is out before it runs. */
		fprintf(stderr, "# %s\n", path);
		rc = replay(path);
		n_failed += rc < 0;
		printf("%s %d - %s\n", rc < 0 ? "not ok" : "ok", i + 1,
		       names[i]->d_name);
		free(names[i]);
	}
	free(names);
	return n_failed > 0;
}
