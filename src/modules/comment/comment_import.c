/*
 * Loading comments in bulk (contracts/import/comment.h). A batch is one change: rows that are stored already
 * are left out or written over, faulty ones are named, and parents may stand anywhere: those that are neither
 * stored nor in the batch are waited for.
 */
#include "modules/comment/service.h"

#include <stdlib.h>
#include <string.h>

enum { IMPORT_ATTEMPTS = 5 };

/* What a tombstone of another installation stands for: its words are not shown to anybody. */
#define NO_WORDS "(deleted)"

struct intake {
	struct ctx *cx;
	const struct import_batch *batch;
	struct comment *all;
	int count;
	const struct comment **stored;
	struct import_outcome *outcomes;
};

static bool is_good(const struct intake *in, int i)
{
	return in->outcomes[i].fate == IMPORT_ADDED;
}

static void refuse(struct intake *in, int i, const char *pointer, const char *code, const char *detail)
{
	fault_add(in->cx->arena, &in->outcomes[i].faults, pointer, code, "%s", detail);
	in->outcomes[i].fate = IMPORT_REFUSED;
}

/* --- what a line does not say --- */

static void complete(struct intake *in, int i)
{
	struct comment *it = &in->all[i];

	in->outcomes[i] = (struct import_outcome){.fate = IMPORT_ADDED};
	if (it->created_at == TIME_NULL)
		it->created_at = clock_now();
	if (it->updated_at == TIME_NULL)
		it->updated_at = it->created_at;
	it->deleted_at = it->is_deleted ? it->updated_at : TIME_NULL;
	it->depth = 0;
	it->version = 1;
	if (!it->content && it->is_deleted)
		it->content = NO_WORDS;
	if (!it->content)
		refuse(in, i, "/content", "null_not_allowed", "Must not be null; it must be a string.");
}

/* --- what other modules know --- */

static err look_up_others(struct intake *in)
{
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	struct post_card *posts = ARENA_ARRAY(in->cx->arena, struct post_card, in->count);
	struct user_card *users = ARENA_ARRAY(in->cx->arena, struct user_card, in->count);

	for (int i = 0; i < in->count; i++)
		ids[i] = in->all[i].post_id;
	TRY(content->post_cards(in->cx, ids, in->count, posts));
	for (int i = 0; i < in->count; i++)
		ids[i] = in->all[i].user_id;
	TRY(auth->user_cards(in->cx, ids, in->count, users));
	for (int i = 0; i < in->count; i++) {
		if (in->outcomes[i].fate == IMPORT_PRESENT)
			continue;
		if (uuid_is_nil(in->all[i].post_id))
			refuse(in, i, "/post_id", "required", "Required: the post it stands under.");
		else if (!posts[i].exists)
			refuse(in, i, "/post_id", "post_unknown", "There is no such post.");
		else if (!posts[i].comments_open)
			refuse(in, i, "/post_id", "comments_closed", "The comments of the post are closed.");
		if (!users[i].username && (is_good(in, i) || !uuid_is_nil(in->all[i].user_id)))
			refuse(in, i, "/user_id", "user_unknown", "There is no such user.");
	}
	return NULL;
}

/* --- threads --- */

struct numbered {
	struct uuid id;
	int i;
};

static int compare_numbered(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	const int order = memcmp(&x->id, &y->id, sizeof x->id);
	return order ? order : x->i - y->i;
}

/* The row of the batch with that id, the first of several; -1: none. `sorted` is by id and place. */
static int row_of(const struct numbered *sorted, int count, struct uuid id)
{
	int low = 0, high = count;
	while (low < high) {
		const int middle = (low + high) / 2;
		if (memcmp(&sorted[middle].id, &id, sizeof id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && uuid_equal(sorted[low].id, id) ? sorted[low].i : -1;
}

static void place_under(struct intake *in, int i, const struct comment *parent)
{
	struct comment *it = &in->all[i];

	if (!uuid_equal(parent->post_id, it->post_id))
		refuse(in, i, "/parent_id", "wrong_post", "The parent is under another post.");
	else if (parent->depth >= DEPTH_MAX)
		refuse(in, i, "/parent_id", "too_deep", "The thread is too deep: 50 levels at most.");
	else
		it->depth = parent->depth + 1;
}

/* A row that is placed, or was never in want of it. */
static bool is_placed(const struct intake *in, int i)
{
	return is_good(in, i) && (in->all[i].depth > 0 || uuid_is_nil(in->all[i].parent_id));
}

/* Each round places those whose parents were placed in the round before. */
static void place_all(struct intake *in, const struct numbered *sorted, const struct comment *const *parents)
{
	for (bool goes_on = true; goes_on;) {
		goes_on = false;
		for (int i = 0; i < in->count; i++) {
			const struct uuid id = in->all[i].parent_id;
			const int row = uuid_is_nil(id) ? -1 : row_of(sorted, in->count, id);
			if (!is_good(in, i) || is_placed(in, i))
				continue;
			if (parents[i])
				place_under(in, i, parents[i]);
			else if (row >= 0 && row != i && is_placed(in, row))
				place_under(in, i, &in->all[row]);
			else
				continue;
			goes_on = true;
		}
	}
	for (int i = 0; i < in->count; i++)
		if (is_good(in, i) && !is_placed(in, i)) {
			refuse(in, i, "/parent_id", "parent_unknown", "There is no such comment.");
			in->outcomes[i].fate = IMPORT_WAITS;
		}
}

/* Leaves out what is stored or comes twice, and finds posts, writers and parents of the rest. */
static err look_up(struct intake *in)
{
	struct numbered *sorted = ARENA_ARRAY(in->cx->arena, struct numbered, in->count);
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, 2 * in->count);

	for (int i = 0; i < in->count; i++) {
		ids[i] = in->all[i].id;
		ids[in->count + i] = in->all[i].parent_id;
		sorted[i] = (struct numbered){ids[i], i};
		in->all[i].depth = 0;
	}
	TRY(comments_load(in->cx, ids, 2 * in->count, in->stored));
	qsort(sorted, (size_t)in->count, sizeof *sorted, compare_numbered);
	for (int i = 0; i < in->count; i++)
		if (is_good(in, i) && (in->stored[i] || row_of(sorted, in->count, ids[i]) != i))
			in->outcomes[i].fate = IMPORT_PRESENT;
	TRY(look_up_others(in));
	place_all(in, sorted, in->stored + in->count);
	return NULL;
}

/* --- writing --- */

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* Posts in order of id: two imports at once take the rows of the counts in the same order. */
static void move_counts(const struct intake *in, struct change *ch)
{
	struct uuid *posts = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	int count = 0, same = 1;

	for (int i = 0; i < in->count; i++)
		if (is_good(in, i) && !in->all[i].is_deleted)
			posts[count++] = in->all[i].post_id;
	qsort(posts, (size_t)count, sizeof *posts, compare_ids);
	for (int i = 0; i < count; i += same) {
		for (same = 1; i + same < count && uuid_equal(posts[i], posts[i + same]);)
			same++;
		count_move(ch, posts[i], same);
	}
}

/* Parents before their replies, wherever they stand in the file. */
static err insert_good(const struct intake *in)
{
	struct change *ch = change_begin(in->cx);

	move_counts(in, ch);
	for (int depth = 0; depth <= DEPTH_MAX; depth++)
		for (int i = 0; i < in->count; i++)
			if (is_good(in, i) && in->all[i].depth == depth)
				comment_insert_imported(ch, &in->all[i]);
	return change_commit(in->cx, ch);
}

/* What of the line is written over what is stored. */
enum wish { NOTHING, GOES, RETURNS, EDITED };

static enum wish wish_of(struct intake *in, int i)
{
	const struct comment *row = &in->all[i], *stored = in->stored[i];
	const bool says_so = HAS(in->batch->given[i], comment_is_deleted_field);
	struct import_outcome *o = &in->outcomes[i];
	enum wish wish = NOTHING;

	if (stored->is_deleted) {
		o->fate = import_fate_of_deleted(in->batch, says_so, row->is_deleted,
						 import_was_staffs(stored->deleted_by, stored->user_id));
		return o->fate == IMPORT_RESTORED ? RETURNS : NOTHING;
	}
	if (row->is_deleted)
		wish = GOES;
	else if (strcmp(row->content, stored->content) != 0)
		wish = EDITED;
	if (wish != NOTHING)
		o->fate = in->batch->mode == IMPORT_KEEPS ? IMPORT_DIFFERS : IMPORT_UPDATED;
	return in->batch->mode == IMPORT_KEEPS ? NOTHING : wish;
}

/* Row i is stored: whether it differs in what may be changed of it, and if it is to be, that is written. */
static err revise(struct intake *in, int i)
{
	struct comment it = *in->stored[i];
	const enum wish wish = wish_of(in, i);

	if (wish == NOTHING)
		return NULL;
	struct change *ch = change_begin(in->cx);
	if (wish == GOES) {
		comment_delete(ch, &it, it.user_id);
	} else {
		it.is_edited |= strcmp(it.content, in->all[i].content) != 0;
		it.content = in->all[i].content;
		(wish == RETURNS ? comment_restore : comment_edit)(ch, &it);
	}
	err e = change_commit(in->cx, ch);
	if (e && e->status < 500)
		refuse(in, i, wish == EDITED ? "/content" : "/is_deleted", e->code, e->detail);
	return e && e->status >= 500 ? e : NULL;
}

err import_comments(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	struct intake in = {
		.cx = cx, .batch = batch, .all = batch->rows, .count = batch->count, .outcomes = outcomes};
	err e = EDIT_CONFLICT;

	in.stored = ARENA_ARRAY(cx->arena, const struct comment *, 2 * batch->count);
	for (int attempt = 0; problem_is(e, EDIT_CONFLICT) && attempt < IMPORT_ATTEMPTS; attempt++) {
		for (int i = 0; i < in.count; i++)
			complete(&in, i);
		TRY(look_up(&in));
		e = insert_good(&in);
	}
	TRY(e);
	for (int i = 0; i < in.count; i++)
		if (outcomes[i].fate == IMPORT_PRESENT && in.stored[i])
			TRY(revise(&in, i));
	return NULL;
}

/* Posts and writers of those that are not stored. A writer that is said by name has no id yet: no fault. */
err import_find_in_comments(struct ctx *cx, const struct import_batch *batch, struct import_outcome *outcomes)
{
	struct intake in = {
		.cx = cx, .batch = batch, .all = batch->rows, .count = batch->count, .outcomes = outcomes};
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, in.count);

	in.stored = ARENA_ARRAY(cx->arena, const struct comment *, in.count);
	for (int i = 0; i < in.count; i++)
		ids[i] = in.all[i].id;
	TRY(comments_load(cx, ids, in.count, in.stored));
	for (int i = 0; i < in.count; i++)
		outcomes[i].fate = in.stored[i] ? IMPORT_PRESENT : IMPORT_REFUSED;
	return look_up_others(&in);
}
