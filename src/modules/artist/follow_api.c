/* Routes of following artists. */
#include "modules/artist/api.h"

#include <string.h>

#define FOLLOWED_PAGE_FIELDS(F, T)                                                                 \
	F(T, UUID, user_id, 0, "Who follows")                                                      \
	F(T, TIME, created_at, 0, "Key: since when")                                               \
	F(T, TEXT, text, 0, "Key: the name without case")                                          \
	F(T, UUID, artist_id, 0, "Key: the artist")                                                \
	F(T, INT, limit, 0, "Rows")
STRUCT(followed_page, FOLLOWED_PAGE_FIELDS);
SCHEMA(followed_page, FOLLOWED_PAGE_FIELDS, "A page of followed artists");

/*
 * Not errors for the client: asking twice is the same as asking once. The
 * change is undone, so that nothing is told.
 */
PROBLEM(NOTHING_CHANGED, 409, "nothing_changed", "Nothing changed", "It was so already.");

/*
 * The count moves by the rows that came or went, in the statement that moves them: exact whatever runs at the
 * same time. The artist's row is locked last and for one statement only.
 */
static COMMAND(follow_add, follow,
	       "WITH came AS (INSERT INTO artist_followers (artist_id, user_id, created_at)"
	       " SELECT id, $user_id, $created_at FROM artists WHERE id = $artist_id AND NOT is_deleted"
	       " ON CONFLICT (artist_id, user_id) DO NOTHING RETURNING artist_id)"
	       " UPDATE artists a SET followers_count = followers_count + 1,"
	       " followers_version = followers_version + 1"
	       " FROM came WHERE a.id = came.artist_id",
	       .rows = 1, .otherwise = NOTHING_CHANGED);

static COMMAND(
	follow_remove, follow,
	"WITH went AS (DELETE FROM artist_followers WHERE artist_id = $artist_id AND user_id = $user_id"
	" RETURNING artist_id)"
	" UPDATE artists a SET followers_count = followers_count - 1,"
	" followers_version = followers_version + 1"
	" FROM went WHERE a.id = went.artist_id",
	.rows = 1, .otherwise = NOTHING_CHANGED);

static const char *const followed_sorts[] = {"-created_at", "created_at", "name", "-name", NULL};

#define FOLLOWED                                                                                   \
	"SELECT $a.*, f.created_at AS followed_at"                                                 \
	" FROM artist_followers f JOIN artists a ON a.id = f.artist_id"                            \
	" WHERE f.user_id = $user_id AND NOT a.is_deleted"
#define RISING(key, value) \
	" AND (" key ", f.artist_id) > (" value ", $artist_id) ORDER BY " key ", f.artist_id LIMIT $limit"
#define FALLING(key, value)                                                                        \
	" AND (" key ", f.artist_id) < (" value ", $artist_id)"                                    \
	" ORDER BY " key " DESC, f.artist_id DESC LIMIT $limit"

/* clang-format off */
/* In the order of followed_sorts. */
static QUERIES(followed, followed_page, artist,
	QUERY_OF("followed_last",      FOLLOWED FALLING("f.created_at", "$created_at")),
	QUERY_OF("followed_first",     FOLLOWED RISING("f.created_at", "$created_at")),
	QUERY_OF("followed_by_name",   FOLLOWED RISING("a.name_key", "$text")),
	QUERY_OF("followed_name_back", FOLLOWED FALLING("a.name_key", "$text")));
/* clang-format on */

#define FOLLOWED_LIST_FIELDS(F, T)                                                                 \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, TEXT, sort, IN, "Order; created_at is since when you follow",                         \
	  .one_of = followed_sorts, .otherwise = "-created_at")
STRUCT(followed_list, FOLLOWED_LIST_FIELDS);
SCHEMA(followed_list, FOLLOWED_LIST_FIELDS, "Which of the artists you follow");

#define FOLLOWED_AMONG_FIELDS(F, T)                                                                \
	F(T, UUID, user_id, 0, "Who may follow")                                                   \
	F(T, UUIDS, artist_ids, 0, "Which artists")
STRUCT(followed_among, FOLLOWED_AMONG_FIELDS);
SCHEMA(followed_among, FOLLOWED_AMONG_FIELDS, "Who of several is followed");

static QUERY(follows_among, followed_among, follow,
	     "SELECT $* FROM artist_followers WHERE user_id = $user_id AND artist_id = ANY ($artist_ids)");

static bool is_among(struct uuid artist_id, const struct follow *follows, int count)
{
	for (int i = 0; i < count; i++)
		if (uuid_equal(follows[i].artist_id, artist_id))
			return true;
	return false;
}

err artists_mark_followed(struct ctx *cx, struct artist *rows, int count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count);
	const struct followed_among in = {.user_id = cx->viewer.user_id, .artist_ids = {ids, count}};
	struct follow *follows;
	int followed;

	if (!viewer_is_user(cx) || !count)
		return NULL;
	for (int i = 0; i < count; i++)
		ids[i] = rows[i].id;
	TRY(follows_among(cx, &in, &follows, &followed));
	for (int i = 0; i < count; i++)
		rows[i].is_following = is_among(rows[i].id, follows, followed);
	return NULL;
}

typedef void follow_command(struct change *ch, const struct follow *in);

/* Commits that the viewer follows or no longer does, and tells it; quietly nothing if that is so already. */
static err change_follow(struct req *rq, struct uuid artist_id, follow_command *write,
			 follow_event_teller *tell)
{
	struct ctx *cx = &rq->cx;
	struct artist it;

	TRY(artist_find(cx, artist_id, &it));
	if (it.is_deleted)
		return NOT_FOUND;
	const struct follow follow = {
		.artist_id = it.id, .user_id = cx->viewer.user_id, .created_at = clock_now()};
	struct change *ch = change_begin(cx);
	write(ch, &follow);
	tell(ch, it.id, it.version, &(struct follow_event){.artist_id = it.id, .user_id = follow.user_id});
	err e = change_commit(cx, ch);
	if (e && !problem_is(e, NOTHING_CHANGED))
		return e;
	return reply_empty(rq);
}

HANDLER(follow_artist, by_id, none, none);
static err follow_artist(struct req *rq, const struct by_id *in)
{
	return change_follow(rq, in->id, follow_add, tell_artist_followed);
}

HANDLER(unfollow_artist, by_id, none, none);
static err unfollow_artist(struct req *rq, const struct by_id *in)
{
	return change_follow(rq, in->id, follow_remove, tell_artist_unfollowed);
}

HANDLER(list_followed, followed_list, none, artist);
static err list_followed(struct req *rq, const struct followed_list *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	const bool falls = *in->sort == '-';
	const char *scope = arena_fmt(cx->arena, "followed %s", in->sort);
	struct page_key key = {.number = falls ? TIME_END : TIME_START, .text = falls ? LAST_TEXT : ""};
	struct list list = {.total = -1};
	struct artist *rows;

	TRY(page_read(cx, in->cursor, scope, &key));
	const struct followed_page page = {.user_id = cx->viewer.user_id,
					   .created_at = key.number,
					   .text = key.text,
					   .artist_id = key.id,
					   .limit = in->limit + 1};
	TRY(followed(cx, page_order(followed_sorts, in->sort), &page, &rows, &list.count));
	if (list.count > in->limit) {
		const struct artist *last = &rows[(list.count = (int)in->limit) - 1];
		key = (struct page_key){.number = last->followed_at, .id = last->id};
		if (strstr(in->sort, "name"))
			key.text = last->name_key;
		list.next_cursor = page_write(cx, scope, &key);
	}
	for (int i = 0; i < list.count; i++)
		rows[i].is_following = true;
	return reply_list(re, rows, &list);
}

const struct route follow_routes[] = {
	ROUTE(PUT, "/artists/{id}/follow", USER, 204, follow_artist, "Follow an artist"),
	ROUTE(DELETE, "/artists/{id}/follow", USER, 204, unfollow_artist, "Follow an artist no longer"),
	ROUTE(GET, "/users/me/following", USER, 200, list_followed, "List the artists you follow",
	      .list = true),
	{0},
};
