/* Bringing a shared object into the process, through libltdl.
 * SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "internal.h"

#include <dlfcn.h>
#include <ltdl.h>
#include <stdio.h>
#include <string.h>

/* libltdl is not thread-safe. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The dynamic linker's text names the file first; the message does already. */
static const char *
reason(const char *text, const char *file)
{
	size_t len = strlen(file);

	if (!text)
		return "no reason given";
	if (strncmp(text, file, len) == 0 && strncmp(text + len, ": ", 2) == 0)
		return text + len + 2;
	return text;
}

/* libltdl binds lazily and reports every failure as "file not found".  The
 * dynamic linker, asked first, binds now and tells the truth; the second open
 * of the same path costs no system call. */
static int
preflight(const char *file, void **ret, struct error *e)
{
	*ret = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	if (!*ret)
		return error_set(e, RKT_ERR_SYSTEM,
				 "cannot load plugin '%s': %s", file,
				 reason(dlerror(), file));
	return 0;
}

static lt_dlhandle
open_module(const char *file)
{
	lt_dladvise advise;
	lt_dlhandle module = NULL;

	if (lt_dladvise_init(&advise) != 0)
		return NULL;
	if (lt_dladvise_local(&advise) == 0)
		module = lt_dlopenadvise(file, advise);
	lt_dladvise_destroy(&advise);
#ifdef BUILT_WITH_SANITIZERS
	/* Reports name functions only while their object is mapped. */
	if (module)
		lt_dlmakeresident(module);
#endif
	return module;
}

static int
open_locked(const char *file, lt_dlhandle *ret, struct error *e)
{
	static bool is_ready;
	void *first;

	if (!is_ready && lt_dlinit() != 0)
		return error_set(e, RKT_ERR_SYSTEM, "cannot start libltdl: %s",
				 lt_dlerror());
	is_ready = true;
	if (preflight(file, &first, e) < 0)
		return -1;
	*ret = open_module(file);
	if (!*ret)
		error_set(e, RKT_ERR_SYSTEM, "cannot load plugin '%s': %s",
			  file, reason(lt_dlerror(), file));
	dlclose(first);
	return *ret ? 0 : -1;
}

/* The entry of another major, so that the message can say which it speaks. */
static int
wrong_entry(lt_dlhandle module, const char *file, const struct plugin_abi *abi,
	    struct error *e)
{
	const char *kind = plugin_kind_name(abi->kind);
	char symbol[64];

	for (unsigned int major = 0; major < 16; major++) {
		snprintf(symbol, sizeof(symbol), "rkt_%s_plugin_v%u", kind,
			 major);
		if (lt_dlsym(module, symbol))
			return error_set(e, RKT_ERR_UNSUPPORTED,
					 "plugin '%s' speaks %s ABI %u, this "
					 "rkt speaks %u",
					 file, kind, major, abi->major);
	}
	return error_set(e, RKT_ERR_UNSUPPORTED,
			 "plugin '%s' speaks no %s ABI %u: no symbol '%s'",
			 file, kind, abi->major, abi->entry);
}

static int
find_descriptor(lt_dlhandle module, const char *file,
		const struct plugin_abi *abi, const void **ret, struct error *e)
{
	const void *(*entry)(void);
	void *symbol = lt_dlsym(module, abi->entry);

	if (!symbol)
		return wrong_entry(module, file, abi, e);
	memcpy(&entry, &symbol, sizeof(entry));
	*ret = entry();
	if (!*ret)
		return error_set(e, RKT_ERR_INPUT,
				 "plugin '%s' returns no descriptor", file);
	return 0;
}

int
plugin_load(const char *file, const struct plugin_abi *abi, void **ret_module,
	    const void **ret_descriptor, struct error *e)
{
	lt_dlhandle module = NULL;
	int rc;

	pthread_mutex_lock(&lock);
	rc = open_locked(file, &module, e);
	if (rc == 0)
		rc = find_descriptor(module, file, abi, ret_descriptor, e);
	if (rc < 0 && module)
		lt_dlclose(module);
	pthread_mutex_unlock(&lock);
	if (rc == 0)
		*ret_module = module;
	return rc;
}

void
plugin_unload(void *module)
{
	pthread_mutex_lock(&lock);
	lt_dlclose(module);
	pthread_mutex_unlock(&lock);
}
