/* Routes of threads: the comments of a post, flat or as a tree, and the replies to one comment. */
#include "modules/comment/api.h"
#include "modules/comment/thread.h"

#include <string.h>

static const char *const views[] = {"tree", "flat", NULL};
static const char *const orders[] = {"old", "new", NULL};

#define TREE_PARAMS(F, T, depth_)                                                                         \
	PAGE_FIELDS(F, T)                                                                                 \
	F(T, TEXT, sort, IN, "Oldest or newest first; nested replies are oldest first", .one_of = orders, \
	  .otherwise = "old")                                                                             \
	F(T, INT, depth, IN, "Levels of the tree", .min = 1, .max = 10, .otherwise = depth_)              \
	F(T, INT, replies_limit, IN, "Replies under each comment", .min = 1, .max = 50, .otherwise = "5") \
	F(T, BOOL, include_total, IN, "Adds `total`, exact up to 10,000", .otherwise = "false")

#define THREAD_LIST_FIELDS(F, T)                                                                \
	F(T, UUID, post_id, IN | REQ, "The post")                                               \
	F(T, TEXT, view, IN, "tree: what answers the post, replies nested; flat: all comments", \
	  .one_of = views, .otherwise = "tree")                                                 \
	TREE_PARAMS(F, T, "3")
STRUCT(thread_list, THREAD_LIST_FIELDS);
SCHEMA(thread_list, THREAD_LIST_FIELDS, "Which comments of a post");

#define REPLY_LIST_FIELDS(F, T)                 \
	F(T, UUID, id, IN | REQ, "The comment") \
	TREE_PARAMS(F, T, "1")
STRUCT(reply_list_in, REPLY_LIST_FIELDS);
SCHEMA(reply_list_in, REPLY_LIST_FIELDS, "Which replies to a comment");

/* --- lists --- */

/* Ranges of indexes: idx_comments_post_id has a post's roots and the comments below them apart, each in order
 * of time. */
#define SOME    "SELECT $* FROM comments WHERE "
#define ALL     "post_id = $post_id AND is_shown"
#define ROOTS   "post_id = $post_id AND least(depth, 1) = 0 AND is_shown"
#define BELOW   "post_id = $post_id AND least(depth, 1) = 1 AND is_shown"
#define REPLIES "parent_id = $parent_id AND is_shown"
#define OLD     " AND (created_at, id) > ($time, $id)" OLD_FIRST
#define NEW     " AND (created_at, id) < ($time, $id)" NEW_FIRST
#define OLD_FIRST " ORDER BY created_at, id LIMIT $limit"
#define NEW_FIRST " ORDER BY created_at DESC, id DESC LIMIT $limit"
#define FLAT(order)                                                                                \
	"SELECT $* FROM ((SELECT * FROM comments WHERE " ROOTS order                               \
	") UNION ALL (SELECT * FROM comments WHERE " BELOW order ")) c" order##_FIRST

/* The same of several parts at once. */
#define SEVERAL(part, behind, order)                                                               \
	"SELECT $r.*, w.place FROM unnest($post_id::uuid[], $time::timestamptz[], $id::uuid[],"    \
	" $limit::bigint[]) WITH ORDINALITY AS w (post_id, time, id, most, place)"                 \
	" CROSS JOIN LATERAL (SELECT * FROM comments c WHERE c.post_id = w.post_id AND " part      \
	" AND (c.created_at, c.id) " behind " (w.time, w.id)"                                      \
	" ORDER BY c.created_at" order ", c.id" order " LIMIT w.most) AS r"                        \
	" ORDER BY w.place, r.created_at" order ", r.id" order
#define SEVERAL_ROOTS(behind, order) SEVERAL("least(c.depth, 1) = 0 AND c.is_shown", behind, order)
#define BOUNDED(part) \
	"SELECT count(*) AS total FROM (SELECT 1 FROM comments WHERE " part " LIMIT 10001) AS bounded"

/* Each part of a thread oldest first; plus NEWEST, newest first. */
enum part { PART_FLAT, PART_ROOTS, PART_REPLIES, PARTS, NEWEST = PARTS };

/* clang-format off */
static QUERIES(comments_of, thread_query, comment,
	       [PART_FLAT] = QUERY_OF("flat_old", FLAT(OLD), .shared = true),
	       [PART_ROOTS] = QUERY_OF("roots_old", SOME ROOTS OLD, .shared = true,
				       .together = SEVERAL_ROOTS(">", "")),
	       [PART_REPLIES] = QUERY_OF("replies_old", SOME REPLIES OLD, .shared = true),
	       [PART_FLAT + NEWEST] = QUERY_OF("flat_new", FLAT(NEW), .shared = true),
	       [PART_ROOTS + NEWEST] = QUERY_OF("roots_new", SOME ROOTS NEW, .shared = true,
						.together = SEVERAL_ROOTS("<", " DESC")),
	       [PART_REPLIES + NEWEST] = QUERY_OF("replies_new", SOME REPLIES NEW, .shared = true));
/* clang-format on */

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "Rows, 10,001 at most")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "A bounded count");

/* clang-format off */
static QUERIES(totals_of, thread_query, total,
	       [PART_FLAT] = QUERY_OF("flat_total", BOUNDED(ALL), .lane = LANE_SLOW),
	       [PART_ROOTS] = QUERY_OF("roots_total", BOUNDED(ROOTS), .lane = LANE_SLOW),
	       [PART_REPLIES] = QUERY_OF("replies_total", BOUNDED(REPLIES), .lane = LANE_SLOW));
/* clang-format on */

static QUERY(comments_written, thread_query, comment, SOME "user_id = $user_id AND NOT is_deleted" NEW);

/* A page of comments: which part, from where, and how much below. */
struct page {
	const char *scope, *cursor;
	enum part part;
	bool new_first, include_total;
	int64_t limit;
	struct tree_size size;
	struct thread_query query;
};

static err count_total(struct ctx *cx, const struct page *p, struct list *list)
{
	struct total *counted;
	int rows;
	TRY(totals_of(cx, p->part, &p->query, &counted, &rows));
	list_set_total(list, counted->total);
	return NULL;
}

/* Keeps `limit` of the rows; were there more, the list goes on behind the last that is kept. */
static void page_cut(struct ctx *cx, const char *scope, const struct comment *rows, int64_t limit,
		     struct list *list)
{
	if (list->count <= limit)
		return;
	list->count = (int)limit;
	const struct page_key last = {.number = rows[limit - 1].created_at, .id = rows[limit - 1].id};
	list->next_cursor = page_write(cx, scope, &last);
}

static err reply_page(struct req *rq, struct page *p, struct comment_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct page_key key = {.number = p->new_first ? TIME_END : TIME_START};
	const bool of_post = p->part != PART_REPLIES;
	struct list list = {.total = -1};
	struct comment *rows, **nodes;
	int node_count;

	TRY(page_read(cx, p->cursor, p->scope, &key));
	p->query.time = key.number;
	p->query.id = key.id;
	p->query.limit = p->limit + 1;
	if (of_post) /* looked at while the rows are read */
		content->post_standing_ahead(cx, p->query.post_id);
	TRY(comments_of(cx, p->part + (p->new_first ? NEWEST : 0), &p->query, &rows, &list.count));
	if (of_post)
		TRY(post_may_be_read(cx, p->query.post_id));
	page_cut(cx, p->scope, rows, p->limit, &list);
	TRY(tree_grow(cx, rows, list.count, p->size, &nodes, &node_count));
	for (int i = 0; i < node_count; i++)
		comment_bury(nodes[i]);
	name_writers(rq, nodes, node_count);
	if (p->include_total)
		TRY(count_total(cx, p, &list));
	return reply_list(re, rows, &list);
}

HANDLER(list_comments, thread_list, none, comment);
static err list_comments(struct req *rq, const struct thread_list *in, struct comment_reply *re)
{
	const bool is_tree = strcmp(in->view, "tree") == 0;
	char id[UUID_TEXT];

	uuid_text(in->post_id, id);
	struct page page = {
		.scope = arena_fmt(rq->cx.arena, "comments %s %s %s", id, in->view, in->sort),
		.cursor = in->cursor,
		.part = is_tree ? PART_ROOTS : PART_FLAT,
		.new_first = strcmp(in->sort, "new") == 0,
		.include_total = in->include_total,
		.limit = in->limit,
		.size = {is_tree ? in->depth : 1, in->replies_limit},
		.query = {.post_id = in->post_id},
	};
	rq->view |= is_tree ? VIEW_DETAIL : 0;
	return reply_page(rq, &page, re);
}

HANDLER(list_replies, reply_list_in, none, comment);
static err list_replies(struct req *rq, const struct reply_list_in *in, struct comment_reply *re)
{
	struct comment parent;

	TRY(comment_find(&rq->cx, in->id, &parent));
	if (parent.is_deleted && parent.replies_count == 0)
		return NOT_FOUND;
	struct page page = {
		.scope = replies_scope(&rq->cx, in->id, in->sort),
		.cursor = in->cursor,
		.part = PART_REPLIES,
		.new_first = strcmp(in->sort, "new") == 0,
		.include_total = in->include_total,
		.limit = in->limit,
		.size = {in->depth, in->replies_limit},
		.query = {.post_id = parent.post_id, .parent_id = in->id},
	};
	return reply_page(rq, &page, re);
}

#define WRITTEN_LIST_FIELDS(F, T)              \
	F(T, UUID, id, IN | REQ, "The writer") \
	PAGE_FIELDS(F, T)
STRUCT(written_list, WRITTEN_LIST_FIELDS);
SCHEMA(written_list, WRITTEN_LIST_FIELDS, "Which comments of a user");

/* Takes out what stands under posts the viewer may not see. */
static err keep_seen(struct ctx *cx, struct comment *rows, int *count)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, *count);
	struct post_card *posts = ARENA_ARRAY(cx->arena, struct post_card, *count);
	int kept = 0;

	for (int i = 0; i < *count; i++)
		ids[i] = rows[i].post_id;
	TRY(content->post_cards(cx, ids, *count, posts));
	for (int i = 0; i < *count; i++)
		if (posts[i].exists)
			rows[kept++] = rows[i];
	*count = kept;
	return NULL;
}

/* A page may hold fewer than `limit`, even none, and yet have a next one: posts decide what is seen. */
static err reply_written(struct req *rq, const struct written_list *in, struct comment_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct page_key key = {.number = TIME_END};
	struct list list = {.total = -1};
	struct user_card writer = {.username = NULL};
	struct comment *rows;
	char id[UUID_TEXT];

	TRY(auth->user_cards(cx, &in->id, 1, &writer));
	if (!writer.username)
		return NOT_FOUND;
	uuid_text(in->id, id);
	const char *scope = arena_fmt(cx->arena, "written %s", id);
	TRY(page_read(cx, in->cursor, scope, &key));
	const struct thread_query q = {
		.user_id = in->id, .time = key.number, .id = key.id, .limit = in->limit + 1};
	TRY(comments_written(cx, &q, &rows, &list.count));
	page_cut(cx, scope, rows, in->limit, &list);
	TRY(keep_seen(cx, rows, &list.count));
	for (int i = 0; i < list.count; i++)
		rows[i].username = writer.username;
	return reply_list(re, rows, &list);
}

HANDLER(list_user_comments, written_list, none, comment);
static err list_user_comments(struct req *rq, const struct written_list *in, struct comment_reply *re)
{
	return reply_written(rq, in, re);
}

#define MY_LIST_FIELDS(F, T) PAGE_FIELDS(F, T)
STRUCT(my_list, MY_LIST_FIELDS);
SCHEMA(my_list, MY_LIST_FIELDS, "Which of your comments");

HANDLER(list_my_comments, my_list, none, comment);
static err list_my_comments(struct req *rq, const struct my_list *in, struct comment_reply *re)
{
	const struct written_list mine = {
		.id = rq->cx.viewer.user_id, .limit = in->limit, .cursor = in->cursor};
	return reply_written(rq, &mine, re);
}

static const err thread_problems[] = {POST_NOT_FOUND, NULL};

const struct route thread_routes[] = {
	ROUTE(GET, "/posts/{post_id}/comments", ANYONE, 200, list_comments, "List the comments of a post",
	      .list = true, .may_view = VIEW_DETAIL, .problems = thread_problems),
	ROUTE(GET, "/comments/{id}/replies", ANYONE, 200, list_replies, "List the replies to a comment",
	      .list = true, .view = VIEW_DETAIL),
	ROUTE(GET, "/users/{id}/comments", ANYONE, 200, list_user_comments,
	      "List the comments of a user, newest first", .list = true),
	ROUTE(GET, "/users/me/comments", USER, 200, list_my_comments, "List your comments, newest first",
	      .list = true),
	{0},
};
