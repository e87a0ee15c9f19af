/* Grammars of header values, paths and pairs; token buckets. Without a socket. */
#include "http/message/negotiation.h"
#include "http/message/parser.h"
#include "http/message/uri.h"
#include "http/route/limits.h"
#include "support/test.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sample {
	const char *text;
	bool wanted;
};

static void judge(const struct sample *s, bool (*is)(const char *s, size_t len))
{
	for (; s->text; s++)
		ck_assert_msg(is(s->text, strlen(s->text)) == s->wanted, "%s", s->text);
}

static void open_random(void)
{
	ck_assert_int_ge(sodium_init(), 0);
}

SCENE(open_random, NULL);

TEST(accepts_gzip_by_weight)
{
	static const struct sample samples[] = {
		{"gzip", true},
		{"GZIP", true},
		{"x-gzip", true},
		{"br,gzip", true},
		{"gzip;q=1.0", true},
		{"gzip ; q=0.001", true},
		{"*", true},
		{"br, *;q=0.1", true},
		{"*;q=0, gzip", true},
		{",,gzip,", true},
		{"gzip;q=0", false},
		{"gzip;q=0.000", false},
		{"gzip;q=0., *", false},
		{"", false},
		{"identity", false},
		{"br", false},
		{"gzipped", false},
		{"*;q=0", false},
		{NULL, false},
	};
	judge(samples, accepts_gzip);
}

static bool has_tag(const char *s, size_t len)
{
	return etags_have(s, len, "v3-ab", true);
}

static bool has_strong_tag(const char *s, size_t len)
{
	return etags_have(s, len, "v3-ab", false);
}

static bool begins_so(const void *arg, const char *tag, size_t len)
{
	return len >= 3 && memcmp(tag, arg, 3) == 0;
}

static bool has_version(const char *s, size_t len)
{
	return etags_fit(s, len, begins_so, "v3-");
}

TEST(entity_tags_are_compared)
{
	static const struct sample weak[] = {
		{"\"v3-ab\"", true},
		{"W/\"v3-ab\"", true},
		{"*", true},
		{"\"a,\\\" , \"v3-ab\"", true},
		{"\"v3-ab-gzip\"", true},
		{"v3-ab", false},
		{"\"v3-ab", false},
		{"\"v3-abc\"", false},
		{"\"v3-ab-br\"", false},
		{"w/\"v3-ab\"", false},
		{"", false},
		{"\"", false},
		{NULL, false},
	};
	static const struct sample strong[] = {
		{"\"v3-ab\"", true},
		{"W/\"v3-ab\"", false},
		{"W/\"v3-ab\",\"v3-ab\"", true},
		{NULL, false},
	};
	static const struct sample version[] = {
		{"\"v3-\"", true},   {"\"v3-anything\"", true}, {"*", true},
		{"\"v33-\"", false}, {"W/\"v3-a\"", false},     {"", false},
		{NULL, false},
	};
	judge(weak, has_tag);
	judge(strong, has_strong_tag);
	judge(version, has_version);
}

static bool is_json(const char *s, size_t len)
{
	return media_type_is(s, len, "application/json");
}

TEST(media_types_are_compared)
{
	static const struct sample samples[] = {
		{"application/json", true},
		{" Application/JSON ;charset=\"UTF-8\"", true},
		{"application/json;charset=utf8", true},
		{"application/json; version=1", true},
		{"application/json;charset=latin1", false},
		{"application/jsonx", false},
		{"text/plain; application/json", false},
		{"", false},
		{NULL, false},
	};
	judge(samples, is_json);
}

TEST(names_of_requests_are_judged)
{
	static const struct sample traces[] = {
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true},
		{"01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
		{"00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
		{"00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
		{"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false},
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-", false},
		{"00-0af7651916cd43dd8448eb211c80319cxb7ad6b7169203331-01", false},
		{"", false},
		{NULL, false},
	};
	static const struct sample ids[] = {
		{"a", true},
		{"A.b_c-9", true},
		{"0123456789012345678901234567890123456789012345678901234567890123", true},
		{"01234567890123456789012345678901234567890123456789012345678901234", false},
		{"", false},
		{"a b", false},
		{"a/b", false},
		{NULL, false},
	};
	static const struct sample keys[] = {
		{"a", true}, {"!~", true}, {"a b", false}, {"\xd0\x96", false}, {"", false}, {NULL, false},
	};
	char many[257];
	judge(traces, traceparent_is_valid);
	judge(ids, request_id_is_valid);
	judge(keys, idempotency_key_is_valid);
	memset(many, 'x', sizeof many);
	ck_assert(idempotency_key_is_valid(many, 255));
	ck_assert(!idempotency_key_is_valid(many, 256));
}

static err pairs_of(struct arena *a, const char *s, struct pair *pairs, int room, int *count)
{
	return pairs_read(a, s, strlen(s), pairs, room, count);
}

TEST(pairs_are_read)
{
	static const char *const bad[] = {"a=%", "a=%1", "%zz=1", "a=%00", "%00", "a=%ff"};
	struct arena *a = arena_new();
	struct pair pairs[3];
	int count;
	ck_assert_ptr_null(pairs_of(a, "&a=b%20c+d&&%D0%96=&x%3Dy", pairs, 3, &count));
	ck_assert_int_eq(count, 3);
	ck_assert_str_eq(pairs[0].name, "a");
	ck_assert_str_eq(pairs[0].value, "b c d");
	ck_assert_str_eq(pairs[1].name, "\xd0\x96");
	ck_assert_str_eq(pairs[1].value, "");
	ck_assert_str_eq(pairs[2].name, "x=y");
	ck_assert_str_eq(pairs[2].value, "");
	ck_assert_ptr_null(pairs_of(a, "", pairs, 3, &count));
	ck_assert_int_eq(count, 0);
	ck_assert_ptr_nonnull(pairs_of(a, "a&b&c&d", pairs, 3, &count));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(pairs_of(a, bad[i], pairs, 3, &count) != NULL, "%s", bad[i]);
	ck_assert_str_eq(percent_decode(a, "%252e+", 6, '+'), "%2e+"); /* once */
	arena_free(a);
}

/* --- token buckets --- */

static const struct http_rate fast[] = {{"guest", 5, 1}, {"user", 0, 1}, {"writes", 60, 60}, {0}};

TEST(bucket_empties_and_fills)
{
	struct allowance a;
	ck_assert(limits_open(fast));
	for (int left = 4; left >= 0; left--) {
		ck_assert(limit_take(BUCKET_GUEST, "a", 1, 1, &a));
		ck_assert_int_eq(a.remaining, left);
	}
	ck_assert(!limit_take(BUCKET_GUEST, "a", 1, 1, &a));
	ck_assert_int_eq(a.remaining, 0);
	ck_assert_int_eq(a.retry_after_s, 1);
	ck_assert(limit_take(BUCKET_GUEST, "b", 1, 1, &a));
	ck_assert(limit_take(BUCKET_WRITES, "a", 1, 1, &a)); /* another bucket of the same client */
	usleep(220000);                                      /* one token comes every 200 ms */
	ck_assert(limit_take(BUCKET_GUEST, "a", 1, 1, &a));
	ck_assert(!limit_take(BUCKET_GUEST, "a", 1, 1, &a));
	for (int i = 0; i < 1000; i++)
		ck_assert(limit_take(BUCKET_USER, "a", 1, 1, &a)); /* 0: no limit */
	limits_close();
}

TEST(many_clients_do_not_free_one)
{
	struct allowance a;
	ck_assert(limits_open(fast));
	while (limit_take(BUCKET_WRITES, "thief", 5, 1, &a))
		;
	for (uint32_t i = 0; i < 300000; i++)
		limit_take(BUCKET_GUEST, &i, sizeof i, 1, &a);
	ck_assert(!limit_take(BUCKET_WRITES, "thief", 5, 1, &a));
	limits_close();
}

TEST(unknown_rates_are_refused)
{
	static const struct http_rate odd[] = {{"nobody", 5, 1}, {0}};
	int saved = dup(2);
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	ck_assert(!limits_open(odd));
	dup2(saved, 2);
	ck_assert(limits_open(NULL));
	ck_assert_int_eq(limits_bucket("nobody"), -1);
	ck_assert_int_eq(limit_rate(limits_bucket("login"))->count, 0); /* told by nobody */
	limits_close();
	ck_assert(limits_open(fast));
	ck_assert_str_eq(limit_policy(BUCKET_WRITES)->text, "\"writes\";q=60;w=60");
	limits_close();
}

/* --- chunk extensions (RFC 9112 section 7.1.1) --- */

TEST(chunk_extensions_have_a_grammar)
{
	static const char *const fine[] = {";a",           ";a=b",   ";a=\"b\"", ";a;b=c;d=\"; \\\" \"",
					   "; a = b \t;c", ";a=\"\""};
	static const char *const wrong[] = {
		";",     ";a;", ";=a",    ";a=",     ";a=\"b",   ";a=\"b\"c", ";a b", ";a=b c",     ";a[]",
		";a=[]", ";;",  ";a=b=c", ";a=\"\\", ";a=\x01b", ";\"a\"",    " ;a",  ";a=\"\x7f\""};
	enum { FINE = sizeof fine / sizeof *fine, WRONG = sizeof wrong / sizeof *wrong };
	for (int i = 0; i < FINE + WRONG; i++) {
		const char *extension = i < FINE ? fine[i] : wrong[i - FINE], *data;
		char text[64];
		struct chunks c = {0};
		size_t used, len;
		err fault = NULL;
		snprintf(text, sizeof text, "0%s\r\n\r\n", extension);
		enum reading r = chunks_read(&c, text, strlen(text), &used, &data, &len, &fault);
		ck_assert_msg(r == (i < FINE ? READ_DONE : READ_FAULT), "%s: %d", extension, r);
	}
}
