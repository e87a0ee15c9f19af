/* Rings, partitions and envelopes: the parts of the bus that need no database. */
#include "bus/record/envelope.h"
#include "bus/record/ring.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct record event_at(int64_t off, const char *payload, const char *correlation)
{
	return (struct record){
		.part = 3,
		.off = off,
		.topic = "thing.made",
		.payload = payload,
		.correlation_id = correlation,
	};
}

static void put(struct ring *r, int64_t off, const char *payload)
{
	struct record e = event_at(off, payload, "request");

	ring_put(r, &e);
}

TEST(keeps_the_newest)
{
	struct ring r;
	char payload[32];

	ring_open(&r, 8);
	ck_assert_ptr_null(ring_get(&r, 1));
	for (int off = 1; off <= 20; off++) {
		snprintf(payload, sizeof payload, "{\"n\":%d}", off);
		put(&r, off, payload);
	}
	for (int off = 1; off <= 24; off++) {
		const struct record *e = ring_get(&r, off);

		ck_assert_int_eq(e != NULL, off > 12 && off <= 20);
		if (!e)
			continue;
		snprintf(payload, sizeof payload, "{\"n\":%d}", off);
		ck_assert_str_eq(e->payload, payload);
		ck_assert_str_eq(e->correlation_id, "request");
		ck_assert_int_eq(e->part, 3);
	}
	ring_close(&r);
}

TEST(out_of_order)
{
	struct ring r;

	ring_open(&r, 8);
	put(&r, 2, "{}");
	ck_assert_ptr_null(ring_get(&r, 1));
	put(&r, 1, "{}");
	ck_assert_ptr_nonnull(ring_get(&r, 1));
	ck_assert_ptr_nonnull(ring_get(&r, 2));
	put(&r, 10, "{\"late\":0}");
	put(&r, 2, "{\"late\":1}"); /* its slot holds a later one */
	ck_assert_ptr_null(ring_get(&r, 2));
	ck_assert_str_eq(ring_get(&r, 10)->payload, "{\"late\":0}");
	ring_close(&r);
}

TEST(large_and_growing)
{
	struct ring r;
	char text[9000];

	ring_open(&r, 1);
	for (size_t size = 1; size < 8000; size = size * 3 + 1) {
		memset(text, 'x', size);
		text[size] = 0;
		put(&r, (int64_t)size, text);
		ck_assert_str_eq(ring_get(&r, (int64_t)size)->payload, text);
	}
	memset(text, 'y', 8999);
	text[8999] = 0;
	put(&r, 10000, text);
	ck_assert_ptr_null(ring_get(&r, 10000)); /* too large: it is read from the outbox */
	put(&r, 9999, "{}");
	ck_assert_ptr_null(ring_get(&r, 9999)); /* and older ones do not come back */

	struct record e = event_at(10001, "{}", NULL);
	ring_put(&r, &e);
	ck_assert_ptr_null(ring_get(&r, 10001)->correlation_id);
	ring_close(&r);
}

/* The partition of an aggregate is for ever: these must never change. */
TEST(partitions)
{
	int counts[PARTS] = {0};

	for (int i = 0; i < 16000; i++) {
		int part = record_part(uuid_new());

		ck_assert_int_ge(part, 0);
		ck_assert_int_lt(part, PARTS);
		counts[part]++;
	}
	for (int part = 0; part < PARTS; part++)
		ck_assert_int_gt(counts[part], 700);
	ck_assert_int_eq(record_part((struct uuid){{0}}), 9);
	ck_assert_int_eq(record_part((struct uuid){{1}}), 14);
	ck_assert_int_eq(
		record_part((struct uuid){{0x01, 0x90, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}}),
		8);
}

TEST(envelope)
{
	struct record e = event_at(1234, "{\"title\": \"x\"}", "request-1");
	struct buf out = {0};

	uuid_read("0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee", 36, &e.event_id);
	e.part = 7;
	e.agg_version = 3;
	e.schema_version = 1;
	e.created_at = INT64_C(1767323045678901);
	envelope_write(&out, "content", &e);
	ck_assert_str_eq(
		buf_text(&out),
		"{\"event_id\":\"0190aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee\",\"event_type\":\"thing.made\","
		"\"timestamp\":\"2026-01-02T03:04:05.678901Z\",\"data\":{\"title\": \"x\"},"
		"\"meta\":{\"source\":\"content\",\"version\":1,\"part\":7,\"off\":1234,\"aggregate_"
		"version\":3,"
		"\"correlation_id\":\"request-1\",\"actor_id\":null}}");
	buf_free(&out);

	e.correlation_id = NULL;
	e.actor_id = e.event_id;
	envelope_write(&out, "content", &e);
	ck_assert_ptr_nonnull(strstr(buf_text(&out), "\"correlation_id\":null,\"actor_id\":\"0190aaaa"));
	buf_free(&out);
}
