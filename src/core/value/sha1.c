/* SHA-1 as FIPS 180-4 section 6.1 writes it down; the names a to e and k are the standard's. */
#include "core/value/sha1.h"

#include <string.h>

static uint32_t rotate(uint32_t word, int bits)
{
	return word << bits | word >> (32 - bits);
}

static void expand(const uint8_t block[64], uint32_t schedule[80])
{
	for (int t = 0; t < 16; t++)
		schedule[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
			      (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (int t = 16; t < 80; t++)
		schedule[t] = rotate(schedule[t - 3] ^ schedule[t - 8] ^ schedule[t - 14] ^ schedule[t - 16], 1);
}

static uint32_t mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return (b & c) ^ (~b & d);
	if (t < 40 || t >= 60)
		return b ^ c ^ d;
	return (b & c) ^ (b & d) ^ (c & d);
}

static void add_block(uint32_t state[5], const uint8_t block[64])
{
	static const uint32_t k[] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
	uint32_t schedule[80], a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];

	expand(block, schedule);
	for (int t = 0; t < 80; t++) {
		uint32_t next = rotate(a, 5) + mix(t, b, c, d) + e + k[t / 20] + schedule[t];

		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void sha1_begin(struct sha1 *h)
{
	*h = (struct sha1){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};
}

void sha1_add(struct sha1 *h, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++) {
		h->block[h->bytes++ % 64] = p[i];
		if (h->bytes % 64 == 0)
			add_block(h->state, h->block);
	}
}

void sha1_end(struct sha1 *h, uint8_t digest[20])
{
	static const uint8_t one_bit = 0x80, zero = 0;
	uint64_t bits = h->bytes * 8;
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	sha1_add(h, &one_bit, 1);
	while (h->bytes % 64 != 56)
		sha1_add(h, &zero, 1);
	sha1_add(h, length, sizeof length);
	for (int i = 0; i < 20; i++)
		digest[i] = (uint8_t)(h->state[i / 4] >> (24 - i % 4 * 8));
}
