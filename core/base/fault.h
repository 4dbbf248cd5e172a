/* Making system calls fail on demand, for tests.
 * SPDX-License-Identifier: Apache-2.0
 *
 *	RKT_FAULT=openat:ENOSPC:3,fsync:EIO:1 rkt fetch ...
 *
 * makes the third openat of the process and its first fsync fail, once each.
 * Costs nothing unless built with --enable-fault-injection. */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <config.h>

#ifdef FAULT_INJECTION
#include <stdbool.h>

/* Count one call of `name`; true, with errno set, if this one is to fail. */
bool fault_strikes(const char *name);

/* As the call `expr` itself, -1 and errno when it is to fail. */
#define fault(name, expr) (fault_strikes(#name) ? -1 : (expr))
#else
#define fault(name, expr) (expr)
#endif

#endif
