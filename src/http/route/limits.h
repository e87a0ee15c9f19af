/* Rate limits: token buckets by address or user, in memory of a fixed size. */
#ifndef HTTP_LIMITS_H
#define HTTP_LIMITS_H

#include "http/server.h"

/* Buckets that every route has; named ones of routes follow. */
enum { BUCKET_ADDRESS, BUCKET_GUEST, BUCKET_USER, BUCKET_WRITES };

/* What a client has left after a request. */
struct allowance {
	int bucket;
	int remaining;     /* requests that would be answered now */
	int full_s;        /* seconds until the bucket is full again */
	int retry_after_s; /* 0: allowed */
};

/* What has no rate among `rates` (which may be NULL) has no limit. False: an unknown name, said on stderr. */
bool limits_open(const struct http_rate *rates);
void limits_close(void);

/* The bucket of that name, -1: none. */
int limits_bucket(const char *name);

/*
 * Takes one token of `who` (an address or an id), whose bucket is `width` times as wide as the rate says.
 * False when there is none; *out is filled either way.
 */
bool limit_take(int bucket, const void *who, size_t len, int width, struct allowance *out);

/* As limit_take, and nothing is taken. */
bool limit_look(int bucket, const void *who, size_t len, int width, struct allowance *out);

/* Gives a token back that was taken of the same client. */
void limit_give(int bucket, const void *who, size_t len, int width);

/* A RateLimit-Policy item, "guest";q=300;w=300, and where in it the other fields find name and count. */
struct limit_policy {
	char text[64];
	uint8_t len, name_len, count_at, count_len; /* bytes; the name with its quotes */
};

const struct http_rate *limit_rate(int bucket);
const struct limit_policy *limit_policy(int bucket);

#endif
