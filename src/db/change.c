/* Changes: statements collected in the ctx's arena, sent with one Sync, settled when the server said how it
 * ended. */
#include "db/change.h"

#include "core/task/task.h"
#include "db/for_tests.h"
#include "db/pool/group.h"
#include "vobe/fnv.h"
#include "vobe/log.h"

#include <string.h>

/* Where the rows of one step go after the commit. */
struct harvest {
	struct harvest *next;
	int step;
	void *row;   /* change_returning */
	void **rows; /* change_rows */
	int *count;
};

struct forgetting {
	struct forgetting *next;
	struct loader *loader;
	struct uuid id;
};

struct carried {
	struct carried *next;
	const void *key;
	void *value;
};

struct callback {
	struct callback *next;
	void (*fn)(struct change *ch, void *arg);
	void *arg;
};

/*
 * Once sent, its task waits until the outcome is certain, so the ctx's arena outlives every use.
 */
struct change {
	struct op op;
	struct ctx *cx;
	struct task *waiter;
	int step_room;
	err fault; /* a mistake of ours while collecting; told by change_commit */
	struct harvest *harvests;
	struct forgetting *forgettings;
	struct carried *carried;
	int key_room;
	change_sealer *sealer;
	struct callback *listeners, **listeners_end;
};

/* --- Collecting --- */

struct change *change_begin(struct ctx *cx)
{
	struct change *ch = ARENA_NEW(cx->arena, struct change);
	ch->cx = cx;
	ch->op.duty = DUTY_WRITE;
	ch->op.parameters.arena = cx->arena;
	ch->listeners_end = &ch->listeners;
	return ch;
}

static struct step *step_new(struct change *ch)
{
	if (ch->op.step_count == ch->step_room) {
		int room = ch->step_room ? 2 * ch->step_room : 8;
		struct step *steps = ARENA_ARRAY(ch->cx->arena, struct step, (size_t)room);
		if (ch->step_room)
			memcpy(steps, ch->op.steps, (size_t)ch->step_room * sizeof *steps);
		ch->op.steps = steps;
		ch->step_room = room;
	}
	return &ch->op.steps[ch->op.step_count++];
}

static bool fits(struct change *ch, const struct statement *st)
{
	const struct prepared *p = st->prepared;
	if (!p || !p->is_described)
		log_error("statement_unprepared", "statement %s was used before pool_check accepted it",
			  st->name);
	else if (ch->op.pool && ch->op.pool != p->pool)
		log_error("change_mixed", "statement %s of module %s in a change of module %s", st->name,
			  p->pool->cfg.module, ch->op.pool->cfg.module);
	else
		return true;
	return false;
}

void change_add_(struct change *ch, const struct statement *st, const void *in)
{
	if (!fits(ch, st)) {
		ch->fault = INTERNAL;
		return;
	}
	struct step *step = step_new(ch);
	ch->op.pool = st->prepared->pool;
	*step = (struct step){
		.prepared = st->prepared, .in = &ch->op.parameters, .parameters = ch->op.parameters.len};
	if (!statement_encode(st->prepared, in, &ch->op.parameters))
		ch->fault = INTERNAL;
}

static void add_harvest(struct change *ch, struct harvest wanted)
{
	if (ch->fault)
		return;
	struct harvest *h = ARENA_NEW(ch->cx->arena, struct harvest);
	*h = wanted;
	h->step = ch->op.step_count - 1;
	h->next = ch->harvests;
	ch->harvests = h;
}

void change_returning_(struct change *ch, const struct statement *st, const void *in, void *out)
{
	change_add_(ch, st, in);
	add_harvest(ch, (struct harvest){.row = out});
}

void change_rows_(struct change *ch, const struct statement *st, const void *in, void **rows, int *count)
{
	change_add_(ch, st, in);
	add_harvest(ch, (struct harvest){.rows = rows, .count = count});
}

void change_forgets_(struct change *ch, struct loader *ld, struct uuid id)
{
	struct forgetting *f = ARENA_NEW(ch->cx->arena, struct forgetting);
	*f = (struct forgetting){.next = ch->forgettings, .loader = ld, .id = id};
	ch->forgettings = f;
}

void change_fail(struct change *ch, err fault)
{
	if (!ch->fault)
		ch->fault = fault;
}

bool change_is_empty(const struct change *ch)
{
	return ch->op.step_count == 0;
}

struct arena *change_arena(struct change *ch)
{
	return ch->cx->arena;
}

struct ctx *change_ctx(struct change *ch)
{
	return ch->cx;
}

struct pool *change_pool(struct change *ch)
{
	return ch->op.pool;
}

static struct carried *find_carried(struct change *ch, const void *key)
{
	struct carried *c = ch->carried;
	while (c && c->key != key)
		c = c->next;
	return c;
}

void change_set(struct change *ch, const void *key, void *value)
{
	struct carried *c = find_carried(ch, key);
	if (!c) {
		c = ARENA_NEW(ch->cx->arena, struct carried);
		*c = (struct carried){.next = ch->carried, .key = key};
		ch->carried = c;
	}
	c->value = value;
}

void *change_get(struct change *ch, const void *key)
{
	const struct carried *c = find_carried(ch, key);
	return c ? c->value : NULL;
}

void change_on_commit(struct change *ch, void (*committed)(struct change *ch, void *arg), void *arg)
{
	struct callback *c = ARENA_NEW(ch->cx->arena, struct callback);
	*c = (struct callback){.fn = committed, .arg = arg};
	*ch->listeners_end = c;
	ch->listeners_end = &c->next;
}

void change_at_seal(struct change *ch, change_sealer *sealer)
{
	ch->sealer = sealer;
}

/* --- What it touches --- */

static void add_key(struct change *ch, uint64_t key)
{
	if (ch->op.key_count == ch->key_room) {
		int room = ch->key_room ? 4 * ch->key_room : 4;
		ch->op.keys =
			arena_resize(ch->cx->arena, ch->op.keys, (size_t)ch->key_room * sizeof *ch->op.keys,
				     (size_t)room * sizeof *ch->op.keys);
		ch->key_room = room;
	}
	ch->op.keys[ch->op.key_count++] = key;
}

static uint64_t hash(uint64_t seed, const void *bytes, size_t size)
{
	const uint64_t hash = fnv1a(seed, bytes, size);
	return hash ^ hash >> 32;
}

void change_touches(struct change *ch, struct uuid id)
{
	uint64_t key = hash(FNV_BEGINS, id.b, sizeof id.b);
	for (int i = 0; i < ch->op.key_count; i++)
		if (ch->op.keys[i] == key)
			return;
	add_key(ch, key);
}

void change_touches_name(struct change *ch, const char *of, const char *name)
{
	if (!name)
		return;
	uint64_t kind = hash(UINT64_C(0xcbf29ce484222325), of, strlen(of) + 1);
	add_key(ch, hash(kind, name, strlen(name)));
}

void change_alone(struct change *ch)
{
	ch->op.alone = true;
}

/* --- Settling --- */

static void gather(struct change *ch, const struct harvest *h)
{
	const struct step *step = &ch->op.steps[h->step];
	const struct prepared *p = step->prepared;
	int count = PQntuples(step->result);
	ch->op.pool->stats.rows += (uint64_t)count;
	if (h->rows) {
		*h->rows = p->st->out ? statement_read_rows(p, ch->cx->arena, step->result, 0, count) : NULL;
		*h->count = count;
	} else if (p->st->out && count > 0) {
		statement_read_row(p, ch->cx->arena, step->result, 0, h->row);
	} else if (p->st->out) {
		schema_clear(p->st->out, h->row);
	}
}

static void forget(const struct change *ch)
{
	for (const struct forgetting *f = ch->forgettings; f; f = f->next)
		loader_forget_(f->loader, f->id);
}

static void committed(struct change *ch)
{
	for (const struct harvest *h = ch->harvests; h; h = h->next)
		gather(ch, h);
	forget(ch);
	for (const struct callback *c = ch->listeners; c; c = c->next)
		c->fn(ch, c->arg);
}

static void change_ended(struct op *op)
{
	struct change *ch = (struct change *)op;
	if (op->ending == END_FINE)
		committed(ch);
	else if (op->ending == END_UNKNOWN)
		forget(ch); /* it may have been made: what is cached may be old */
	task_wake(ch->waiter);
}

/* --- Committing --- */

/* Before it is sent the task may give up; afterwards the pool ends it by the deadline (watch.c). */
static err await(struct ctx *cx, struct change *ch)
{
	while (ch->op.state != OP_ENDED) {
		if (ch->op.state == OP_SENT) {
			task_wait_certain(cx);
			continue;
		}
		err e = task_wait(cx);
		if (e && ch->op.state != OP_SENT && ch->op.state != OP_ENDED) {
			pool_withdraw(&ch->op);
			return e;
		}
	}
	return NULL;
}

/* Each sealer once, for all whose it is. */
static void run_sealers(struct change *last, struct change **of, int count)
{
	struct change *alike[GROUP_MAX];
	for (int i = 0; i < count; i++) {
		int n = 0;
		bool is_first = of[i]->sealer != NULL;
		for (int j = 0; j < i; j++)
			is_first &= of[j]->sealer != of[i]->sealer;
		for (int j = i; is_first && j < count; j++)
			if (of[j]->sealer == of[i]->sealer)
				alike[n++] = of[j];
		if (is_first)
			of[i]->sealer(last, alike, n);
	}
}

static void last_ended(struct op *op)
{
	committed((struct change *)op);
}

/* A change of nobody's, for what comes behind all of a group. */
static struct change *last_new(struct arena *a, struct pool *p)
{
	struct ctx *cx = ARENA_NEW(a, struct ctx);
	*cx = (struct ctx){.arena = a, .request_id = "group"};
	struct change *last = change_begin(cx);
	last->op.pool = p;
	last->op.ended = last_ended;
	return last;
}

static bool seal(struct op *const *of, int count, struct arena *a, struct op **last_op)
{
	struct change *changes[GROUP_MAX];
	for (int i = 0; i < count; i++)
		changes[i] = (struct change *)of[i];
	struct change *last = a ? last_new(a, of[0]->pool) : (struct change *)of[0];
	run_sealers(last, changes, count);
	*last_op = a && last->op.step_count ? &last->op : NULL;
	return !last->fault;
}

/* One that has no statements yet but those of its seal does not know its pool before. */
static void seal_early(struct change *ch)
{
	struct op *of = &ch->op, *unused;
	if (ch->sealer)
		seal(&of, 1, NULL, &unused);
	ch->op.is_sealed = true;
}

err change_commit(struct ctx *cx, struct change *ch)
{
	if (!ch->fault && change_is_empty(ch))
		seal_early(ch);
	if (ch->fault)
		return ch->fault;
	if (change_is_empty(ch)) {
		committed(ch);
		return NULL;
	}
	ch->waiter = cx->task;
	ch->op.seal = ch->sealer ? seal : NULL;
	ch->op.ended = change_ended;
	ch->op.deadline_us = cx->deadline_us;
	if (pool_submit(ch->op.pool, &ch->op))
		TRY(await(cx, ch));
	err e = ch->fault ? ch->fault : op_problem(cx, &ch->op);
	op_rewind(&ch->op);
	return e;
}
