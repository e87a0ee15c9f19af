/* Collecting batches: which events a step of a reader covers, and what is done with each. */
#include "bus/delivery/batch.h"

#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "vobe/log.h"

#include <stdlib.h>

static int batch_max(const struct reader *r)
{
	return r->room ? r->room : bus.cfg.batch_max;
}

static void batch_begin(struct arena *a, const struct reader *r, int64_t available, struct batch *b)
{
	const int room = available < batch_max(r) ? (int)available : batch_max(r);

	*b = (struct batch){
		.last = r->at,
		.last_event = r->at_event,
		.room = room,
		.events = ARENA_ARRAY(a, struct record, room),
		.deliveries = ARENA_ARRAY(a, struct delivery, room),
		.aside = ARENA_ARRAY(a, struct record, room),
	};
}

static err payload_read(struct arena *a, const struct event *ev, const char *text, const void **payload)
{
	void *value = arena_alloc(a, ev->payload->size);
	const struct json *doc;
	uint64_t present;

	TRY(json_parse(a, text, strlen(text), &doc));
	TRY(schema_decode(a, ev->payload, doc, DECODE_STORED, value, &present));
	*payload = value;
	return NULL;
}

static struct record record_copy(struct arena *a, const struct record *e, const struct event *ev)
{
	struct record copy = *e;

	copy.topic = ev->topic;
	copy.payload = arena_str(a, e->payload);
	copy.correlation_id = arena_str(a, e->correlation_id);
	return copy;
}

static void batch_add(struct arena *a, struct batch *b, const struct event *ev, const struct record *e)
{
	struct delivery *d = &b->deliveries[b->count];
	err unreadable;

	b->events[b->count++] = *e;
	*d = (struct delivery){
		.event = ev,
		.event_id = e->event_id,
		.aggregate_id = e->agg_id,
		.aggregate_version = e->agg_version,
		.actor_id = e->actor_id,
		.correlation_id = e->correlation_id,
		.told_at = e->created_at,
		.part = (int)e->part,
		.off = e->off,
	};
	unreadable = payload_read(a, ev, e->payload, &d->payload_);
	if (unreadable)
		b->unreadable = unreadable;
}

/* Whether the batch can take a further event: one at a time after a failure. */
static bool batch_is_open(const struct batch *b, const struct reader *r)
{
	return b->count < b->room && b->aside_count < b->room && !(b->count && b->last <= r->singly_until);
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* Whether something of that aggregate lies aside. */
static bool is_blocked(const struct reader *r, struct uuid agg_id)
{
	return r->blocked_count && bsearch(&agg_id, r->blocked, (size_t)r->blocked_count, sizeof *r->blocked,
					   compare_ids) != NULL;
}

/* Takes the event in as its reader wants it; false: it must wait for the next batch, or must be the last of
 * this. */
static bool batch_cover(struct arena *a, const struct reader *r, struct batch *b, const struct record *e)
{
	const struct event *ev = hearer_event(r->hearer, e->topic);
	const bool blocked = ev && is_blocked(r, e->agg_id);

	if (blocked && r->hearer->sub->supersedes) {
		if (b->count || b->aside_count)
			return false;
		b->kind = BATCH_TRIAL;
	}
	b->last = e->off;
	b->last_event = e->event_id;
	if (!ev)
		return true;
	const struct record copy = record_copy(a, e, ev);
	if (blocked && b->kind != BATCH_TRIAL)
		b->aside[b->aside_count++] = copy;
	else
		batch_add(a, b, ev, &copy);
	return b->kind != BATCH_TRIAL && batch_is_open(b, r);
}

void batch_from_ring(struct arena *a, const struct reader *r, struct batch *b)
{
	const struct member *source = r->hearer->source;
	const struct ring *ring = &source->rings[r->part];
	const struct record *e;

	batch_begin(a, r, source->head[r->part] - r->at, b);
	while (b->last < source->head[r->part] && (e = ring_get(ring, b->last + 1)) &&
	       batch_cover(a, r, b, e))
		;
}

static err hole(const struct reader *r, int64_t off)
{
	bus.stats.holes++;
	log_error("event_log_hole", "%s waits: event %lld of %s's partition %d is missing from its outbox.",
		  r->hearer->sub->name, (long long)off, r->hearer->sub->source, r->part);
	return LOG_HOLE;
}

static struct texts topics_of(struct arena *a, const struct subscription *sub)
{
	int count = 0;

	while (sub->events[count])
		count++;
	const char **topics = ARENA_ARRAY(a, const char *, count);
	for (int i = 0; i < count; i++)
		topics[i] = sub->events[i]->topic;
	return (struct texts){topics, count};
}

err batch_from_log(struct ctx *cx, struct reader *r, struct batch *b)
{
	struct member *source = r->hearer->source;
	struct record *rows;
	int count;

	TRY(outbox_range(cx, source, r->part, r->at, batch_max(r), topics_of(cx->arena, r->hearer->sub),
			 &rows, &count));
	bus.stats.read_back += (uint64_t)count;
	batch_begin(cx->arena, r, count, b);
	if (count == 0 || rows[0].off != r->at + 1)
		return hole(r, r->at + 1);
	for (int i = 0; i < count && rows[i].off == r->at + 1 + i; i++)
		if (!batch_cover(cx->arena, r, b, &rows[i]))
			break;
	if (source->head[r->part] < b->last)
		source->head[r->part] = b->last;
	return NULL;
}

err batch_from_parked(struct ctx *cx, const struct reader *r, struct batch *b)
{
	const int limit = r->loose_singly ? 1 : batch_max(r);
	struct record *rows;
	int count;

	TRY(inbox_loose(cx, r->hearer, r->part, limit, &rows, &count));
	batch_begin(cx->arena, r, count, b);
	b->kind = BATCH_LOOSE;
	for (int i = 0; i < count; i++) {
		const struct event *ev = hearer_event(r->hearer, rows[i].topic);

		if (ev)
			batch_add(cx->arena, b, ev, &rows[i]);
		else
			b->aside[b->aside_count++] = rows[i];
	}
	return NULL;
}
