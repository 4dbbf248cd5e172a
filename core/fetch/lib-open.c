/* Filling a table of functions from a shared library.
 * SPDX-License-Identifier: Apache-2.0 */
#include "lib-open.h"

#include <dlfcn.h>
#include <string.h>

int
lib_open(const char *soname, const char *what, const struct lib_symbol *symbols,
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
