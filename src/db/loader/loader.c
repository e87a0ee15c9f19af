/*
 * Loaders: the ids wanted in one turn become one statement; the same id is read once for all who want it;
 * what may be cached is kept as a packed row. An entry is WANTED until the turn's end, SENT until its rows
 * arrive, then KEPT or gone.
 */
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "db/loader/inside.h"
#include "db/loader/memo.h"
#include "vobe/clock.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>

/*
 * Few statements of a loader are under way at once: while they are, further ids gather, so that batches grow
 * with the load and nobody waits when there is none. More in flight would only make more and smaller
 * statements for the same server to answer.
 */
enum { FETCH_MAX = 256 /* ids in one statement */, FETCHES_UNDER_WAY = 2 };

/* One statement under way. */
struct fetch {
	struct op op;
	struct step step;
	struct loading *loading;
	int count;
	struct asked *entries[FETCH_MAX];
};

/* --- Asking --- */

static bool is_cached(const struct loading *l)
{
	return l->loader->cache_s > 0 && l->pool->cfg.caches;
}

static bool is_too_old(const struct loading *l, const struct entry *e)
{
	return clock_mono() / SECOND_US - e->kept_s >= l->loader->cache_s;
}

/*
 * A read that was sent before the last confirmed change of this pool may be older than what this caller was
 * already told; whoever comes now needs a newer one. Those who wait for the old one were there before, and
 * keep it.
 */
static bool is_joinable(const struct loading *l, const struct asked *e)
{
	return e->entry.state == ENTRY_WANTED || (!e->is_stale && e->commits == l->pool->commits);
}

/* One that is too old or not joinable is not found any more: NULL. */
static struct entry *find_fit(struct loading *l, struct uuid id)
{
	struct entry *e = entry_find(l, id);
	if (e && e->state == ENTRY_KEPT && is_too_old(l, e)) {
		cache_drop(l, (struct kept *)e);
		return NULL;
	}
	if (e && e->state != ENTRY_KEPT && !is_joinable(l, (struct asked *)e)) {
		asked_unlist(l, (struct asked *)e);
		return NULL;
	}
	return e;
}

static void warm(const struct loading *l, struct uuid id)
{
	bucket_warm(l, id);
	if (is_cached(l))
		frequency_warm(entry_hash(l, id));
}

void entries_warm(const struct loading *l, const struct uuid *ids, int count)
{
	for (int i = 0; i < count; i++)
		warm(l, ids[i]);
	for (int i = 0; i < count; i++)
		chain_warm(l, ids[i]);
}

struct entry *entry_for(struct loading *l, struct uuid id)
{
	struct entry *e = find_fit(l, id);
	if (is_cached(l))
		frequency_note(entry_hash(l, id));
	if (e && e->state != ENTRY_KEPT)
		l->pool->stats.loads_joined++;
	return e ? e : &asked_new(l, id)->entry;
}

void *answer_kept(struct loading *l, struct entry *e, struct arena *a)
{
	struct kept *k = (struct kept *)e;
	char *row = arena_alloc(a, l->prepared->st->out->size);
	statement_read_packed(l->prepared, a, k->row, row);
	memcpy(row + l->prepared->columns[l->key_column].offset, &e->id, sizeof e->id);
	k->is_used = true;
	l->pool->stats.cache_hits++;
	return row;
}

/* --- Answering --- */

/* The want has its row, or there is none. */
static void satisfy(struct want *w)
{
	struct wait *wait = w->load->wait;
	w->entry = NULL;
	if (--w->load->missing == 0 && --wait->loads == 0 && wait->is_awaited)
		task_wake(wait->task);
}

/* Returns the row as the last who waited has it; NULL: there is none, or nobody waited. */
static const void *answer(const struct loading *l, struct asked *e, const PGresult *result, int row)
{
	const void *last = NULL;
	for (struct want *w = e->wants, *next; w; w = next) {
		struct load *load = w->load;
		next = w->next;
		if (row >= 0) {
			void *value = arena_alloc(load->arena, l->prepared->st->out->size);
			statement_read_row(l->prepared, load->arena, result, row, value);
			load->out[w->index] = last = value;
		}
		satisfy(w);
	}
	e->wants = NULL;
	return last;
}

static void keep(struct loading *l, struct asked *e, const PGresult *result, int row)
{
	size_t bytes = statement_packed_size(l->prepared, result, row, l->key_column);
	asked_unlist(l, e);
	struct kept *k = cache_keep(l, e->entry.id, bytes);
	if (k)
		statement_pack(l->prepared, result, row, l->key_column, k->row);
}

static void answer_and_keep(struct loading *l, struct asked *e, const PGresult *result, int row)
{
	const bool may_be_kept = is_cached(l) && e->is_listed && !e->is_stale;
	const void *value = answer(l, e, result, row);
	if (!may_be_kept)
		return;
	keep(l, e, result, row);
	if (l->loader->memo && value)
		memo_note(l->loader->memo, e->entry.id, l->loader->memo->bits(value),
			  (uint32_t)(clock_mono() / SECOND_US) + (uint32_t)l->loader->cache_s);
}

static int place_of(const struct fetch *f, const struct uuid *id)
{
	const struct entry *e = entry_find(f->loading, *id);
	const struct asked *listed = e && e->state != ENTRY_KEPT ? (const struct asked *)e : NULL;
	if (listed && listed->fetch == f)
		return f->entries[listed->at] ? listed->at : -1;
	for (int i = 0; i < f->count; i++) /* superseded by a newer read, so no longer listed */
		if (f->entries[i] && uuid_equal(f->entries[i]->entry.id, *id))
			return i;
	return -1;
}

/* Those who wait have lain still for some hundred microseconds: fetching them one by one would wait for
 * memory each time. */
static void warm_wants(const struct fetch *f)
{
	for (int i = 0; i < f->count; i++) {
		__builtin_prefetch(f->entries[i]->wants);
		warm(f->loading, f->entries[i]->entry.id);
	}
	for (int i = 0; i < f->count; i++)
		if (f->entries[i]->wants)
			__builtin_prefetch(f->entries[i]->wants->load);
}

static void spread_rows(struct fetch *f)
{
	struct loading *l = f->loading;
	const PGresult *result = f->step.result;
	struct uuid id;
	for (int row = 0; row < PQntuples(result); row++) {
		if (PQgetisnull(result, row, l->key_column))
			continue;
		memcpy(&id, PQgetvalue(result, row, l->key_column), sizeof id);
		int at = place_of(f, &id);
		if (at < 0)
			continue; /* a second row for the key, which the statement should not give */
		answer_and_keep(l, f->entries[at], result, row);
		asked_forget(l, f->entries[at]);
		f->entries[at] = NULL;
	}
	l->pool->stats.rows += (uint64_t)PQntuples(result);
}

static void answer_none(struct loading *l, struct asked *e, err fault)
{
	for (struct want *w = e->wants; w && fault; w = w->next)
		w->load->fault = fault;
	answer(l, e, NULL, -1);
	asked_forget(l, e);
}

/* Those without a row, or all when the read failed. */
static void finish_rest(struct fetch *f)
{
	err fault = f->op.ending == END_VIOLATED ? INTERNAL
						 : op_problem(NULL, &f->op); /* only violations need a ctx */
	for (int i = 0; i < f->count; i++)
		if (f->entries[i])
			answer_none(f->loading, f->entries[i], fault);
}

static void fetch_ended(struct op *op)
{
	struct fetch *f = (struct fetch *)op;
	f->loading->under_way--;
	warm_wants(f);
	if (op->ending == END_FINE)
		spread_rows(f);
	finish_rest(f);
	op_rewind(op);
	buf_free(&op->parameters);
	free(f);
}

/* --- Sending --- */

static struct fetch *fetch_new(struct loading *l)
{
	struct fetch *f = memory_take(sizeof *f);
	*f = (struct fetch){.loading = l, .op = {.steps = &f->step, .step_count = 1, .ended = fetch_ended}};
	f->step = (struct step){.prepared = l->prepared, .in = &f->op.parameters};
	f->op.duty = l->prepared->st->lane == LANE_SLOW ? DUTY_SLOW : DUTY_READ;
	return f;
}

/* Moves up to FETCH_MAX wanted entries into one fetch and submits it. */
static void send_some(struct loading *l)
{
	struct uuid ids[FETCH_MAX];
	struct fetch *f = fetch_new(l);
	for (struct asked *e; f->count < FETCH_MAX && (e = TAILQ_FIRST(&l->wanted));) {
		TAILQ_REMOVE(&l->wanted, e, place);
		l->wanted_count--;
		e->entry.state = ENTRY_SENT;
		e->commits = l->pool->commits;
		e->fetch = f;
		e->at = f->count;
		ids[f->count] = e->entry.id;
		f->entries[f->count++] = e;
	}
	struct by_ids in = {.ids = {.at = ids, .count = f->count}};
	statement_encode(l->prepared, &in, &f->op.parameters);
	l->under_way++;
	if (!pool_submit(l->pool, &f->op))
		op_end(&f->op, f->op.ending);
}

static void loadings_send(struct pool *p)
{
	for (struct loading *l = p->loadings; l; l = l->next)
		while (l->wanted_count > 0 && l->under_way < FETCHES_UNDER_WAY)
			send_some(l);
}

/* --- Opening and closing --- */

static int key_column(const struct prepared *p, const char *key)
{
	const struct field *f = p->st->out ? schema_field(p->st->out, key) : NULL;
	for (int i = 0; f && f->type == TYPE_UUID && i < p->column_count; i++)
		if (p->columns[i].offset == f->offset)
			return i;
	return -1;
}

/* by_ids_schema has an object of its own in each file: known by what it holds. */
static bool takes_ids(const struct prepared *p)
{
	return p->st->in && p->st->in->size == sizeof(struct by_ids) && p->parameter_count == 1 &&
	       p->parameters[0].field->type == TYPE_UUIDS &&
	       p->parameters[0].field->offset == offsetof(struct by_ids, ids);
}

/* After the pool's operations have ended: only kept rows and what nobody sent are left. */
static void loadings_close(struct pool *p)
{
	for (struct loading *l = p->loadings, *next; l; l = next) {
		struct asked *e;
		next = l->next;
		while ((e = TAILQ_FIRST(&l->wanted))) {
			TAILQ_REMOVE(&l->wanted, e, place);
			answer_none(l, e, DATABASE_AWAY);
		}
		cache_leave(l);
		entries_close(l);
		l->loader->state = NULL;
		free(l);
	}
	p->loadings = NULL;
}

static struct loading *loading_new(struct loader *ld, const struct prepared *p, int key)
{
	struct loading *l = memory_take(sizeof *l);
	*l = (struct loading){.loader = ld, .pool = p->pool, .prepared = p, .key_column = key};
	l->next = p->pool->loadings;
	TAILQ_INIT(&l->wanted);
	TAILQ_INIT(&l->kept);
	cache_join(l);
	entries_grow(l);
	p->pool->loadings = l;
	p->pool->loadings_send = loadings_send;
	p->pool->loadings_close = loadings_close;
	return l;
}

struct loading *loading_of(struct loader *ld)
{
	const struct prepared *p = ld->statement->prepared;
	const char *key = ld->key ? ld->key : "id";
	if (ld->state)
		return ld->state;
	int column = p && p->is_described ? key_column(p, key) : -1;
	if (column >= 0 && takes_ids(p))
		return ld->state = loading_new(ld, p, column);
	log_error("loader_unfit",
		  "the statement of a loader, %s, must be checked, take by_ids_schema and return a UUID "
		  "column %s",
		  ld->statement->name, key);
	return NULL;
}

/* --- Exported --- */

const void *loader_kept_(struct ctx *cx, struct loader *ld, struct uuid id)
{
	struct entry *e = ld->state ? entry_find(ld->state, id) : NULL;
	if (!e || e->state != ENTRY_KEPT || is_too_old(ld->state, e))
		return NULL;
	frequency_note(entry_hash(ld->state, id));
	return answer_kept(ld->state, e, cx->arena);
}

void loader_forget_(struct loader *ld, struct uuid id)
{
	struct entry *e = ld->state ? entry_find(ld->state, id) : NULL;
	if (ld->memo)
		memo_forget(ld->memo, id);
	if (e && e->state == ENTRY_KEPT)
		cache_drop(ld->state, (struct kept *)e);
	else if (e && e->state == ENTRY_SENT)
		((struct asked *)e)->is_stale = true;
}
