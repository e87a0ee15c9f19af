/*
 * Token buckets as theoretical arrival times (the generic cell rate algorithm, ITU-T I.371): one number a
 * bucket, and a full bucket is the same as none, so that forgetting it loses nothing.
 */
#include "core/memory/memory.h"
#include "http/route/limits.h"
#include "vobe/clock.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nanoseconds, so that a limit of a million requests a second still has a token's worth. */
#define SECOND_NS (1000 * SECOND_US)

/* clang-format off */
enum {
	WAYS = 4,     /* entries of a set: one cache line */
	SETS = 16384, /* 1 MiB in all: 65,536 clients at once */
	WHO_MAX = 32,
};
/* clang-format on */

/* The buckets there are; how much each holds is told by the settings (app/options.c). */
static const char *const bucket_names[] = {
	[BUCKET_ADDRESS] = "address",
	[BUCKET_GUEST] = "guest",
	[BUCKET_USER] = "user",
	[BUCKET_WRITES] = "writes",
	"register",
	"login",
	"chat",
	"refresh",
	"refusals",
};
enum { BUCKETS = sizeof bucket_names / sizeof *bucket_names };

struct entry {
	uint64_t key;    /* 0: never used */
	int64_t full_at; /* monotonic ns when the bucket will be full; the past: it is */
};

static struct {
	struct http_rate rates[BUCKETS];
	struct limit_policy policies[BUCKETS];
	struct entry *entries;
	unsigned char hash_key[crypto_shorthash_KEYBYTES];
} limits;

static void set_rate(int bucket, int count, int per_s)
{
	limits.rates[bucket] = (struct http_rate){bucket_names[bucket], count, per_s > 0 ? per_s : 1};
	struct limit_policy *p = &limits.policies[bucket];
	p->name_len = (uint8_t)snprintf(p->text, sizeof p->text, "\"%s\"", bucket_names[bucket]);
	p->count_at = p->name_len + (uint8_t)strlen(";q=");
	snprintf(p->text + p->name_len, sizeof p->text - p->name_len, ";q=%d;w=%d", count, per_s);
	p->count_len = (uint8_t)strspn(p->text + p->count_at, "-0123456789");
	p->len = (uint8_t)strlen(p->text);
}

bool limits_open(const struct http_rate *rates)
{
	for (int bucket = 0; bucket < BUCKETS; bucket++)
		set_rate(bucket, 0, 1);
	for (; rates && rates->name; rates++) {
		int bucket = limits_bucket(rates->name);
		if (bucket < 0) {
			fprintf(stderr, "no rate limit is called %s\n", rates->name);
			return false;
		}
		set_rate(bucket, rates->count, rates->per_s);
	}
	limits.entries = calloc((size_t)SETS * WAYS, sizeof *limits.entries);
	if (!limits.entries)
		memory_exhausted((size_t)SETS * WAYS * sizeof *limits.entries);
	randombytes_buf(limits.hash_key, sizeof limits.hash_key);
	return true;
}

void limits_close(void)
{
	free(limits.entries);
	limits.entries = NULL;
}

int limits_bucket(const char *name)
{
	for (int i = 0; i < BUCKETS; i++)
		if (strcmp(bucket_names[i], name) == 0)
			return i;
	return -1;
}

const struct http_rate *limit_rate(int bucket)
{
	return &limits.rates[bucket];
}

const struct limit_policy *limit_policy(int bucket)
{
	return &limits.policies[bucket];
}

/* A client's entry; when the set has no place left, that of the fullest bucket, which forgives the least. */
static struct entry *entry_of(uint64_t key)
{
	struct entry *set = limits.entries + (key % SETS) * WAYS, *oldest = set;
	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (set[i].full_at < oldest->full_at)
			oldest = &set[i];
	}
	*oldest = (struct entry){.key = key};
	return oldest;
}

static uint64_t key_of(int bucket, const void *who, size_t len)
{
	unsigned char name[1 + WHO_MAX], hash[crypto_shorthash_BYTES];
	uint64_t key;
	name[0] = (unsigned char)bucket;
	memcpy(name + 1, who, len < WHO_MAX ? len : WHO_MAX);
	crypto_shorthash(hash, name, 1 + (len < WHO_MAX ? len : WHO_MAX), limits.hash_key);
	memcpy(&key, hash, sizeof key);
	return key ? key : 1;
}

static int seconds_up(int64_t ns)
{
	return (int)((ns + SECOND_NS - 1) / SECOND_NS);
}

/* What one token of so wide a bucket weighs, in nanoseconds. */
static int64_t weight(const struct http_rate *rate, int width)
{
	return rate->per_s * SECOND_NS / rate->count / width;
}

bool limit_look(int bucket, const void *who, size_t len, int width, struct allowance *out)
{
	const bool is_left = limit_take(bucket, who, len, width, out);
	if (is_left)
		limit_give(bucket, who, len, width);
	return is_left;
}

void limit_give(int bucket, const void *who, size_t len, int width)
{
	const struct http_rate *rate = &limits.rates[bucket];
	if (rate->count > 0)
		entry_of(key_of(bucket, who, len))->full_at -= weight(rate, width);
}

bool limit_take(int bucket, const void *who, size_t len, int width, struct allowance *out)
{
	const struct http_rate *rate = &limits.rates[bucket];
	*out = (struct allowance){.bucket = bucket, .remaining = rate->count};
	if (rate->count <= 0)
		return true;

	struct entry *e = entry_of(key_of(bucket, who, len));
	int64_t now = clock_mono() * 1000, window = rate->per_s * SECOND_NS, token = weight(rate, width);
	int64_t full_at = (e->full_at > now ? e->full_at : now) + token;
	bool allowed = full_at - now <= window;
	if (allowed)
		e->full_at = full_at;
	else
		out->retry_after_s = seconds_up(full_at - now - window);
	out->remaining = (int)((window - (e->full_at - now)) / token);
	out->full_s = seconds_up(e->full_at - now);
	return allowed;
}
