/* Trees of comments and the names of their writers. */
#include "modules/comment/thread.h"

/* The first replies of each parent: one descent of the index a parent, however many it has. */
static QUERY(first_replies, thread_query, comment,
	     "SELECT $r.* FROM unnest($parent_ids::uuid[]) WITH ORDINALITY AS p(id, place)"
	     " CROSS JOIN LATERAL ("
	     "  SELECT * FROM comments c"
	     "  WHERE c.parent_id = p.id AND c.is_shown"
	     "  ORDER BY c.created_at, c.id LIMIT $limit) AS r"
	     " ORDER BY p.place, r.created_at, r.id");

QUERY(comments_above, thread_query, comment,
      "WITH RECURSIVE up AS ("
      "  SELECT c.*, 1 AS steps FROM comments c WHERE c.id = $parent_id"
      "  UNION ALL"
      "  SELECT c.*, up.steps + 1 FROM up JOIN comments c ON c.id = up.parent_id WHERE up.steps < $limit)"
      " SELECT $* FROM up ORDER BY depth");

/* Every comment of the tree, for what is done to all of them. */
struct crowd {
	struct comment **at;
	int count;
};

const char *replies_scope(struct ctx *cx, struct uuid parent_id, const char *sort)
{
	char id[UUID_TEXT];
	uuid_text(parent_id, id);
	return arena_fmt(cx->arena, "replies %s %s", id, sort);
}

/* From where the replies of `parent` go on: behind `last`, or all of them when it is NULL. */
static const char *cursor_behind(struct ctx *cx, const struct comment *parent, const struct comment *last)
{
	struct page_key key = {.number = TIME_START};
	if (last)
		key = (struct page_key){.number = last->created_at, .id = last->id};
	return page_write(cx, replies_scope(cx, parent->id, "old"), &key);
}

/* Takes the rows of one parent off the front of `rows`, hangs them on it, and adds them to the crowd. */
static int hang_replies(struct ctx *cx, struct comment *parent, struct comment *rows, int count,
			int64_t limit, struct crowd *all)
{
	int mine = 0;
	while (mine < count && uuid_equal(rows[mine].parent_id, parent->id))
		mine++;
	const int shown = mine > limit ? (int)limit : mine;
	parent->replies = (struct many){rows, shown};
	parent->replies_next_cursor = mine > shown ? cursor_behind(cx, parent, &rows[shown - 1]) : NULL;
	for (int i = 0; i < shown; i++)
		all->at[all->count++] = &rows[i];
	return mine;
}

/* The next level under the crowd's members from `first` on. */
static err grow_level(struct ctx *cx, int first, int64_t limit, struct crowd *all)
{
	const int last = all->count, room = (int)((TREE_MAX - all->count) / limit);
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, last - first);
	struct comment **parents = ARENA_ARRAY(cx->arena, struct comment *, last - first), *rows;
	int parent_count = 0, row_count, at = 0;

	for (int i = first; i < last && parent_count < room; i++)
		if (all->at[i]->replies_count > 0) {
			parents[parent_count] = all->at[i];
			ids[parent_count++] = all->at[i]->id;
		}
	if (!parent_count)
		return NULL;
	const struct thread_query q = {.post_id = parents[0]->post_id,
				       .parent_ids = {ids, parent_count},
				       .time = TIME_START,
				       .limit = limit + 1};
	TRY(first_replies(cx, &q, &rows, &row_count));
	for (int i = 0; i < parent_count; i++)
		at += hang_replies(cx, parents[i], &rows[at], row_count - at, limit, all);
	return NULL;
}

err tree_grow(struct ctx *cx, struct comment *roots, int count, struct tree_size size,
	      struct comment ***nodes, int *node_count)
{
	struct crowd all = {.at = ARENA_ARRAY(cx->arena, struct comment *, count + TREE_MAX)};

	for (int i = 0; i < count; i++)
		all.at[all.count++] = &roots[i];
	for (int level = 1, first = 0; level < size.depth && first < all.count; level++) {
		const int next = all.count;
		TRY(grow_level(cx, first, size.replies_limit, &all));
		first = next;
	}
	for (int i = 0; i < all.count; i++)
		if (all.at[i]->replies_count > 0 && all.at[i]->replies.count == 0)
			all.at[i]->replies_next_cursor = cursor_behind(cx, all.at[i], NULL);
	*nodes = all.at;
	*node_count = all.count;
	return NULL;
}

void name_writers(struct req *rq, struct comment **nodes, int count)
{
	struct uuid *ids = ARENA_ARRAY(rq->cx.arena, struct uuid, count);
	struct user_card *cards = ARENA_ARRAY(rq->cx.arena, struct user_card, count);

	for (int i = 0; i < count; i++)
		ids[i] = nodes[i]->user_id;
	if (auth->user_cards(&rq->cx, ids, count, cards)) {
		reply_partial(rq, "username");
		return;
	}
	for (int i = 0; i < count; i++)
		nodes[i]->username = cards[i].username;
}
