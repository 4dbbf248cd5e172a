/* The check sum at the end of gzip data, which libarchive does not look at.
 * SPDX-License-Identifier: Apache-2.0 */
#include "gzip-check.h"

#include <pthread.h>
#include <string.h>

#define POLYNOMIAL 0xedb88320u
#define SLICES     8

static uint32_t table[SLICES][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void
table_fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? c >> 1 ^ POLYNOMIAL : c >> 1;
		table[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++) {
		for (int s = 1; s < SLICES; s++)
			table[s][i] = table[s - 1][i] >> 8 ^
				      table[0][table[s - 1][i] & 0xff];
	}
}

static uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Eight bytes a step ("slicing by 8"). */
void
gzip_check_add(struct gzip_check *c, const uint8_t *p, size_t len)
{
	uint32_t crc = ~c->crc;

	pthread_once(&table_once, table_fill);
	c->len += len;
	for (; len >= 8; len -= 8, p += 8) {
		uint32_t low = crc ^ get32(p), high = get32(p + 4);

		crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^
		      table[5][low >> 16 & 0xff] ^ table[4][low >> 24] ^
		      table[3][high & 0xff] ^ table[2][high >> 8 & 0xff] ^
		      table[1][high >> 16 & 0xff] ^ table[0][high >> 24];
	}
	for (; len > 0; len--, p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	c->crc = ~crc;
}

int
gzip_check_finish(const struct gzip_check *c, const uint8_t trailer[8],
		  const char *name, struct error *e)
{
	/* Another length: several members, or padding behind the last. */
	if (get32(trailer + 4) != (uint32_t)c->len)
		return 0;
	if (get32(trailer) != c->crc)
		return error_set(e, RKT_ERR_INPUT,
				 "%s: damaged gzip data: wrong check sum",
				 name);
	return 0;
}
