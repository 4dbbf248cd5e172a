/* Filling a table of functions from a shared library.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_BASE_LIB_OPEN_H
#define CORE_BASE_LIB_OPEN_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

struct lib_symbol {
	const char *name;
	void *to; /* the table's member: a pointer to a function */
};

/* Opens the library unless *is_open, and says so there.  `what` tells in the
 * message what it is needed for.  May be called by several threads. */
int lib_open(const char *soname, const char *what,
	     const struct lib_symbol *symbols, size_t n_symbols, bool *is_open,
	     struct error *e);

#endif
