/* What is asked of a subscriber's tables, and what is added to changes there; the SQL is in inbox_sql.c. */
#include "bus/store/inbox_store.h"

#include "bus/store/inbox_sql.h"
#include "db/change.h"

static const struct statement *statement_of(const struct hearer *h, int which)
{
	return &h->member->inbox[which];
}

/* --- cursors ---------------------------------------------------------------------------------------------
 */

static struct move place_of(const struct hearer *h, int part)
{
	return (struct move){.subscription = h->sub->name, .part = part};
}

err inbox_cursors(struct ctx *cx, struct member *m, struct cursor **rows, int *count)
{
	return db_rows_(cx, &m->inbox[CURSORS], NULL, (void **)rows, count);
}

err inbox_cursor(struct ctx *cx, struct hearer *h, int part, struct cursor *row)
{
	const struct move in = place_of(h, part);
	err e = db_row_(cx, statement_of(h, CURSOR), &in, row);

	if (problem_is(e, NOT_FOUND))
		return problem_detail(cx, UNAVAILABLE,
				      "The cursor of %s, partition %d, is missing from inbox_cursor;"
				      " a restart makes it anew.",
				      h->sub->name, part);
	return e;
}

err inbox_begin(struct ctx *cx, struct hearer *h, const int64_t offs[PARTS])
{
	const struct begin in = {.subscription = h->sub->name, .offs = {offs, PARTS}};
	struct change *ch = change_begin(cx);

	change_add_(ch, statement_of(h, BEGIN), &in);
	return change_commit(cx, ch);
}

void inbox_restart(struct change *ch, struct hearer *h, const struct cursor *row, int64_t off)
{
	struct move in = place_of(h, (int)row->part);

	in.expected = row->off;
	in.epoch = row->epoch;
	in.off = off;
	in.growth = 1;
	change_add_(ch, statement_of(h, MOVE), &in);
}

err inbox_stands(struct ctx *cx, const struct reader *r)
{
	struct move in = place_of(r->hearer, r->part);
	struct change *ch = change_begin(cx);

	in.expected = r->saved;
	in.fault = r->fault;
	change_add_(ch, statement_of(r->hearer, STANDS), &in);
	return change_commit(cx, ch);
}

void inbox_move(struct change *ch, const struct reader *r, int64_t off, struct uuid event_id,
		enum epoch_move epoch)
{
	struct move in = place_of(r->hearer, r->part);

	in.event_id = event_id;

	in.expected = r->saved;
	in.epoch = r->epoch;
	in.off = off;
	in.growth = epoch == EPOCH_GROWS;
	change_add_(ch, statement_of(r->hearer, MOVE), &in);
}

void inbox_lock(struct change *ch, struct member *m, const char *subscription, int part)
{
	change_add_(ch, &m->inbox[LOCK], &(struct move){.subscription = subscription, .part = part});
}

void inbox_go_back(struct change *ch, struct hearer *h, int part, int64_t off)
{
	struct move in = place_of(h, part);

	in.off = off;
	change_add_(ch, statement_of(h, GO_BACK), &in);
}

/* --- events put aside ------------------------------------------------------------------------------------
 */

static struct letter letter_of(const struct subscription *sub, const struct record *e)
{
	return (struct letter){
		.part = e->part,
		.off = e->off,
		.event_id = e->event_id,
		.topic = e->topic,
		.agg_id = e->agg_id,
		.agg_version = e->agg_version,
		.schema_version = e->schema_version,
		.payload = e->payload,
		.actor_id = e->actor_id,
		.correlation_id = e->correlation_id,
		.created_at = e->created_at,
		.subscription = sub->name,
		.source = sub->source,
	};
}

err inbox_blocked(struct ctx *cx, struct hearer *h, int part, struct by_id **aggregates, int *count)
{
	const struct move in = place_of(h, part);

	return db_rows_(cx, statement_of(h, BLOCKED), &in, (void **)aggregates, count);
}

err inbox_loose(struct ctx *cx, struct hearer *h, int part, int limit, struct record **events, int *count)
{
	const struct limit in = {.subscription = h->sub->name, .part = part, .limit = limit};

	return db_rows_(cx, statement_of(h, LOOSE), &in, (void **)events, count);
}

err inbox_waiting(struct ctx *cx, struct member *m, struct waiting **rows, int *count)
{
	return db_rows_(cx, &m->inbox[WAITING], NULL, (void **)rows, count);
}

void inbox_bury(struct change *ch, struct hearer *h, const struct record *e, const char *fault, int tries)
{
	struct letter in = letter_of(h->sub, e);

	in.fault = fault;
	in.tries = tries;
	in.died_at = clock_now();
	change_add_(ch, statement_of(h, BURY), &in);
}

void inbox_park(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, PARK), &in);
}

void inbox_unpark(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, UNPARK), &in);
}

void inbox_supersede(struct change *ch, struct hearer *h, const struct record *e)
{
	const struct letter in = letter_of(h->sub, e);

	change_add_(ch, statement_of(h, SUPERSEDE), &in);
}

err inbox_letters(struct ctx *cx, struct member *m, int limit, struct letter **rows, int *count)
{
	return db_rows_(cx, &m->inbox[LETTERS], &(struct limit){.limit = limit}, (void **)rows, count);
}

err inbox_letter(struct ctx *cx, struct member *m, int64_t id, struct letter *row)
{
	return db_row_(cx, &m->inbox[LETTER], &(struct letter){.id = id}, row);
}

void inbox_take(struct change *ch, struct member *m, const struct letter *l)
{
	change_add_(ch, &m->inbox[TAKE], l);
}

void inbox_loosen(struct change *ch, struct member *m, const struct letter *l)
{
	inbox_take(ch, m, l);
	change_add_(ch, &m->inbox[PARK], l);
}

/* --- answers ---------------------------------------------------------------------------------------------
 */

static err forget(struct ctx *cx, struct member *m, int which, int64_t age_s, int limit, int64_t *gone)
{
	struct change *ch = change_begin(cx);
	struct gone row;

	change_alone(ch);
	change_returning_(ch, &m->inbox[which], &(struct limit){.limit = limit, .age = age_s}, &row);
	TRY(change_commit(cx, ch));
	*gone = row.count;
	return NULL;
}

err inbox_forget_answers(struct ctx *cx, struct member *m, int64_t age_s, int limit, int64_t *gone)
{
	return forget(cx, m, FORGET_ANSWERS, age_s, limit, gone);
}

err inbox_forget_letters(struct ctx *cx, struct member *m, int64_t age_s, int limit, int64_t *gone)
{
	return forget(cx, m, FORGET_LETTERS, age_s, limit, gone);
}
