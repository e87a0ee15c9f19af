/* Following artists: the routes, and what becomes of it when a user goes. */
#include "modules/artist/api.h"

#define FOLLOW_FIELDS(F, T)                                                                                       \
	F(T, UUID, artist_id, IN, "The artist")                                                                   \
	F(T, UUID, user_id, IN, "Who follows")                                                                    \
	F(T, TIME, created_at, IN, "Since when; as a key: where the page begins")                                 \
	F(T, UUIDS, user_ids, IN | NO_COLUMN, "Users who go")                                                     \
	F(T, INT, limit, IN | NO_COLUMN | NO_JSON, "Rows")
STRUCT(follow, FOLLOW_FIELDS);
SCHEMA(follow, FOLLOW_FIELDS, "A user follows an artist");

/* Not errors for the client: asking twice is the same as asking once. The change is undone, so that nothing is told. */
PROBLEM(NOTHING_CHANGED, 409, "nothing_changed", "Nothing changed", "It was so already.");

enum { FOLLOW_ADD, FOLLOW_REMOVE, FOLLOWED, FOLLOWS_OF, FOLLOWS_END };

/*
 * The count moves by the rows that came or went, in the statement that moves them: exact whatever runs at the same
 * time. The artist's row is locked last and for one statement only.
 */
struct statement follow_statements[] = {
	[FOLLOW_ADD] = {
		.name = "follow_add",
		.sql = "WITH came AS (INSERT INTO artist_followers (artist_id, user_id, created_at)"
		       " SELECT id, $user_id, $created_at FROM artists WHERE id = $artist_id AND NOT is_deleted"
		       " ON CONFLICT (artist_id, user_id) DO NOTHING RETURNING artist_id)"
		       " UPDATE artists a SET followers_count = followers_count + 1,"
		       " followers_version = followers_version + 1"
		       " FROM came WHERE a.id = came.artist_id",
		.in = &follow_schema, .rows = 1, .otherwise = NOTHING_CHANGED,
	},
	[FOLLOW_REMOVE] = {
		.name = "follow_remove",
		.sql = "WITH went AS (DELETE FROM artist_followers WHERE artist_id = $artist_id"
		       " AND user_id = $user_id RETURNING artist_id)"
		       " UPDATE artists a SET followers_count = followers_count - 1,"
		       " followers_version = followers_version + 1"
		       " FROM went WHERE a.id = went.artist_id",
		.in = &follow_schema, .rows = 1, .otherwise = NOTHING_CHANGED,
	},
	[FOLLOWED] = {
		.name = "followed",
		.sql = "SELECT $a.*, f.created_at AS followed_at FROM artist_followers f"
		       " JOIN artists a ON a.id = f.artist_id"
		       " WHERE f.user_id = $user_id AND NOT a.is_deleted"
		       " AND (f.created_at, f.artist_id) < ($created_at, $artist_id)"
		       " ORDER BY f.created_at DESC, f.artist_id DESC LIMIT $limit",
		.in = &follow_schema, .out = &artist_schema,
	},
	[FOLLOWS_OF] = {
		.name = "follows_of",
		.sql = "SELECT $* FROM artist_followers WHERE user_id = ANY($user_ids)",
		.in = &follow_schema, .out = &follow_schema, .lane = LANE_SLOW,
	},
	/* Rows of artists are locked in order of id: two of these at once would otherwise wait for one another. */
	[FOLLOWS_END] = {
		.name = "follows_end",
		.sql = "WITH went AS (DELETE FROM artist_followers WHERE user_id = ANY($user_ids)"
		       " RETURNING artist_id),"
		       " lost AS (SELECT artist_id, count(*) AS followers FROM went GROUP BY artist_id),"
		       " locked AS (SELECT a.id, l.followers FROM artists a JOIN lost l ON l.artist_id = a.id"
		       " ORDER BY a.id FOR NO KEY UPDATE OF a)"
		       " UPDATE artists a SET followers_count = a.followers_count - k.followers,"
		       " followers_version = a.followers_version + 1"
		       " FROM locked k WHERE a.id = k.id",
		.in = &follow_schema,
	},
	{0},
};

/* Commits that the viewer follows or no longer does, and tells it; quietly nothing if that is so already. */
static err change_follow(struct req *rq, struct uuid artist_id, int statement, follow_event_teller *tell)
{
	struct ctx *cx = &rq->cx;
	struct artist it;

	TRY(artist_find(cx, artist_id, &it));
	if (it.is_deleted)
		return NOT_FOUND;
	const struct follow follow = {.artist_id = it.id, .user_id = cx->viewer.user_id, .created_at = clock_now()};
	struct change *ch = change_begin(cx);
	change_add(ch, &follow_statements[statement], &follow);
	tell(ch, it.id, it.version, &(struct follow_event){.artist_id = it.id, .user_id = follow.user_id});
	err e = change_commit(cx, ch);
	if (e && !problem_is(e, NOTHING_CHANGED))
		return e;
	return reply_empty(rq);
}

HANDLER(follow_artist, by_id, none, none);
static err follow_artist(struct req *rq, const struct by_id *in)
{
	return change_follow(rq, in->id, FOLLOW_ADD, tell_artist_followed);
}

HANDLER(unfollow_artist, by_id, none, none);
static err unfollow_artist(struct req *rq, const struct by_id *in)
{
	return change_follow(rq, in->id, FOLLOW_REMOVE, tell_artist_unfollowed);
}

HANDLER(list_followed, page_param, none, artist);
static err list_followed(struct req *rq, const struct page_param *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct page_key key = {.number = TIME_END};
	struct list list = {.total = -1};
	struct artist *rows;

	TRY(page_read(cx, in->cursor, "followed", &key));
	const struct follow q = {.user_id = cx->viewer.user_id, .created_at = key.number, .artist_id = key.id,
				 .limit = in->limit + 1};
	TRY(db_rows(cx, &follow_statements[FOLLOWED], &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		key = (struct page_key){.number = rows[list.count - 1].followed_at, .id = rows[list.count - 1].id};
		list.next_cursor = page_write(cx, "followed", &key);
	}
	return reply_list(re, rows, &list);
}

err follows_end(struct ctx *cx, struct change *ch, struct uuids users)
{
	struct follow *follows;
	int follow_count;

	const struct follow all = {.user_ids = users, .limit = INT_NULL, .created_at = TIME_NULL};
	TRY(db_rows(cx, &follow_statements[FOLLOWS_OF], &all, &follows, &follow_count));
	change_add(ch, &follow_statements[FOLLOWS_END], &all);
	for (int i = 0; i < follow_count; i++)
		tell_artist_unfollowed(ch, follows[i].artist_id, 0,
		     &(struct follow_event){.artist_id = follows[i].artist_id, .user_id = follows[i].user_id});
	return NULL;
}

const struct route follow_routes[] = {
	ROUTE(PUT, "/artists/{id}/follow", USER, 204, follow_artist, "Follow an artist"),
	ROUTE(DELETE, "/artists/{id}/follow", USER, 204, unfollow_artist, "Follow an artist no longer"),
	ROUTE(GET, "/users/me/following", USER, 200, list_followed, "List the artists you follow, the latest first", .list = true),
	{0},
};
