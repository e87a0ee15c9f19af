/*
 * Envelopes. The first four members are those of the original design and never change; `meta` may grow. What
 * is absent is JSON null.
 */
#include "bus/record/envelope.h"

#include "vobe/clock.h"

/* RFC 3339 with microseconds: the order of events within a millisecond shows. */
static void write_timestamp(struct buf *out, int64_t t)
{
	char text[TIME_TEXT];
	size_t len = time_text(t, text);

	buf_fmt(out, "\"%.*s%03dZ\"", (int)len - 1, text, (int)(t % 1000));
}

void envelope_write(struct buf *out, const char *source, const struct record *e)
{
	buf_str(out, "{\"event_id\":");
	json_uuid(out, e->event_id);
	buf_str(out, ",\"event_type\":");
	json_str(out, e->topic);
	buf_str(out, ",\"timestamp\":");
	write_timestamp(out, e->created_at);
	buf_str(out, ",\"data\":");
	buf_str(out, e->payload);
	buf_str(out, ",\"meta\":{\"source\":");
	json_str(out, source);
	buf_fmt(out,
		",\"version\":%lld,\"part\":%lld,\"off\":%lld,\"aggregate_version\":%lld,\"correlation_id\":",
		(long long)e->schema_version, (long long)e->part, (long long)e->off,
		(long long)e->agg_version);
	json_str(out, e->correlation_id);
	buf_str(out, ",\"actor_id\":");
	json_uuid(out, e->actor_id);
	buf_str(out, "}}");
}
