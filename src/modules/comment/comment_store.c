/* The statements of comments, and the changes made of them. */
#include "modules/comment/comment.h"

SCHEMA(post_count, POST_COUNT_FIELDS, "Comments of a post");
SCHEMA(user_count, USER_COUNT_FIELDS, "Comments of a user");

/* --- reading by ids --- */

#define COUNTS "SELECT post_id, visible_count FROM comment_counts WHERE post_id = ANY ($ids)"

LOADER(comments, comment, "SELECT $* FROM comments WHERE id = ANY ($ids)");
LOADER(counts, post_count, COUNTS, .key = "post_id", .cache_s = 600);
LOADER_LIKE(exact_counts, counts, .key = "post_id");
LOADER(user_counts, user_count,
       "SELECT user_id, array_agg(post_id) AS post_ids, array_agg(n) AS counts"
       " FROM (SELECT user_id, post_id, count(*) AS n FROM comments"
       " WHERE user_id = ANY ($ids) AND NOT is_deleted GROUP BY user_id, post_id) AS c GROUP BY user_id",
       .key = "user_id");

/* --- writing rows --- */

#define COLUMNS "id, post_id, user_id, parent_id, content, depth, created_at, updated_at"
#define VALUES_ "$id, $post_id, $user_id, $parent_id, $content, $depth, $created_at, $updated_at"

static COMMAND(insert_root, comment, "INSERT INTO comments (" COLUMNS ") VALUES (" VALUES_ ")",
	       .together = "INSERT INTO comments (" COLUMNS ")"
			   " SELECT * FROM unnest($id::uuid[], $post_id::uuid[], $user_id::uuid[],"
			   " $parent_id::uuid[], $content::text[], $depth::bigint[],"
			   " $created_at::timestamptz[], $updated_at::timestamptz[])");

/* Under a comment that is not deleted: it may have been while the request ran. */
static COMMAND(insert_reply, comment,
	       "WITH parent AS ("
	       "  UPDATE comments SET replies_count = replies_count + 1"
	       "  WHERE id = $parent_id AND post_id = $post_id AND NOT is_deleted RETURNING id)"
	       " INSERT INTO comments (" COLUMNS ")"
	       " SELECT " VALUES_ " FROM parent",
	       .rows = 1, .otherwise = COMMENT_DELETED);

/* As it was elsewhere, under a parent in whatever state; grow_branch follows for one that is shown. */
static COMMAND(insert_imported, comment,
	       "INSERT INTO comments (" COLUMNS ", is_edited, is_deleted, deleted_at)"
	       " VALUES (" VALUES_ ", $is_edited, $is_deleted, $deleted_at)");

static COMMAND(update_row, comment,
	       "UPDATE comments SET content = $content, is_edited = $is_edited, updated_at = $updated_at,"
	       " is_deleted = $is_deleted, deleted_at = $deleted_at, deleted_by = $deleted_by,"
	       " version = version + 1"
	       " WHERE id = $id AND version = $version",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

static COMMAND(
	raise_count, post_count,
	"INSERT INTO comment_counts AS c (post_id, visible_count) VALUES ($post_id, $by)"
	" ON CONFLICT (post_id) DO UPDATE SET visible_count = c.visible_count + excluded.visible_count",
	.together = "INSERT INTO comment_counts AS c (post_id, visible_count)"
		    " SELECT * FROM unnest($post_id::uuid[], $by::bigint[])"
		    " ON CONFLICT (post_id) DO UPDATE"
		    " SET visible_count = c.visible_count + excluded.visible_count");

static COMMAND(lower_count, post_count,
	       "INSERT INTO comment_counts AS c (post_id, visible_count) VALUES ($post_id, greatest($by, 0))"
	       " ON CONFLICT (post_id) DO UPDATE SET visible_count = c.visible_count + $by");

/*
 * The comment was just deleted: if nothing hangs on it, it is gone from its parent's replies; a parent that
 * was a tombstone for it alone goes too, and so on up. Restoring is the same way back.
 */
static COMMAND(shrink_branch, comment,
	       "WITH RECURSIVE up AS ("
	       "  SELECT parent_id AS id FROM comments"
	       "  WHERE id = $id AND replies_count = 0 AND parent_id IS NOT NULL"
	       "  UNION ALL"
	       "  SELECT c.parent_id FROM up JOIN comments c ON c.id = up.id"
	       "  WHERE c.is_deleted AND c.replies_count = 1 AND c.parent_id IS NOT NULL)"
	       " UPDATE comments c SET replies_count = c.replies_count - 1 FROM up WHERE c.id = up.id");

static COMMAND(grow_branch, comment,
	       "WITH RECURSIVE up AS ("
	       "  SELECT parent_id AS id FROM comments"
	       "  WHERE id = $id AND replies_count = 0 AND parent_id IS NOT NULL"
	       "  UNION ALL"
	       "  SELECT c.parent_id FROM up JOIN comments c ON c.id = up.id"
	       "  WHERE c.is_deleted AND c.replies_count = 0 AND c.parent_id IS NOT NULL)"
	       " UPDATE comments c SET replies_count = c.replies_count + 1 FROM up WHERE c.id = up.id");

/* --- changes --- */

static void tell_of(struct change *ch, comment_event_teller *tell, const struct comment *it)
{
	tell(ch, it->post_id, clock_now_us(),
	     &(struct comment_event){.comment_id = it->id,
				     .post_id = it->post_id,
				     .user_id = it->user_id,
				     .parent_id = it->parent_id,
				     .created_at = it->created_at});
}

void count_move(struct change *ch, struct uuid post_id, int64_t by)
{
	(by > 0 ? raise_count : lower_count)(ch, &(struct post_count){.post_id = post_id, .by = by});
	counts_forget_with(ch, post_id);
}

void comment_insert(struct change *ch, const struct comment *it)
{
	count_move(ch, it->post_id, 1);
	if (uuid_is_nil(it->parent_id))
		insert_root(ch, it);
	else
		insert_reply(ch, it);
	tell_of(ch, tell_comment_created, it);
}

void comment_insert_imported(struct change *ch, const struct comment *it)
{
	insert_imported(ch, it);
	if (it->is_deleted)
		return;
	if (!uuid_is_nil(it->parent_id))
		grow_branch(ch, it);
	tell_of(ch, tell_comment_created, it);
}

static void update(struct change *ch, struct comment *it)
{
	it->updated_at = clock_now();
	update_row(ch, it);
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
	shrink_branch(ch, it);
	tell_of(ch, tell_comment_deleted, it);
}

void comment_restore(struct change *ch, struct comment *it)
{
	it->is_deleted = false;
	it->deleted_at = TIME_NULL;
	it->deleted_by = (struct uuid){0};
	count_move(ch, it->post_id, 1);
	update(ch, it);
	grow_branch(ch, it);
	tell_of(ch, tell_comment_restored, it);
}
