/* The statements of comments, and the changes made of them. */
#include "modules/comment/comment.h"

SCHEMA(post_count, POST_COUNT_FIELDS, "Comments of a post");
SCHEMA(user_count, USER_COUNT_FIELDS, "Comments of a user");
SCHEMA(thread_query, THREAD_QUERY_FIELDS, "A part of a thread");
SCHEMA(total, TOTAL_FIELDS, "A bounded count");

#define COLUMNS "id, post_id, user_id, parent_id, content, depth, created_at, updated_at"
#define VALUES_ "$id, $post_id, $user_id, $parent_id, $content, $depth, $created_at, $updated_at"

#define FLAT "WHERE post_id = $post_id AND is_shown "
#define ROOTS "WHERE post_id = $post_id AND parent_id IS NULL AND is_shown "
#define REPLIES "WHERE post_id = $post_id AND parent_id = $parent_id AND is_shown "
#define OLD_FIRST "AND (created_at, id) > ($time, $id) ORDER BY created_at, id LIMIT $limit"
#define NEW_FIRST "AND (created_at, id) < ($time, $id) ORDER BY created_at DESC, id DESC LIMIT $limit"

#define LIST_STATEMENT(name_, where, order)                                                                       \
	{.name = name_, .sql = "SELECT $* FROM comments " where order,                                            \
	 .in = &thread_query_schema, .out = &comment_schema}
#define TOTAL_STATEMENT(name_, where)                                                                             \
	{.name = name_,                                                                                           \
	 .sql = "SELECT count(*) AS total FROM (SELECT 1 FROM comments " where "LIMIT 10001) AS bounded",         \
	 .in = &thread_query_schema, .out = &total_schema, .lane = LANE_SLOW}

struct statement comment_statements[] = {
	[COMMENT_BY_IDS] = {
		.name = "comment_by_ids",
		.sql = "SELECT $* FROM comments WHERE id = ANY($ids)",
		.in = &by_ids_schema, .out = &comment_schema,
	},
	[COMMENT_INSERT] = {
		.name = "comment_insert",
		.sql = "INSERT INTO comments (" COLUMNS ") VALUES (" VALUES_ ")",
		.in = &comment_schema,
	},
	/* Under a comment that is not deleted: it may have been while the request ran. */
	[REPLY_INSERT] = {
		.name = "reply_insert",
		.sql = "WITH parent AS (UPDATE comments SET replies_count = replies_count + 1"
		       " WHERE id = $parent_id AND post_id = $post_id AND NOT is_deleted RETURNING id)"
		       " INSERT INTO comments (" COLUMNS ") SELECT " VALUES_ " FROM parent",
		.in = &comment_schema, .rows = 1, .otherwise = COMMENT_DELETED,
	},
	[COMMENT_UPDATE] = {
		.name = "comment_update",
		.sql = "UPDATE comments SET content = $content, is_edited = $is_edited, updated_at = $updated_at,"
		       " is_deleted = $is_deleted, deleted_at = $deleted_at, deleted_by = $deleted_by,"
		       " version = version + 1"
		       " WHERE id = $id AND version = $version",
		.in = &comment_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
	},
	[COUNT_MOVE] = {
		.name = "count_move",
		.sql = "INSERT INTO comment_counts AS c (post_id, visible_count) VALUES ($post_id, greatest($by, 0))"
		       " ON CONFLICT (post_id) DO UPDATE SET visible_count = c.visible_count + $by",
		.in = &post_count_schema,
	},
	/*
	 * The comment was just deleted: if nothing hangs on it, it is gone from its parent's replies; a parent that was
	 * a tombstone for it alone goes too, and so on up. Restoring is the same way back.
	 */
	[BRANCH_SHRINK] = {
		.name = "branch_shrink",
		.sql = "WITH RECURSIVE up AS ("
		       " SELECT parent_id AS id FROM comments WHERE id = $id AND replies_count = 0"
		       " AND parent_id IS NOT NULL"
		       " UNION ALL"
		       " SELECT c.parent_id FROM up JOIN comments c ON c.id = up.id"
		       " WHERE c.is_deleted AND c.replies_count = 1 AND c.parent_id IS NOT NULL)"
		       " UPDATE comments c SET replies_count = c.replies_count - 1 FROM up WHERE c.id = up.id",
		.in = &comment_schema,
	},
	[BRANCH_GROW] = {
		.name = "branch_grow",
		.sql = "WITH RECURSIVE up AS ("
		       " SELECT parent_id AS id FROM comments WHERE id = $id AND replies_count = 0"
		       " AND parent_id IS NOT NULL"
		       " UNION ALL"
		       " SELECT c.parent_id FROM up JOIN comments c ON c.id = up.id"
		       " WHERE c.is_deleted AND c.replies_count = 0 AND c.parent_id IS NOT NULL)"
		       " UPDATE comments c SET replies_count = c.replies_count + 1 FROM up WHERE c.id = up.id",
		.in = &comment_schema,
	},

	[FLAT_OLD] = LIST_STATEMENT("flat_old", FLAT, OLD_FIRST),
	[FLAT_NEW] = LIST_STATEMENT("flat_new", FLAT, NEW_FIRST),
	[ROOTS_OLD] = LIST_STATEMENT("roots_old", ROOTS, OLD_FIRST),
	[ROOTS_NEW] = LIST_STATEMENT("roots_new", ROOTS, NEW_FIRST),
	[REPLIES_OLD] = LIST_STATEMENT("replies_old", REPLIES, OLD_FIRST),
	[REPLIES_NEW] = LIST_STATEMENT("replies_new", REPLIES, NEW_FIRST),
	[WRITTEN] = LIST_STATEMENT("written", "WHERE user_id = $user_id AND NOT is_deleted ", NEW_FIRST),
	/* The first replies of each parent: one descent of the index a parent, however many it has. */
	[NESTED] = {
		.name = "nested",
		.sql = "SELECT $r.* FROM unnest($parent_ids::uuid[]) WITH ORDINALITY AS p(id, place)"
		       " CROSS JOIN LATERAL"
		       " (SELECT * FROM comments c WHERE c.post_id = $post_id AND c.parent_id = p.id AND c.is_shown"
		       " ORDER BY c.created_at, c.id LIMIT $limit) AS r ORDER BY p.place, r.created_at, r.id",
		.in = &thread_query_schema, .out = &comment_schema,
	},
	/* The nearest `limit` comments above one, the outermost first. */
	[ANCESTORS] = {
		.name = "ancestors",
		.sql = "WITH RECURSIVE up AS (SELECT c.*, 1 AS steps FROM comments c WHERE c.id = $parent_id"
		       " UNION ALL SELECT c.*, up.steps + 1 FROM up JOIN comments c ON c.id = up.parent_id"
		       " WHERE up.steps < $limit)"
		       " SELECT $* FROM up ORDER BY depth",
		.in = &thread_query_schema, .out = &comment_schema,
	},
	[FLAT_TOTAL] = TOTAL_STATEMENT("flat_total", FLAT),
	[ROOTS_TOTAL] = TOTAL_STATEMENT("roots_total", ROOTS),
	[REPLIES_TOTAL] = TOTAL_STATEMENT("replies_total", REPLIES),
	[POST_COUNTS] = {
		.name = "post_counts",
		.sql = "SELECT post_id, visible_count FROM comment_counts WHERE post_id = ANY($ids)",
		.in = &by_ids_schema, .out = &post_count_schema,
	},
	[USER_COUNTS] = {
		.name = "user_counts",
		.sql = "SELECT user_id, count(*) AS total FROM comments WHERE user_id = ANY($ids) AND NOT is_deleted"
		       " GROUP BY user_id",
		.in = &by_ids_schema, .out = &user_count_schema,
	},
	{0},
};

struct loader comments = {.statement = &comment_statements[COMMENT_BY_IDS]};
struct loader counts = {
	.statement = &comment_statements[POST_COUNTS], .key = "post_id", .cache_rows = 50000, .cache_s = 600,
};
struct loader exact_counts = {.statement = &comment_statements[POST_COUNTS], .key = "post_id"};
struct loader user_counts = {.statement = &comment_statements[USER_COUNTS], .key = "user_id"};

static void tell_of(struct change *ch, comment_event_teller *tell, const struct comment *it)
{
	tell(ch, it->post_id, clock_now_us(),
	     &(struct comment_event){.comment_id = it->id, .post_id = it->post_id, .user_id = it->user_id,
				     .parent_id = it->parent_id, .created_at = it->created_at});
}

void count_move(struct change *ch, struct uuid post_id, int64_t by)
{
	change_add(ch, &comment_statements[COUNT_MOVE], &(struct post_count){.post_id = post_id, .by = by});
	change_forgets(ch, &counts, post_id);
}

void comment_insert_row(struct change *ch, const struct comment *it)
{
	change_add(ch, &comment_statements[uuid_is_nil(it->parent_id) ? COMMENT_INSERT : REPLY_INSERT], it);
	tell_of(ch, tell_comment_created, it);
}

void comment_insert(struct change *ch, const struct comment *it)
{
	count_move(ch, it->post_id, 1);
	comment_insert_row(ch, it);
}

static void update(struct change *ch, struct comment *it)
{
	it->updated_at = clock_now();
	change_add(ch, &comment_statements[COMMENT_UPDATE], it);
	it->version++;
}

void comment_edit(struct change *ch, struct comment *it)
{
	it->is_edited = true;
	update(ch, it);
	tell_of(ch, tell_comment_updated, it);
}

void comment_delete(struct change *ch, struct comment *it, struct uuid by)
{
	it->is_deleted = true;
	it->deleted_at = clock_now();
	it->deleted_by = by;
	count_move(ch, it->post_id, -1);
	update(ch, it);
	change_add(ch, &comment_statements[BRANCH_SHRINK], it);
	tell_of(ch, tell_comment_deleted, it);
}

void comment_restore(struct change *ch, struct comment *it)
{
	it->is_deleted = false;
	it->deleted_at = TIME_NULL;
	it->deleted_by = (struct uuid){0};
	count_move(ch, it->post_id, 1);
	update(ch, it);
	change_add(ch, &comment_statements[BRANCH_GROW], it);
	tell_of(ch, tell_comment_restored, it);
}
