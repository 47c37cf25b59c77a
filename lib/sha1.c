/* SHA-1 (FIPS 180-4). */
#include "sha1.h"

#include <string.h>

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t get_be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_be32(unsigned char *p, uint32_t x)
{
	p[0] = (unsigned char)(x >> 24);
	p[1] = (unsigned char)(x >> 16);
	p[2] = (unsigned char)(x >> 8);
	p[3] = (unsigned char)x;
}

/* One round: f and k belong to its quarter. The five words change places instead of values. */
#define ROUND(a, b, c, d, e, f, k, w)                           \
	do {                                                    \
		e += rotate(a, 5) + (f) + (k) + (w);            \
		b = rotate(b, 30);                              \
	} while (0)
#define CHOOSE(b, c, d) (d ^ (b & (c ^ d)))
#define PARITY(b, c, d) (b ^ c ^ d)
#define MAJORITY(b, c, d) ((b & c) | (d & (b | c)))
#define FIVE_ROUNDS(f, k, i)                                    \
	do {                                                    \
		ROUND(a, b, c, d, e, f(b, c, d), k, w[i]);      \
		ROUND(e, a, b, c, d, f(a, b, c), k, w[i + 1]);  \
		ROUND(d, e, a, b, c, f(e, a, b), k, w[i + 2]);  \
		ROUND(c, d, e, a, b, f(d, e, a), k, w[i + 3]);  \
		ROUND(b, c, d, e, a, f(c, d, e), k, w[i + 4]);  \
	} while (0)

static void add_block(uint32_t state[5], const unsigned char *block)
{
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
	uint32_t w[80];

	for (int i = 0; i < 16; i++)
		w[i] = get_be32(block + 4 * i);
	for (int i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 20; i += 5)
		FIVE_ROUNDS(CHOOSE, 0x5a827999, i);
	for (int i = 20; i < 40; i += 5)
		FIVE_ROUNDS(PARITY, 0x6ed9eba1, i);
	for (int i = 40; i < 60; i += 5)
		FIVE_ROUNDS(MAJORITY, 0x8f1bbcdc, i);
	for (int i = 60; i < 80; i += 5)
		FIVE_ROUNDS(PARITY, 0xca62c1d6, i);
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
}

void sha1_init(struct sha1 *sha)
{
	static const uint32_t start[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };

	memcpy(sha->state, start, sizeof(start));
	sha->len = 0;
}

void sha1_add(struct sha1 *sha, const void *data, size_t len)
{
	const unsigned char *p = data;
	size_t held = sha->len % 64;

	sha->len += len;
	if (held) {
		size_t take = 64 - held < len ? 64 - held : len;

		memcpy(sha->block + held, p, take);
		p += take;
		len -= take;
		if (held + take < 64)
			return;
		add_block(sha->state, sha->block);
	}
	for (; len >= 64; p += 64, len -= 64)
		add_block(sha->state, p);
	if (len)
		memcpy(sha->block, p, len);
}

void sha1_end(struct id *out, struct sha1 *sha)
{
	static const unsigned char padding[64] = { 0x80 };
	uint64_t bits = 8 * sha->len;
	size_t held = sha->len % 64;
	unsigned char length[8];

	put_be32(length, (uint32_t)(bits >> 32));
	put_be32(length + 4, (uint32_t)bits);
	sha1_add(sha, padding, held < 56 ? 56 - held : 120 - held);
	sha1_add(sha, length, sizeof(length));
	for (int i = 0; i < 5; i++)
		put_be32(out->raw + 4 * i, sha->state[i]);
}
