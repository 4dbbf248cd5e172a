/* Writing a tar archive: ustar, with pax records where that has no room.
 * SPDX-License-Identifier: Apache-2.0 */
#include "core/render/tar.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "core/base/alloc.h"
#include "core/base/cleanup.h"

#define NAME_LEN   100
#define PREFIX_LEN 155
#define OCTAL_7    07777777ull
#define OCTAL_11   077777777777ull

/* POSIX.1-2008, pax: "ustar Interchange Format". */
struct head {
	char name[NAME_LEN];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char sum[8];
	char type;
	char link[NAME_LEN];
	char magic[6];
	char version[2];
	char uname[32];
	char gname[32];
	char major[8];
	char minor[8];
	char prefix[PREFIX_LEN];
	char pad[12];
};
_Static_assert(sizeof(struct head) == TAR_BLOCK, "a header is one block");

/* ---- pax records ------------------------------------------------------------
 */

static size_t
digits(size_t n)
{
	size_t count = 1;

	while (n /= 10)
		count++;
	return count;
}

/* "LEN KEY=VALUE\n", where LEN counts itself. */
static void
add_record(struct strbuf *to, const char *key, const void *value, size_t len)
{
	size_t rest = strlen(key) + len + 3;
	size_t total = rest + digits(rest);

	if (digits(total) > digits(rest))
		total = rest + digits(total);
	strbuf_printf(to, "%zu %s=", total, key);
	strbuf_add(to, value, len);
	strbuf_putc(to, '\n');
}

static void
add_number(struct strbuf *to, const char *key, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	add_record(to, key, text, strlen(text));
}

void
tar_add_xattr(struct strbuf *to, const char *name, const void *value,
	      size_t len)
{
	autofree char *key = xasprintf("SCHILY.xattr.%s", name);

	add_record(to, key, value, len);
}

/* Times before the epoch count backwards, their fractions forwards. */
static void
add_time(struct strbuf *to, const struct timespec *t)
{
	long long sec = t->tv_sec;
	long nsec = t->tv_nsec;
	const char *sign = "";
	char text[48];

	if (sec < 0) {
		sign = "-";
		sec = nsec > 0 ? -(sec + 1) : -sec;
		nsec = nsec > 0 ? 1000000000 - nsec : 0;
	}
	if (nsec > 0)
		snprintf(text, sizeof(text), "%s%lld.%09ld", sign, sec, nsec);
	else
		snprintf(text, sizeof(text), "%s%lld", sign, sec);
	add_record(to, "mtime", text, strlen(text));
}

/* ---- headers ----------------------------------------------------------------
 */

static void
put_octal(char *to, size_t size, uint64_t n)
{
	char text[32];

	snprintf(text, sizeof(text), "%0*llo", (int)size - 1,
		 (unsigned long long)n);
	memcpy(to, text, size - 1);
}

static void
put_text(char *to, size_t size, const char *s, size_t len)
{
	memcpy(to, s, len < size ? len : size);
}

/* In two parts, cut at a slash; false: too long for that. */
static bool
put_path(struct head *h, const char *path, size_t len)
{
	if (len <= NAME_LEN) {
		put_text(h->name, NAME_LEN, path, len);
		return true;
	}
	for (size_t at = len - NAME_LEN - 1; at < len && at <= PREFIX_LEN;
	     at++) {
		if (path[at] != '/' || at == 0 || at + 1 == len)
			continue;
		put_text(h->prefix, PREFIX_LEN, path, at);
		put_text(h->name, NAME_LEN, path + at + 1, len - at - 1);
		return true;
	}
	put_text(h->name, NAME_LEN, path, len);
	return false;
}

static void
put_sum(struct head *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	unsigned int sum = 0;

	memset(h->sum, ' ', sizeof(h->sum));
	for (size_t i = 0; i < sizeof(*h); i++)
		sum += bytes[i];
	snprintf(h->sum, sizeof(h->sum), "%06o", sum);
	h->sum[7] = ' ';
}

static void
head_init(struct head *h, char type)
{
	*h = (struct head){.type = type};
	memcpy(h->magic, "ustar", 6);
	memcpy(h->version, "00", 2);
	put_octal(h->major, sizeof(h->major), 0);
	put_octal(h->minor, sizeof(h->minor), 0);
}

static char
type_of(const struct tar_member *m)
{
	if (m->hardlink)
		return '1';
	switch (m->st->st_mode & S_IFMT) {
	case S_IFDIR:
		return '5';
	case S_IFLNK:
		return '2';
	case S_IFCHR:
		return '3';
	case S_IFBLK:
		return '4';
	case S_IFIFO:
		return '6';
	default:
		return '0';
	}
}

static void
put_owner(struct head *h, const struct stat *st, struct strbuf *pax)
{
	put_octal(h->uid, 8, st->st_uid <= OCTAL_7 ? st->st_uid : 0);
	put_octal(h->gid, 8, st->st_gid <= OCTAL_7 ? st->st_gid : 0);
	if (st->st_uid > OCTAL_7)
		add_number(pax, "uid", st->st_uid);
	if (st->st_gid > OCTAL_7)
		add_number(pax, "gid", st->st_gid);
}

static void
put_time(struct head *h, const struct timespec *t, struct strbuf *pax)
{
	bool fits = t->tv_sec >= 0 && (uint64_t)t->tv_sec <= OCTAL_11;

	put_octal(h->mtime, 12, fits ? (uint64_t)t->tv_sec : 0);
	if (!fits || t->tv_nsec != 0)
		add_time(pax, t);
}

static void
put_size(struct head *h, uint64_t size, struct strbuf *pax)
{
	put_octal(h->size, 12, size <= OCTAL_11 ? size : 0);
	if (size > OCTAL_11)
		add_number(pax, "size", size);
}

static void
put_link(struct head *h, const char *link, struct strbuf *pax)
{
	size_t len = strlen(link);

	put_text(h->link, NAME_LEN, link, len);
	if (len > NAME_LEN)
		add_record(pax, "linkpath", link, len);
}

/* The records as a member of their own, before the one they are about. */
static void
add_pax(struct strbuf *to, const char *path, const struct strbuf *pax)
{
	static const char zeros[TAR_BLOCK];
	const char *slash = strrchr(path, '/');
	autofree char *name =
		xasprintf("PaxHeaders/%s", slash ? slash + 1 : path);
	struct head h;

	head_init(&h, 'x');
	put_text(h.name, NAME_LEN, name, strlen(name));
	put_octal(h.mode, 8, 0644);
	put_octal(h.uid, 8, 0);
	put_octal(h.gid, 8, 0);
	put_octal(h.size, 12, pax->len);
	put_octal(h.mtime, 12, 0);
	put_sum(&h);
	strbuf_add(to, &h, sizeof(h));
	strbuf_add(to, pax->text, pax->len);
	strbuf_add(to, zeros, tar_padding(pax->len));
}

uint64_t
tar_content_size(const struct tar_member *m)
{
	return S_ISREG(m->st->st_mode) && !m->hardlink
		       ? (uint64_t)m->st->st_size
		       : 0;
}

size_t
tar_padding(uint64_t size)
{
	return (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK;
}

void
tar_header(struct strbuf *to, const struct tar_member *m)
{
	const struct stat *st = m->st;
	autofree char *path =
		xasprintf("%s%s", m->path, S_ISDIR(st->st_mode) ? "/" : "");
	const char *link = m->hardlink ? m->hardlink : m->link;
	auto_strbuf struct strbuf pax = {0};
	struct head h;

	head_init(&h, type_of(m));
	if (!put_path(&h, path, strlen(path)))
		add_record(&pax, "path", path, strlen(path));
	put_octal(h.mode, 8, st->st_mode & 07777);
	put_owner(&h, st, &pax);
	put_size(&h, tar_content_size(m), &pax);
	put_time(&h, &st->st_mtim, &pax);
	if (link)
		put_link(&h, link, &pax);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		put_octal(h.major, 8, major(st->st_rdev));
		put_octal(h.minor, 8, minor(st->st_rdev));
	}
	if (m->xattrs && m->xattrs->len > 0)
		strbuf_add(&pax, m->xattrs->text, m->xattrs->len);
	put_sum(&h);
	if (pax.len > 0)
		add_pax(to, m->path, &pax);
	strbuf_add(to, &h, sizeof(h));
}
