/*
 * One call of a loader: the ids it wants become wants of entries, and its task sleeps until all are
 * satisfied. A call may be begun ahead; then it lies in the arena until the same task takes it.
 */
#include "core/task/task.h"
#include "db/loader/inside.h"

#include <string.h>

static void want(struct load *load, struct uuid id, int index)
{
	struct loading *l = load->loading;
	load->out[index] = NULL;
	l->pool->stats.loads++;
	if (uuid_is_nil(id))
		return;
	struct entry *e = entry_for(l, id);
	if (e->state == ENTRY_KEPT) {
		load->out[index] = answer_kept(l, e, load->arena);
		return;
	}
	struct asked *asked = (struct asked *)e;
	struct want *w = ARENA_NEW(load->arena, struct want);
	*w = (struct want){
		.next = asked->wants, .sibling = load->wants, .load = load, .entry = asked, .index = index};
	asked->wants = w;
	load->wants = w;
	load->missing++;
}

static void ask(struct load *load)
{
	if (load->count > 1)
		entries_warm(load->loading, load->ids, load->count);
	for (int i = 0; i < load->count; i++)
		want(load, load->ids[i], i);
	load->wait->loads += load->missing > 0;
}

/* Takes the load's wants out of their entries: its arena is about to go. */
static void give_up(void *arg)
{
	const struct load *load = arg;
	for (struct want *w = load->wants; w; w = w->sibling) {
		if (!w->entry)
			continue;
		struct want **link = &w->entry->wants;
		while (*link != w)
			link = &(*link)->next;
		*link = w->next;
		w->entry = NULL;
	}
}

static err await(struct ctx *cx, struct load *load)
{
	struct wait *wait = load->wait;
	err e = NULL;
	wait->is_awaited = true;
	while (wait->loads > 0 && !e)
		e = task_wait(cx);
	wait->is_awaited = false;
	if (e)
		give_up(load);
	return e ? e : load->fault;
}

/* The first of those begun in this arena, by whatever task; NULL: none. */
static struct load *begun_in(struct arena *a)
{
	return *arena_slot(a);
}

static bool is_left(const struct load *load, const struct ctx *cx)
{
	return !load->is_taken && load->wait->task == cx->task;
}

/* Mostly all are taken soon, so that an arena of long life keeps no long list. */
static void forget_taken(struct arena *a)
{
	for (struct load *load = begun_in(a); load && load->is_taken; load = load->next)
		*arena_slot(a) = load->next;
}

/* The load that was begun for this; NULL: none. */
static struct load *take_begun(struct ctx *cx, const struct loading *l, const struct uuid *ids, int count)
{
	for (struct load *load = begun_in(cx->arena); load; load = load->next)
		if (is_left(load, cx) && load->loading == l && load->count == count &&
		    !memcmp(load->ids, ids, (size_t)count * sizeof *ids)) {
			load->is_taken = true;
			forget_taken(cx->arena);
			return load;
		}
	return NULL;
}

/* That of the others this task has begun and not taken. */
static struct wait *wait_of(struct ctx *cx)
{
	for (struct load *load = begun_in(cx->arena); load; load = load->next)
		if (is_left(load, cx))
			return load->wait;
	struct wait *wait = ARENA_NEW(cx->arena, struct wait);
	wait->task = cx->task;
	return wait;
}

err db_load_(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count, const void **out)
{
	struct loading *l = loading_of(ld);
	struct wait wait = {.task = cx->task};
	struct load *ahead, load = {.loading = l,
				    .ids = ids,
				    .count = count,
				    .wait = &wait,
				    .arena = cx->arena,
				    .out = out};
	if (!l)
		return INTERNAL;
	if (!(ahead = take_begun(cx, l, ids, count))) {
		ask(&load);
		return await(cx, &load);
	}
	TRY(await(cx, ahead));
	memcpy(out, ahead->out, (size_t)count * sizeof *out);
	return NULL;
}

void db_load_ahead_(struct ctx *cx, struct loader *ld, const struct uuid *ids, int count)
{
	struct loading *l = loading_of(ld);
	if (!l || count <= 0)
		return;
	struct load *load = ARENA_NEW(cx->arena, struct load);
	*load = (struct load){.loading = l,
			      .count = count,
			      .wait = wait_of(cx),
			      .arena = cx->arena,
			      .next = begun_in(cx->arena)};
	load->ids = arena_copy(cx->arena, ids, (size_t)count * sizeof *ids);
	load->out = ARENA_ARRAY(cx->arena, const void *, (size_t)count);
	*arena_slot(cx->arena) = load;
	ask(load);
	arena_on_free(cx->arena, give_up, load);
}
