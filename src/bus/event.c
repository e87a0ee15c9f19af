/*
 * The publisher's side: tell() collects events in the change, the seal appends them as its last statements,
 * and when the commit is confirmed they go into the rings and their readers are woken.
 */
#include "bus/delivery/reader.h"
#include "bus/store/outbox_store.h"
#include "core/schema/walk.h"
#include "db/change.h"
#include "vobe/log.h"

#include <stdlib.h>

enum { EVERY_VIEW = ~0 };

/* The events told in one partition, in the order of tell(). */
struct told {
	struct record *events;
	int count, room;
	const struct appended *appended; /* after the seal ... */
	int behind; /* ... so many events of that partition, told by changes that are sent together */
};

/* What a change carries: events of one teller. */
struct telling {
	struct member *teller;
	struct told parts[PARTS];
};

static const char telling_key; /* its address names the telling in the change */

static void push(struct member *m, const struct record *e)
{
	ring_put(&m->rings[e->part], e);
	if (m->head[e->part] < e->off)
		m->head[e->part] = e->off;
	for (int i = 0; i < bus.hearer_count; i++)
		if (bus.hearers[i].source == m)
			reader_hear(&bus.hearers[i].readers[e->part], e);
}

/* Here the offsets are known. Only wakes: nothing is delivered on the publisher's stack. */
static void committed(struct change *ch, void *arg)
{
	const struct telling *t = arg;

	(void)ch;
	for (int part = 0; part < PARTS; part++) {
		const struct told *told = &t->parts[part];
		int64_t first = told->count ? appended_first(told->appended, part) + told->behind : 0;

		bus.stats.told += (uint64_t)told->count;
		for (int i = 0; t->teller->is_heard && i < told->count; i++) {
			told->events[i].off = first + i;
			push(t->teller, &told->events[i]);
		}
	}
}

static struct member *teller_of(struct change *ch)
{
	const struct telling *t = change_get(ch, &telling_key);

	return t->teller;
}

static int told_count(const struct telling *t)
{
	int count = 0;

	for (int part = 0; part < PARTS; part++)
		count += t->parts[part].count;
	return count;
}

/* What is known only now; who caused it is another for each change. */
static void stamp(struct record *e, const struct ctx *cx, int64_t now)
{
	e->created_at = now;
	e->actor_id = cx->viewer.user_id;
	e->correlation_id = cx->request_id;
}

static struct record *copy_stamped(struct record *to, struct told *told, const struct ctx *cx, int64_t now)
{
	for (int i = 0; i < told->count; i++) {
		stamp(&told->events[i], cx, now);
		*to++ = told->events[i];
	}
	return to;
}

/*
 * The events of all that are sent together are one append, ascending by partition; within one they stand in
 * the order of the changes, and those of a change in the order of tell().
 */
static void seal(struct change *last, struct change *const *of, int count)
{
	const int64_t now = clock_now_us();
	struct appended *appended = ARENA_NEW(change_arena(last), struct appended);
	struct record *events, *end;
	int total = 0;

	for (int i = 0; i < count; i++)
		total += told_count(change_get(of[i], &telling_key));
	events = end = ARENA_ARRAY(change_arena(last), struct record, total);
	for (int part = 0; part < PARTS; part++) {
		const struct record *first = end;

		for (int i = 0; i < count; i++) {
			struct telling *t = change_get(of[i], &telling_key);
			struct told *told = &t->parts[part];

			told->appended = appended;
			told->behind = (int)(end - first);
			end = copy_stamped(end, told, change_ctx(of[i]), now);
		}
	}
	outbox_append(last, teller_of(of[0]), events, total, appended);
}

static struct telling *telling_of(struct change *ch, struct member *teller)
{
	struct telling *t = change_get(ch, &telling_key);

	if (t)
		return t;
	t = ARENA_NEW(change_arena(ch), struct telling);
	t->teller = teller;
	change_set(ch, &telling_key, t);
	change_at_seal(ch, seal);
	change_on_commit(ch, committed, t);
	return t;
}

static struct record *told_add(struct arena *a, struct told *told)
{
	if (told->count == told->room) {
		struct record *larger = ARENA_ARRAY(a, struct record, told->room * 4 + 1);

		if (told->count)
			memcpy(larger, told->events, (size_t)told->count * sizeof *larger);
		told->events = larger;
		told->room = told->room * 4 + 1;
	}
	return &told->events[told->count++];
}

static const char *payload_text(struct arena *a, const struct event *ev, const void *payload)
{
	struct buf out = {.arena = a};

	schema_write(&out, ev->payload, payload, (unsigned)EVERY_VIEW);
	return buf_text(&out);
}

/* A mistake of ours that would lose events: better no change than one that nobody hears of. */
static void refuse(struct change *ch, const struct event *ev, const char *why)
{
	log_error("event_refused", "tell_(%s): %s. The change is not made.", ev->topic, why);
	change_fail(ch, INTERNAL);
}

void tell_(struct change *ch, const struct event *ev, struct uuid id, int64_t version, const void *payload)
{
	struct arena *a = change_arena(ch);
	const struct event *declared;
	struct member *teller = member_telling(ev->topic, &declared);

	if (!teller) {
		refuse(ch, ev, "no module lists it in `tells`");
		return;
	}
	struct telling *t = telling_of(ch, teller);
	const int part = record_part(id);

	change_touches(ch, id);
	if (t->teller != teller) {
		refuse(ch, ev, "the change tells events of another module already");
		return;
	}
	*told_add(a, &t->parts[part]) = (struct record){
		.part = part,
		.event_id = uuid_new(),
		.topic = declared->topic,
		.agg_id = id,
		.agg_version = version,
		.schema_version = declared->version,
		.payload = payload_text(a, declared, payload),
	};
}
