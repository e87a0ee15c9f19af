/* Where every subscription stands, by the database. */
#include "bus/store/inbox_store.h"
#include "bus/store/outbox_store.h"

/* One subscription's rows, all partitions. */
struct standing {
	int64_t heads[PARTS], cursors[PARTS], told_at[PARTS];
	int64_t dead[PARTS], parked[PARTS];
	int64_t stands_since[PARTS]; /* by the rows, for which ... */
	const char *faults[PARTS];   /* ... whichever instance tries tells */
};

static err read_cursors(struct ctx *cx, struct hearer *h, int64_t cursors[PARTS])
{
	struct cursor *rows;
	int count;

	TRY(inbox_cursors(cx, h->member, &rows, &count));
	for (int i = 0; i < count; i++)
		if (strcmp(rows[i].subscription, h->sub->name) == 0)
			cursors[rows[i].part] = rows[i].off;
	return NULL;
}

static err read_faults(struct ctx *cx, struct hearer *h, struct standing *s)
{
	struct cursor *rows;
	int count;

	TRY(inbox_cursors(cx, h->member, &rows, &count));
	for (int i = 0; i < count; i++)
		if (strcmp(rows[i].subscription, h->sub->name) == 0 && rows[i].stands_since != TIME_NULL) {
			s->stands_since[rows[i].part] = rows[i].stands_since;
			s->faults[rows[i].part] = rows[i].fault;
		}
	return NULL;
}

static err read_waiting(struct ctx *cx, struct hearer *h, struct standing *s)
{
	struct waiting *rows;
	int count;

	TRY(inbox_waiting(cx, h->member, &rows, &count));
	for (int i = 0; i < count; i++)
		if (strcmp(rows[i].subscription, h->sub->name) == 0) {
			s->dead[rows[i].part] = rows[i].dead;
			s->parked[rows[i].part] = rows[i].parked;
		}
	return NULL;
}

static err read_standing(struct ctx *cx, struct hearer *h, struct standing *s)
{
	*s = (struct standing){0};
	TRY(outbox_heads(cx, h->source, s->heads));
	if (h->sub->hearing == DURABLE) {
		TRY(read_cursors(cx, h, s->cursors));
		TRY(read_waiting(cx, h, s));
		TRY(read_faults(cx, h, s));
	}
	for (int part = 0; h->sub->hearing == IN_MEMORY && part < PARTS; part++)
		s->cursors[part] = h->readers[part].at;
	return outbox_told_at(cx, h->source, s->cursors, s->told_at);
}

static struct bus_status status_row(struct arena *a, const struct hearer *h, int part,
				    const struct standing *s)
{
	const struct reader *r = &h->readers[part];
	const int64_t lag = s->told_at[part] == TIME_NULL ? 0 : clock_now_us() - s->told_at[part];

	return (struct bus_status){
		.subscription = h->sub->name,
		.source = h->sub->source,
		.part = part,
		.head = s->heads[part],
		.cursor = s->cursors[part],
		.dead = (int)s->dead[part],
		.parked = (int)s->parked[part],
		.lag_us = s->cursors[part] < s->heads[part] && lag > 0 ? lag : 0,
		.stands_us = s->stands_since[part] ? clock_now_us() - s->stands_since[part] : 0,
		.fault = r->fault[0] ? arena_str(a, r->fault) : s->faults[part],
	};
}

err bus_status(struct ctx *cx, struct bus_status **rows, int *count)
{
	struct bus_status *all = ARENA_ARRAY(cx->arena, struct bus_status, (size_t)bus.hearer_count * PARTS);
	int n = 0;

	for (int i = 0; i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];
		struct standing s;

		/* Where an IN_MEMORY one stands, only its own process knows. */
		if (h->sub->hearing == IN_MEMORY && !bus.is_delivering)
			continue;
		TRY(read_standing(cx, h, &s));
		for (int part = 0; part < PARTS; part++)
			all[n++] = status_row(cx->arena, h, part, &s);
	}
	*rows = all;
	*count = n;
	return NULL;
}

err bus_is_settled(struct ctx *cx, bool *settled)
{
	bool all = true;

	for (int i = 0; all && i < bus.hearer_count; i++) {
		struct hearer *h = &bus.hearers[i];
		int64_t heads[PARTS] = {0}, cursors[PARTS] = {0};

		if (h->sub->hearing != DURABLE)
			continue;
		TRY(outbox_heads(cx, h->source, heads));
		TRY(read_cursors(cx, h, cursors));
		for (int part = 0; part < PARTS; part++)
			all &= cursors[part] >= heads[part];
	}
	*settled = all;
	return NULL;
}

static void add_standing(struct arena *a, const struct reader *r, struct bus_health *out)
{
	if (!out->standing++)
		out->which = arena_fmt(a, "%s, partition %d, for %lld s: %s", r->hearer->sub->name, r->part,
				       (long long)((clock_mono() - r->behind_us) / SECOND_US),
				       r->fault[0] ? r->fault : "its first try is not over");
}

void bus_read_health(struct arena *a, struct bus_health *out)
{
	*out = (struct bus_health){.holes = bus.stats.holes};
	for (int i = 0; i < bus.hearer_count; i++)
		for (int part = 0; part < PARTS; part++) {
			const struct reader *r = &bus.hearers[i].readers[part];
			const int64_t behind = r->behind_us ? clock_mono() - r->behind_us : 0;

			if (r->stands)
				add_standing(a, r, out);
			if (behind > out->behind_us)
				out->behind_us = behind;
		}
}
