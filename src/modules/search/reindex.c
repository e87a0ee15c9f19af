/*
 * Rebuilds of the whole index. Whoever asks leaves a row; the job of any server takes it, moves its lease on
 * while it works, and tells the end. A server that dies leaves it to the next, which begins again: every
 * document is written from its source, so twice does no harm.
 */
#include "modules/search/reindex.h"

#include "contracts/search.h"
#include "modules/search/source.h"

PROBLEM(DOCUMENTS_REFUSED, 500, "documents_refused", "Some documents were refused", "See the log.");

enum { LEASE_S = 60, TOLD_MS = 1000, LOOK_MS = 500 };

/* One wish of a subscription becomes a job; of servers that see it at once, one makes it. */
static COMMAND(wishes_adopt, reindex,
	       "WITH wish AS (DELETE FROM rebuild RETURNING asked_at)"
	       " INSERT INTO reindexes (id, asked_at, next_at) SELECT $id, now(), now() FROM wish"
	       " ON CONFLICT (status) WHERE status = 'waiting' DO NOTHING");

/* A conflict must give the row back, so it writes what is there. */
static COMMAND_ROW(reindex_insert, reindex, reindex,
		   "INSERT INTO reindexes AS r (id, asked_at, next_at) VALUES ($id, now(), now())"
		   " ON CONFLICT (status) WHERE status = 'waiting' DO UPDATE SET next_at = r.next_at"
		   " RETURNING $*");

static COMMAND(reindexes_forget, none,
	       "DELETE FROM reindexes WHERE status = 'completed'"
	       " AND finished_at < now() - interval '90 days'");

static QUERY_ROW(reindex_by_id, by_id, reindex, "SELECT $* FROM reindexes WHERE id = $id");

#define DUE_FIELDS(F, T) F(T, BOOL, due, 0, "Whether there is anything to do")
STRUCT(due, DUE_FIELDS);
SCHEMA(due, DUE_FIELDS, "Whether there is anything to do");

static QUERY_ROW(reindexes_due, none, due,
		 "SELECT EXISTS (SELECT FROM rebuild) OR EXISTS"
		 " (SELECT FROM reindexes WHERE status <> 'completed' AND next_at <= now()) AS due");

#define LEASE_FIELDS(F, T) F(T, INT, lease_s, 0, "Seconds after which another server may begin again")
STRUCT(reindex_lease, LEASE_FIELDS);
SCHEMA(reindex_lease, LEASE_FIELDS, "How long a job is ours");

/* One at a time: what waits does so until the one that runs is done. */
static COMMAND_ROW(reindex_take, reindex_lease, reindex,
		   "UPDATE reindexes SET status = 'running', started_at = now(), documents = 0, refused = 0,"
		   " next_at = now() + $lease_s::bigint * interval '1 second'"
		   " WHERE id = (SELECT id FROM reindexes WHERE status <> 'completed' AND next_at <= now()"
		   " ORDER BY status, asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
		   " AND NOT EXISTS (SELECT FROM reindexes WHERE status = 'running' AND next_at > now())"
		   " RETURNING $*");

static COMMAND(reindex_note, reindex,
	       "UPDATE reindexes SET documents = $documents, refused = $refused, fault = $fault,"
	       " next_at = now() + interval '60 s' WHERE id = $id AND status = 'running'");

static COMMAND(reindex_finish, reindex,
	       "UPDATE reindexes SET status = 'completed', documents = $documents, refused = $refused,"
	       " fault = NULL, finished_at = now() WHERE id = $id AND status = 'running'",
	       .rows = 1);

err index_walk(struct ctx *cx, enum kind kind, scanner scan, visitor visit, void *arg)
{
	struct uuid after = {{0}};
	int count;
	do {
		struct ctx batch = *cx;
		struct uuid *ids;
		batch.arena = arena_new();
		err e = scan(&batch, kind, after, INDEX_BATCH, &ids, &count);
		if (!e && count) {
			after = ids[count - 1];
			e = visit(&batch, kind, ids, count, arg);
		}
		e = problem_keep(cx, e);
		arena_free(batch.arena);
		TRY(e);
	} while (count);
	return NULL;
}

/* A rebuild under way. */
struct progress {
	struct reindex it;
	int64_t refused_before, told_at; /* clock_mono */
	int64_t since;                   /* stamp: what was written by it has this or a newer one */
};

static err note(struct ctx *cx, struct progress *p)
{
	struct change *ch = change_begin(cx);
	p->told_at = clock_mono();
	p->it.refused = index_refused() - p->refused_before;
	reindex_note(ch, &p->it);
	return change_commit(cx, ch);
}

static err note_in_time(struct ctx *cx, struct progress *p)
{
	return clock_mono() - p->told_at < TOLD_MS * 1000 ? NULL : note(cx, p);
}

static err refresh_sources(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, void *arg)
{
	struct progress *p = arg;

	TRY(index_refresh_all(cx, kind, ids, count));
	p->it.documents += count;
	return note_in_time(cx, p);
}

/* Those that the walk through the sources has not written: their source is gone, or they were refused. */
static err refresh_left(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, void *arg)
{
	struct progress *p = arg;
	struct uuids left;

	TRY(entries_older(cx, (struct uuids){ids, count}, p->since, &left));
	if (left.count)
		TRY(index_refresh_all(cx, kind, left.at, left.count));
	return note_in_time(cx, p);
}

/* In place: every source is written again, every document without a source removed; the index answers all the
 * while. Posts come last: they are found by what is written of their artists. */
static err rewrite(struct ctx *cx, struct progress *p)
{
	TRY(index_stamp(cx, &p->since));
	for (int i = 1; i <= KIND_COUNT; i++) {
		const enum kind kind = (enum kind)(i % KIND_COUNT);
		TRY(index_walk(cx, kind, source_scan, refresh_sources, p));
		TRY(index_walk(cx, kind, entry_scan, refresh_left, p));
	}
	return statistics_refresh(cx);
}

static err finish(struct ctx *cx, struct progress *p)
{
	struct change *ch = change_begin(cx);

	p->it.refused = index_refused() - p->refused_before;
	reindex_finish(ch, &p->it);
	tell_search_reindex_completed(ch, p->it.id, 1,
				      &(struct reindex_event){.reindex_id = p->it.id,
							      .documents = p->it.documents,
							      .refused = p->it.refused,
							      .started_at = p->it.started_at});
	err e = change_commit(cx, ch);
	return problem_is(e, NOT_FOUND) ? NULL : e; /* another server took it for dead, and was quicker */
}

err index_rebuild(struct ctx *cx)
{
	struct progress p = {.refused_before = index_refused(), .told_at = clock_mono()};
	struct due due;

	TRY(reindexes_due(cx, &due));
	if (!due.due)
		return NULL;
	struct change *ch = change_begin(cx);
	wishes_adopt(ch, &(struct reindex){.id = uuid_new()});
	reindex_take(ch, &(struct reindex_lease){LEASE_S}, &p.it);
	TRY(change_commit(cx, ch));
	if (uuid_is_nil(p.it.id))
		return NULL;
	err e = rewrite(cx, &p);
	if (!e)
		return finish(cx, &p);
	p.it.fault = e->cause ? e->cause : e->detail;
	(void)note(cx, &p); /* where that cannot be written, the lease ends all the same */
	return e;
}

err reindex_ask(struct ctx *cx, struct reindex *out)
{
	struct change *ch = change_begin(cx);
	reindexes_forget(ch);
	reindex_insert(ch, &(struct reindex){.id = uuid_new()}, out);
	return change_commit(cx, ch);
}

err reindex_find(struct ctx *cx, struct uuid id, struct reindex *out)
{
	return reindex_by_id(cx, &(struct by_id){id}, out);
}

err reindex_here(struct ctx *cx, struct reindex *out)
{
	TRY(reindex_ask(cx, out));
	for (;;) {
		TRY(index_rebuild(cx));
		TRY(reindex_find(cx, out->id, out));
		if (out->finished_at != TIME_NULL)
			break;
		TRY(wait_ms(cx, LOOK_MS)); /* a server has it */
	}
	if (!out->refused)
		return NULL;
	return problem_detail(cx, DOCUMENTS_REFUSED,
			      "%lld documents could not be written and stay as they were; the log says"
			      " which and why (document_refused). All others are in step.",
			      (long long)out->refused);
}
