/*
 * Loading comments in bulk (contracts/import/comment.h). A batch is one change: rows that are stored already
 * are left out, faulty ones are named, parents are stored or stand above their replies.
 */
#include "modules/comment/service.h"

#include <stdlib.h>

enum { IMPORT_ATTEMPTS = 5 };

struct intake {
	struct ctx *cx;
	struct comment *all;
	int count;
	struct import_outcome *outcomes;
};

static bool is_good(const struct intake *in, int i)
{
	return in->outcomes[i].added && !in->outcomes[i].fault;
}

static void refuse(struct intake *in, int i, const char *fault)
{
	if (!in->outcomes[i].fault)
		in->outcomes[i].fault = fault;
}

static void fill_and_validate(struct intake *in, const struct comment_row *rows)
{
	for (int i = 0; i < in->count; i++) {
		struct comment *it = &in->all[i];
		schema_clear(&comment_schema, it);
		it->id = rows[i].id;
		it->post_id = rows[i].post_id;
		it->user_id = rows[i].user_id;
		it->parent_id = rows[i].parent_id;
		it->content = rows[i].content;
		it->created_at = it->updated_at =
			rows[i].created_at == TIME_NULL ? clock_now() : rows[i].created_at;
		it->depth = 0;
		it->version = 1;
		in->outcomes[i] = (struct import_outcome){.added = true};
		err e = schema_validate(in->cx->arena, &comment_schema, it);
		if (e)
			refuse(in, i,
			       arena_fmt(in->cx->arena, "%s: %s", e->faults[0].pointer, e->faults[0].detail));
		if (uuid_is_nil(it->id))
			refuse(in, i, "/id: Required.");
	}
}

/* What other modules must know: the post and the writer. */
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
		if (!posts[i].exists)
			refuse(in, i, "/post_id: There is no such post.");
		else if (!posts[i].comments_open)
			refuse(in, i, "/post_id: The comments of the post are closed.");
		if (!users[i].username)
			refuse(in, i, "/user_id: There is no such user.");
	}
	return NULL;
}

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

/* Puts row i under its parent, which is stored or a row above it. */
static void place(struct intake *in, int i, const struct numbered *sorted, const struct comment *stored)
{
	struct comment *it = &in->all[i];
	const int row = row_of(sorted, in->count, it->parent_id);
	const struct comment *parent = stored                                    ? stored
				       : row >= 0 && row < i && is_good(in, row) ? &in->all[row]
										 : NULL;

	if (!parent || parent->is_deleted)
		refuse(in, i, "/parent_id: There is no such comment, or it is not above this line.");
	else if (!uuid_equal(parent->post_id, it->post_id))
		refuse(in, i, "/parent_id: It is under another post.");
	else if (parent->depth >= DEPTH_MAX)
		refuse(in, i, "/parent_id: The thread is too deep.");
	else
		it->depth = parent->depth + 1;
}

/* Leaves out what is stored or comes twice, and finds the parents of the rest. */
static err look_up_own(struct intake *in)
{
	struct numbered *sorted = ARENA_ARRAY(in->cx->arena, struct numbered, in->count);
	struct uuid *ids = ARENA_ARRAY(in->cx->arena, struct uuid, 2 * in->count);
	const struct comment **stored = ARENA_ARRAY(in->cx->arena, const struct comment *, 2 * in->count);

	for (int i = 0; i < in->count; i++) {
		ids[i] = in->all[i].id;
		ids[in->count + i] = in->all[i].parent_id;
		sorted[i] = (struct numbered){ids[i], i};
	}
	TRY(comments_load(in->cx, ids, 2 * in->count, stored));
	qsort(sorted, in->count, sizeof *sorted, compare_numbered);
	for (int i = 0; i < in->count; i++) {
		if (stored[i] || row_of(sorted, in->count, ids[i]) != i)
			in->outcomes[i].added = false;
		else if (!uuid_is_nil(in->all[i].parent_id))
			place(in, i, sorted, stored[in->count + i]);
	}
	return NULL;
}

static int compare_posts(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* Posts in order of id: two imports at once take the rows of the counts in the same order. */
static void move_counts(const struct intake *in, struct change *ch)
{
	struct uuid *posts = ARENA_ARRAY(in->cx->arena, struct uuid, in->count);
	int count = 0, same = 1;

	for (int i = 0; i < in->count; i++)
		if (is_good(in, i))
			posts[count++] = in->all[i].post_id;
	qsort(posts, count, sizeof *posts, compare_posts);
	for (int i = 0; i < count; i += same) {
		for (same = 1; i + same < count && uuid_equal(posts[i], posts[i + same]);)
			same++;
		count_move(ch, posts[i], same);
	}
}

err import_comments(struct ctx *cx, const struct comment_row *rows, int count,
		    struct import_outcome *outcomes)
{
	struct intake in = {.cx = cx,
			    .all = ARENA_ARRAY(cx->arena, struct comment, count),
			    .count = count,
			    .outcomes = outcomes};
	err e = EDIT_CONFLICT;

	for (int attempt = 0; problem_is(e, EDIT_CONFLICT) && attempt < IMPORT_ATTEMPTS; attempt++) {
		fill_and_validate(&in, rows);
		TRY(look_up_others(&in));
		TRY(look_up_own(&in));
		struct change *ch = change_begin(cx);
		move_counts(&in, ch);
		for (int i = 0; i < count; i++)
			if (is_good(&in, i))
				comment_insert_row(ch, &in.all[i]);
		e = change_commit(cx, ch);
	}
	TRY(e);
	for (int i = 0; i < count; i++)
		outcomes[i].added = is_good(&in, i);
	return NULL;
}
