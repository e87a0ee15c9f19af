/* The identity of logs, see identity.h. What a cursor knows of its log is the event it stands at. */
#include "bus/delivery/identity.h"

#include "bus/delivery/reader.h"
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"
#include "db/change.h"
#include "vobe/log.h"

#include <string.h>

/* What the log says, as compared with a hearer's cursors. */
struct witness {
	struct cursor cursors[PARTS];
	bool has_cursor[PARTS];
	int64_t heads[PARTS];
	struct uuid events[PARTS]; /* at the cursors */
};

/* The cursors first: the log may grow meanwhile, but a cursor never stands beyond what was there before. */
static err witness_hear(struct ctx *cx, struct hearer *h, struct witness *w)
{
	struct cursor *rows;
	int64_t offs[PARTS] = {0};
	int count;

	*w = (struct witness){0};
	TRY(inbox_cursors(cx, h->member, &rows, &count));
	for (int i = 0; i < count; i++)
		if (strcmp(rows[i].subscription, h->sub->name) == 0) {
			w->cursors[rows[i].part] = rows[i];
			w->has_cursor[rows[i].part] = true;
			offs[rows[i].part] = rows[i].off;
		}
	return outbox_witness(cx, h->source, offs, w->heads, w->events);
}

static bool is_foreign(const struct witness *w, int part)
{
	const struct cursor *c = &w->cursors[part];

	if (!w->has_cursor[part])
		return false;
	return c->off > w->heads[part] || (!uuid_is_nil(c->event_id) && !uuid_is_nil(w->events[part]) &&
					   !uuid_equal(c->event_id, w->events[part]));
}

static int foreign_parts(const struct witness *w)
{
	int count = 0;

	for (int part = 0; part < PARTS; part++)
		count += is_foreign(w, part);
	return count;
}

static err restart(struct ctx *cx, struct hearer *h, const struct witness *w)
{
	const int parts = foreign_parts(w);
	int64_t floors[PARTS];

	if (!parts)
		return NULL;
	TRY(outbox_floors(cx, h->source, floors));
	struct change *ch = change_begin(cx);
	change_alone(ch);
	if (h->sub->restarted)
		TRY(h->sub->restarted(cx, ch));
	for (int part = 0; part < PARTS; part++)
		if (is_foreign(w, part))
			inbox_restart(ch, h, &w->cursors[part], h->sub->once ? w->heads[part] : floors[part]);
	err e = change_commit(cx, ch);
	if (problem_is(e, CURSOR_MOVED)) { /* by another instance, or by a reader: looked at again */
		h->source->was_replaced = true;
		return NULL;
	}
	if (!e)
		log_error("event_log_replaced",
			  "The log of %s is not the one that %s has read (in %d partitions): %s was restored"
			  " from an older state. The subscription starts again at %s.",
			  h->sub->source, h->sub->name, parts, h->sub->source,
			  h->sub->once ? "the head" : "the oldest event kept");
	bus.stats.replaced += (uint64_t)parts;
	return e;
}

/* Of what was in memory nothing is true any more. */
static void forget_log(struct member *m, const int64_t heads[PARTS])
{
	for (int part = 0; part < PARTS; part++) {
		ring_close(&m->rings[part]);
		ring_open(&m->rings[part], bus.cfg.ring_slots);
		m->head[part] = m->head_swept[part] = m->head_before[part] = heads[part];
		for (int i = 0; i < bus.hearer_count; i++) {
			struct reader *r = &bus.hearers[i].readers[part];

			if (bus.hearers[i].source == m && bus.hearers[i].sub->hearing == IN_MEMORY &&
			    r->at > heads[part])
				r->at = heads[part];
		}
	}
}

static bool went_back(const struct member *m, const int64_t heads[PARTS])
{
	for (int part = 0; part < PARTS; part++)
		if (heads[part] < m->head[part])
			return true;
	return false;
}

err identity_restore(struct ctx *cx, struct member *source)
{
	int64_t heads[PARTS] = {0};
	const uint64_t before = bus.stats.replaced;

	source->was_replaced = false;
	/* Before anything waits: what is told meanwhile is for those in memory to hear. */
	TRY(outbox_heads(cx, source, heads));
	const bool is_back = went_back(source, heads);
	for (int i = 0; i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];
		struct witness w;

		if (h->source != source || h->sub->hearing != DURABLE)
			continue;
		TRY(witness_hear(cx, h, &w));
		TRY(restart(cx, h, &w));
	}
	if (is_back || bus.stats.replaced != before)
		forget_log(source, heads);
	return NULL;
}

err identity_restore_all(struct ctx *cx)
{
	for (int i = 0; i < bus.member_count; i++)
		bus.members[i].was_replaced = bus.members[i].is_heard;
	for (int i = 0; i < bus.member_count; i++)
		while (bus.members[i].was_replaced)
			TRY(identity_restore(cx, &bus.members[i]));
	return NULL;
}
