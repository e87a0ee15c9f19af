/* Routes of many posts. */
#include "modules/content/post_enrich.h"
#include "modules/content/post_lists.h"
#include "modules/content/post_store.h"

#define POSTS_OF_FIELDS(F, T) BY_ID_FIELDS(F, T) POST_FILTER_FIELDS(F, T)
STRUCT(posts_of, POSTS_OF_FIELDS);
SCHEMA(posts_of, POSTS_OF_FIELDS, "Which posts of somebody");

#define MY_POSTS_FIELDS(F, T) POST_FILTERS(F, T, ANY)
STRUCT(my_posts, MY_POSTS_FIELDS);
SCHEMA(my_posts, MY_POSTS_FIELDS, "Which of your posts");

static err send_posts(struct req *rq, struct post *posts, const struct list *list, struct post_reply *re)
{
	posts_complete(rq, posts, list->count);
	return reply_list(re, posts, list);
}

/* The visible ones among the ids, in the order asked for. */
static err send_by_ids(struct req *rq, const struct post_query *q, struct post_reply *re)
{
	const struct post **found = ARENA_ARRAY(rq->cx.arena, const struct post *, q->ids.count);
	struct post *posts = ARENA_ARRAY(rq->cx.arena, struct post, q->ids.count);
	struct list list = {.total = -1};

	if (!uuid_is_nil(q->author_id) || !uuid_is_nil(q->artist_id) || q->tag || q->cursor ||
	    q->include_total || q->published_after != TIME_NULL || q->published_before != TIME_NULL)
		return problem_detail(&rq->cx, BAD_REQUEST,
				      "`ids` stands alone: leave out filters and `cursor`.");
	TRY(posts_load(&rq->cx, q->ids, found));
	for (int i = 0; i < q->ids.count; i++)
		if (found[i])
			posts[list.count++] = *found[i];
	return send_posts(rq, posts, &list, re);
}

HANDLER(list_posts, post_query, none, post);
static err list_posts(struct req *rq, const struct post_query *query, struct post_reply *re)
{
	struct post *posts;
	struct list list;

	if (HAS(rq->given, post_query_ids_field))
		return send_by_ids(rq, query, re);
	TRY(post_list_read(&rq->cx, query, &posts, &list));
	return send_posts(rq, posts, &list, re);
}

/* The filters of /users/{id}/posts and /artists/{id}/posts. */
static struct post_query query_of(const struct posts_of *in)
{
	struct post_query query = {.author_id = {{0}}};
#define TAKE(T, type, name, ...) query.name = in->name;
	POST_FILTER_FIELDS(TAKE, )
	return query;
}

HANDLER(list_user_posts, posts_of, none, post);
static err list_user_posts(struct req *rq, const struct posts_of *in, struct post_reply *re)
{
	struct post_query query = query_of(in);
	struct user_card card = {.username = NULL};
	struct post *posts;
	struct list list;

	query.author_id = in->id;
	TRY(post_list_read(&rq->cx, &query, &posts, &list));
	if (list.count == 0 && !in->cursor) {
		TRY(auth->user_cards(&rq->cx, &in->id, 1, &card));
		if (!card.username)
			return NOT_FOUND;
	}
	return send_posts(rq, posts, &list, re);
}

HANDLER(list_my_posts, my_posts, none, post);
static err list_my_posts(struct req *rq, const struct my_posts *in, struct post_reply *re)
{
	struct post_query query = {.author_id = rq->cx.viewer.user_id};
	struct post *posts;
	struct list list;

	POST_FILTER_FIELDS(TAKE, )
	TRY(post_list_read(&rq->cx, &query, &posts, &list));
	return send_posts(rq, posts, &list, re);
}

HANDLER(list_artist_posts, posts_of, none, post);
static err list_artist_posts(struct req *rq, const struct posts_of *in, struct post_reply *re)
{
	struct post_query query = query_of(in);
	struct artist_card card = {.name = NULL};
	struct post *posts;
	struct list list;

	query.artist_id = in->id;
	TRY(post_list_read(&rq->cx, &query, &posts, &list));
	if (list.count == 0 && !in->cursor) {
		TRY(artist->artist_cards(&rq->cx, &in->id, 1, &card));
		if (!card.name)
			return NOT_FOUND;
	}
	return send_posts(rq, posts, &list, re);
}

static const err listing[] = {INVALID_CURSOR, NULL};
static const err listing_of[] = {NOT_FOUND, INVALID_CURSOR, NULL};

/* clang-format off */
const struct route post_list_routes[] = {
	ROUTE(GET, "/posts", ANYONE, 200, list_posts, "List posts, or read those of `ids`",
	      .list = true, .problems = listing),
	ROUTE(GET, "/users/{id}/posts", ANYONE, 200, list_user_posts, "List the posts of a user",
	      .list = true, .problems = listing_of),
	ROUTE(GET, "/users/me/posts", USER, 200, list_my_posts, "List your posts, drafts among them",
	      .list = true, .problems = listing),
	ROUTE(GET, "/artists/{id}/posts", ANYONE, 200, list_artist_posts, "List the posts about an artist",
	      .list = true, .problems = listing_of),
	{0},
};
/* clang-format on */
