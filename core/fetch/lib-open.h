/* Filling a table of functions from a shared library.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_LIB_OPEN_H
#define CORE_FETCH_LIB_OPEN_H

#include <stddef.h>

#include "core/base/error.h"

struct lib_symbol {
	const char *name;
	void *to; /* the table's member: a pointer to a function */
};

/* `what` says in the message what the library is needed for. */
int lib_open(const char *soname, const char *what,
	     const struct lib_symbol *symbols, size_t n_symbols,
	     struct error *e);

#endif
