/* Filling a table of functions from a shared library.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-open.h"

#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

static int
fill(const char *soname, const char *what, const struct lib_symbol *symbols,
     size_t n_symbols, struct error *e)
{
	void *handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return error_set(e, RKT_ERR_UNSUPPORTED,
				 "cannot open %s, which is needed to %s: %s",
				 soname, what, dlerror());
	for (size_t i = 0; i < n_symbols; i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol) {
			dlclose(handle);
			return error_set(e, RKT_ERR_UNSUPPORTED,
					 "%s is too old: it lacks %s()", soname,
					 symbols[i].name);
		}
		memcpy(symbols[i].to, &symbol, sizeof(symbol));
	}
	return 0;
}

int
lib_open(const char *soname, const char *what, const struct lib_symbol *symbols,
	 size_t n_symbols, bool *is_open, struct error *e)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	int rc = 0;

	pthread_mutex_lock(&lock);
	if (!*is_open)
		rc = fill(soname, what, symbols, n_symbols, e);
	*is_open = rc == 0;
	pthread_mutex_unlock(&lock);
	return rc;
}
