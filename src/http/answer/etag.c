/* See etag.h. */
#include "http/answer/etag.h"

#include "http/answer/seal.h"
#include "http/message/negotiation.h"

#include <stdio.h>
#include <string.h>

enum { SUM_DIGITS = 16, SEAL_DIGITS = 8 };

static const uint64_t LEFT = UINT64_C(0x9E3779B97F4A7C15), RIGHT = UINT64_C(0xD6E8FEB86659FD93);

__extension__ typedef unsigned __int128 wide;

/* The product of two words, folded into one: each bit of it depends on most bits of both. */
static uint64_t fold(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

enum { BLOCK = 4 * sizeof(uint64_t) };

/* One block into the two lanes. The constants are odd, with as many ones as zeros. */
static inline void mix_block(const char bytes[BLOCK], uint64_t *one, uint64_t *two)
{
	uint64_t words[BLOCK / sizeof(uint64_t)];

	memcpy(words, bytes, sizeof words);
	*one = fold(words[0] ^ LEFT, words[1] ^ *one);
	*two = fold(words[2] ^ RIGHT, words[3] ^ *two);
}

/*
 * A checksum, in two lanes because a multiplication takes as long as several. No defence against an enemy,
 * who could only trick himself. What is left over is a block of its own, filled up with zeros: the length
 * tells apart what ends in zeros.
 */
static uint64_t checksum(const char *bytes, size_t len)
{
	uint64_t one = len, two = LEFT;
	char rest[BLOCK] = {0};

	for (; len >= BLOCK; bytes += BLOCK, len -= BLOCK)
		mix_block(bytes, &one, &two);
	memcpy(rest, bytes, len);
	mix_block(rest, &one, &two);
	return fold(one ^ LEFT, two ^ RIGHT);
}

static void put_hex(char *to, uint64_t number, int digits)
{
	for (; digits-- > 0; number >>= 4)
		to[digits] = "0123456789abcdef"[number & 15];
}

void etag_of_bytes(struct buf *tag, const char *bytes, size_t len)
{
	char sum[SUM_DIGITS];
	put_hex(sum, checksum(bytes, len), SUM_DIGITS);
	buf_add(tag, sum, SUM_DIGITS);
}

/* The digits that stand behind a checksum. */
static void seal_version(struct uuid id, int64_t version, const char sum[SUM_DIGITS], char out[SEAL_DIGITS])
{
	char all[1 + sizeof id + sizeof version + SUM_DIGITS] = "v";
	memcpy(all + 1, &id, sizeof id);
	memcpy(all + 1 + sizeof id, &version, sizeof version);
	memcpy(all + 1 + sizeof id + sizeof version, sum, SUM_DIGITS);
	put_hex(out, seal(all, sizeof all), SEAL_DIGITS);
}

static struct uuid id_of(const struct endpoint *e, const void *value)
{
	struct uuid id = {{0}};
	if (e->id)
		memcpy(&id, (const char *)value + e->id->offset, sizeof id);
	return id;
}

const char *etag_of_value(struct exchange *ex, const void *value, const char *bytes, size_t len)
{
	const struct endpoint *e = ex->match.endpoint;
	struct buf tag = {.arena = ex->rq.cx.arena};
	char seal_text[SEAL_DIGITS];
	int64_t version;

	if (!e->version && !e->is_platform)
		return NULL;
	if (!e->version) {
		etag_of_bytes(&tag, bytes, len);
		return buf_text(&tag);
	}
	memcpy(&version, (const char *)value + e->version->offset, sizeof version);
	buf_char(&tag, 'v');
	buf_int(&tag, version);
	buf_char(&tag, '-');
	etag_of_bytes(&tag, bytes, len);
	seal_version(id_of(e, value), version, tag.at + tag.len - SUM_DIGITS, seal_text);
	buf_add(&tag, seal_text, SEAL_DIGITS);
	return buf_text(&tag);
}

/* --- If-Match --- */

struct wanted {
	struct uuid id;
	int64_t version;
};

/* What the path names by {id}; without one it is the viewer who is changed (/users/me). */
static struct uuid id_of_request(const struct exchange *ex)
{
	const struct endpoint *e = ex->match.endpoint;
	struct uuid id = ex->rq.cx.viewer.user_id;
	for (int i = 0; i < e->param_count; i++)
		if (strcmp(e->param_names[i], "id") == 0)
			uuid_read(ex->match.params[i].at, ex->match.params[i].len, &id);
	return id;
}

static bool is_of_version(const void *arg, const char *tag, size_t len)
{
	const struct wanted *w = arg;
	char version[24], right[SEAL_DIGITS];
	size_t skip = (size_t)snprintf(version, sizeof version, "v%lld-", (long long)w->version);

	if (len != skip + SUM_DIGITS + SEAL_DIGITS || memcmp(tag, version, skip) != 0)
		return false;
	seal_version(w->id, w->version, tag + skip, right);
	return memcmp(tag + skip + SUM_DIGITS, right, SEAL_DIGITS) == 0;
}

static err no_match(struct exchange *ex, const char *value, size_t len)
{
	if (!memmem(value, len, "W/\"", 3))
		return PRECONDITION_FAILED;
	return problem_detail(
		&ex->rq.cx, PRECONDITION_FAILED,
		"If-Match compares strongly (RFC 9110, section 13.1.1), and a tag that begins with "
		"W/ is weak: a proxy on the way has made it so, most likely when it compressed the "
		"answer. Send the tag without W/, and have the proxy leave these answers as they "
		"are.");
}

err require_match(struct req *rq, int64_t version)
{
	struct exchange *ex = exchange_of(rq);
	const struct wanted w = {id_of_request(ex), version};
	err e = NULL;

	for (int i = head_next(&ex->head, FIELD_IF_MATCH, -1); i >= 0;
	     i = head_next(&ex->head, FIELD_IF_MATCH, i)) {
		const struct span v = ex->head.fields[i].value;
		if (etags_fit(ex->bytes + v.at, v.len, is_of_version, &w))
			return NULL;
		e = no_match(ex, ex->bytes + v.at, v.len);
	}
	return e;
}
