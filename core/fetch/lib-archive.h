/* libarchive, opened on first use: a table of its functions.
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FETCH_LIB_ARCHIVE_H
#define CORE_FETCH_LIB_ARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "core/base/error.h"

#define LIB_ARCHIVE_FUNCTIONS(X)                                               \
	X(archive_read_new)                                                    \
	X(archive_read_free)                                                   \
	X(archive_read_set_format)                                             \
	X(archive_read_append_filter)                                          \
	X(archive_read_open)                                                   \
	X(archive_read_next_header)                                            \
	X(archive_read_data_block)                                             \
	X(archive_filter_bytes)                                                \
	X(archive_error_string)                                                \
	X(archive_set_error)                                                   \
	X(archive_entry_pathname)                                              \
	X(archive_entry_hardlink)                                              \
	X(archive_entry_symlink)                                               \
	X(archive_entry_filetype)                                              \
	X(archive_entry_perm)                                                  \
	X(archive_entry_uid)                                                   \
	X(archive_entry_gid)                                                   \
	X(archive_entry_size)                                                  \
	X(archive_entry_mtime)                                                 \
	X(archive_entry_mtime_nsec)                                            \
	X(archive_entry_rdevmajor)                                             \
	X(archive_entry_rdevminor)                                             \
	X(archive_entry_sparse_count)                                          \
	X(archive_entry_xattr_reset)                                           \
	X(archive_entry_xattr_next)                                            \
	X(archive_write_new)                                                   \
	X(archive_write_free)                                                  \
	X(archive_write_add_filter_gzip)                                       \
	X(archive_write_set_filter_option)                                     \
	X(archive_write_set_format_raw)                                        \
	X(archive_write_set_bytes_in_last_block)                               \
	X(archive_write_open)                                                  \
	X(archive_write_header)                                                \
	X(archive_write_data)                                                  \
	X(archive_write_close)                                                 \
	X(archive_entry_new)                                                   \
	X(archive_entry_free)                                                  \
	X(archive_entry_set_filetype)

struct lib_archive {
#define X(name) __typeof__(name) *name;
	LIB_ARCHIVE_FUNCTIONS(X)
#undef X
};

/* The table, the same for every caller, for the life of the process. */
int lib_archive_open(const struct lib_archive **ret, struct error *e);

#endif
