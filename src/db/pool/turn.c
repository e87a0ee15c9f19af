/* The end of a turn: loaders send, then waiting operations are given to connections, and each writes once. */
#include "core/loop/loop.h"
#include "db/pool/group.h"
#include "vobe/clock.h"

enum {
	TICK_MS = 100,
	LOOK_MAX = 128,      /* waiting changes that are looked at at once */
	MANY = 4,            /* changes under way: what comes waits for them and then travels together */
	SOON_US = 50 * 1000, /* but not for one that has taken so long */
};

static struct loop_timer *ticker;

/*
 * The ready connection with the fewest operations; for a lonely change an idle one. One that stands gets no
 * more work. When all are at work and one is closed, that is opened beside.
 */
static struct pipeline *choose(struct line *l, bool lonely)
{
	struct pipeline *best = NULL, *closed = NULL;
	bool opening = false;
	for (int i = 0; i < l->count; i++) {
		struct pipeline *pl = &l->pipelines[i];
		if (pl->state == PIPELINE_CLOSED && !closed)
			closed = pl;
		else if (pl->state == PIPELINE_CONNECTING || pl->state == PIPELINE_SETTING_UP)
			opening = true;
		else if (pl->state == PIPELINE_READY && !pl->forming && !pipeline_stands(pl) &&
			 (!best || pl->sent_count < best->sent_count))
			best = pl;
	}
	if (closed && !opening && (!best || best->sent_count > 0))
		pipeline_open(closed);
	return best && pipeline_has_room(best) && !(lonely && best->sent_count) ? best : NULL;
}

/* --- Reads --- */

static void send_reads(struct line *l)
{
	struct op *op;
	struct pipeline *pl;
	while ((op = TAILQ_FIRST(&l->queue)) && (pl = choose(l, false))) {
		pool_dequeue(op);
		pipeline_send(pl, op);
	}
}

/* --- Changes --- */

/* Ended, when there is no time left for it. */
static bool is_given_up(struct op *op)
{
	if (!op_is_late(op))
		return false;
	pool_dequeue(op);
	op_end(op, END_TIMED_OUT);
	return true;
}

static void send_lonely(struct line *l)
{
	struct op *op;
	struct pipeline *pl;
	while ((op = TAILQ_FIRST(&l->lonely)) && line_spares_one(l) && (pl = choose(l, true))) {
		if (is_given_up(op))
			continue;
		pool_dequeue(op);
		if (change_seal(op))
			pipeline_send(pl, op);
	}
}

static bool is_touched_on(const struct pipeline *pl, const struct op *op)
{
	const struct op *sent;
	if (pl->forming && group_touches(group_op(pl->forming), op))
		return true;
	TAILQ_FOREACH (sent, &pl->sent, entry)
		if (group_touches(sent, op))
			return true;
	return false;
}

/* The connection on which what it touches is under way, NULL: none, or (`torn`) several. */
static struct pipeline *held_by(struct line *l, const struct op *op, bool *torn)
{
	struct pipeline *held = NULL;
	*torn = false;
	for (int i = 0; op->key_count && i < l->count; i++)
		if (is_touched_on(&l->pipelines[i], op)) {
			*torn |= held != NULL;
			held = &l->pipelines[i];
		}
	return *torn ? NULL : held;
}

/* A group counts as many: it locks rows in an order that nobody knows, so no other is begun beside it. */
static int weight_of(const struct op *op)
{
	return op->is_group ? MANY : 1;
}

static int weight_on(const struct pipeline *pl)
{
	const struct op *sent;
	int weight = pl->forming ? weight_of(group_op(pl->forming)) : 0;
	TAILQ_FOREACH (sent, &pl->sent, entry)
		weight += weight_of(sent);
	return weight;
}

/*
 * Groups grow while others are under way: twice as many changes on half of the connections cost PostgreSQL
 * less. Where few are, the next goes at once, on a connection of its own if there is one.
 */
static bool few_are_under_way(const struct line *l)
{
	const int64_t now = clock_mono();
	int weight = 0;
	for (int i = 0; i < l->count; i++)
		if (l->pipelines[i].forming || now - l->pipelines[i].began_us < SOON_US)
			weight += weight_on(&l->pipelines[i]);
	return weight < MANY;
}

static bool may_go_behind(const struct line *l, const struct pipeline *pl, const struct op *op)
{
	if (pl->forming)
		return group_may_join(pl->forming, op);
	return pipeline_has_room(pl) && !pipeline_stands(pl) && (!pl->was_busy || few_are_under_way(l));
}

/* Where nothing that it touches is under way: with others if it may, else where nothing is. */
static struct pipeline *find_place(struct line *l, const struct op *op)
{
	for (int i = 0; i < l->count; i++)
		if (l->pipelines[i].forming && group_may_join(l->pipelines[i].forming, op))
			return &l->pipelines[i];
	struct pipeline *pl = choose(l, false);
	if (pl && op->parted)
		return pl; /* its companions are tried beside it and behind it, not one after the other */
	return pl && !pl->sent_count && few_are_under_way(l) ? pl : NULL;
}

static struct pipeline *place_of(struct line *l, const struct op *op)
{
	bool torn;
	struct pipeline *held = held_by(l, op, &torn);
	if (held)
		return may_go_behind(l, held, op) ? held : NULL;
	return torn ? NULL : find_place(l, op);
}

/* A bit for each key: two changes that share none touch nothing in common. */
static uint64_t bits_of(const struct op *op)
{
	uint64_t bits = 0;
	for (int i = 0; i < op->key_count; i++)
		bits |= UINT64_C(1) << (op->keys[i] & 63);
	return bits;
}

/* Nobody overtakes who touches the same, lest one that touches much waits for ever. */
static void form_groups(struct line *l)
{
	uint64_t passed = 0;
	int looks = 0;
	for (struct op *op = TAILQ_FIRST(&l->queue), *next; op && looks < LOOK_MAX; op = next, looks++) {
		uint64_t bits = bits_of(op);
		next = TAILQ_NEXT(op, entry);
		if (is_given_up(op))
			continue;
		struct pipeline *pl = bits & passed ? NULL : place_of(l, op);
		if (!pl) {
			passed |= bits;
			continue;
		}
		pool_dequeue(op);
		if (pl->forming)
			group_join(pl->forming, op);
		else
			pl->forming = group_new(op);
	}
}

static bool send_groups(struct line *l)
{
	bool sent = false;
	for (int i = 0; i < l->count; i++) {
		struct pipeline *pl = &l->pipelines[i];
		struct op *op = pl->forming ? group_seal(pl->forming) : NULL;
		sent |= pl->forming != NULL;
		pl->forming = NULL;
		if (op)
			pipeline_send(pl, op);
	}
	return sent;
}

/* What goes behind others on a connection, alone or touching the same, is sent one after the other. */
static void send_changes(struct line *l)
{
	for (int i = 0; i < l->count; i++)
		l->pipelines[i].was_busy = l->pipelines[i].sent_count > 0;
	send_lonely(l);
	do
		form_groups(l);
	while (send_groups(l));
}

/* --- The turn --- */

static void flush_line(struct line *l)
{
	for (int i = 0; i < l->count; i++)
		if (l->pipelines[i].state == PIPELINE_READY)
			pipeline_flush(&l->pipelines[i]);
}

static void send_waiting(struct pool *p)
{
	for (int duty = 0; duty < DUTY_COUNT; duty++) {
		struct line *l = &p->lines[duty];
		duty == DUTY_WRITE ? send_changes(l) : send_reads(l);
		flush_line(l);
	}
}

static bool turn_end(void)
{
	uint64_t before = op_ended_count;
	for (struct pool *p = pools; p; p = p->next) {
		if (p->loadings_send)
			p->loadings_send(p);
		if (p->gatherings_send)
			p->gatherings_send(p);
		if (p->queued)
			send_waiting(p);
	}
	return op_ended_count != before;
}

static void tick(void *arg)
{
	(void)arg;
	pools_tick(TICK_MS);
}

void db_open(void)
{
	loop_at_turn_end(turn_end);
	ticker = loop_every_ms(TICK_MS, tick, NULL);
}

void db_close(void)
{
	loop_timer_stop(ticker);
	ticker = NULL;
}
