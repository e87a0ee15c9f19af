/* The trash: what the viewer deleted and may bring back, of this module and of those that keep such things.
 */
#include "modules/content/trash.h"

#include "modules/content/post.h"
#include "vobe/buf.h"

#include <stdlib.h>
#include <string.h>

static const char *const types[] = {"posts", "comments", "artists", "albums", "tracks", NULL};

#define TRASH_QUERY_FIELDS(F, T)                                                                   \
	F(T, TEXTS, type, IN, "Only these; all when it is absent", .max = 5, .one_of = types)     \
	PAGE_FIELDS(F, T)
STRUCT(trash_query, TRASH_QUERY_FIELDS);
SCHEMA(trash_query, TRASH_QUERY_FIELDS, "Which part of the trash");

#define POST_TRASH_FIELDS(F, T) TRASH_PAGE_FIELDS(F, T) F(T, TIME, since, 0, "Later than this")
STRUCT(post_trash, POST_TRASH_FIELDS);
SCHEMA(post_trash, POST_TRASH_FIELDS, "A part of the posts in the trash");

static QUERY(posts_in_trash, post_trash, trashed,
	     "SELECT 'posts' AS type, id, title, deleted_at FROM posts"
	     " WHERE is_deleted AND author_id = $user_id AND deleted_at > $since"
	     " AND (cardinality($types::text[]) = 0 OR 'posts' = ANY ($types))"
	     " AND (deleted_at, id) < ($time, $id) ORDER BY deleted_at DESC, id DESC LIMIT $limit");

static err own_posts(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count)
{
	const struct post_trash in = {.user_id = page->user_id,
				      .types = page->types,
				      .time = page->time,
				      .id = page->id,
				      .limit = page->limit,
				      .since = clock_now() - TRASH_US};
	return posts_in_trash(cx, &in, items, count);
}

/* Who lists: posts first, then the modules that this one needs, then those that need this one. */
enum { LISTERS_MOST = 4 };
static trash_lister *listers[LISTERS_MOST] = {own_posts};

void trash_list_with(trash_lister *lister)
{
	int i = 1;
	while (i < LISTERS_MOST - 1 && listers[i] && listers[i] != lister)
		i++;
	listers[i] = lister;
}

void trash_close(void)
{
	for (int i = 1; i < LISTERS_MOST; i++)
		listers[i] = NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct trashed *x = a, *y = b;
	if (x->deleted_at != y->deleted_at)
		return x->deleted_at < y->deleted_at ? 1 : -1;
	return -memcmp(&x->id, &y->id, sizeof x->id);
}

/* A page of each, merged. */
static err trash_read(struct ctx *cx, const struct trash_page *page, struct trashed **items, int *count)
{
	*items = ARENA_ARRAY(cx->arena, struct trashed, (size_t)page->limit * LISTERS_MOST);
	*count = 0;
	for (int i = 0; i < LISTERS_MOST && listers[i]; i++) {
		struct trashed *part;
		int n;
		TRY(listers[i](cx, page, &part, &n));
		for (int j = 0; j < n; j++) {
			part[j].is_deleted = true;
			(*items)[(*count)++] = part[j];
		}
	}
	qsort(*items, (size_t)*count, sizeof **items, by_time);
	return NULL;
}

HANDLER(list_trash, trash_query, none, trashed);
static err list_trash(struct req *rq, const struct trash_query *in, struct trashed_reply *re)
{
	struct ctx *cx = &rq->cx;
	struct list list = {.total = -1};
	struct page_key key = {.number = TIME_END, .id = {{[0 ... 15] = 0xff}}};
	struct buf scope = {.arena = cx->arena};
	struct trashed *items;

	if (in->type.at && !in->type.count)
		return reply_list(re, (struct trashed *)NULL, &list);
	buf_str(&scope, "trash");
	for (int i = 0; i < in->type.count; i++)
		buf_fmt(&scope, " %s", in->type.at[i]);
	TRY(page_read(cx, in->cursor, buf_text(&scope), &key));
	const struct trash_page page = {.user_id = cx->viewer.user_id,
					.types = in->type,
					.time = key.number,
					.id = key.id,
					.limit = in->limit + 1};
	TRY(trash_read(cx, &page, &items, &list.count));
	if (list.count > in->limit) {
		const struct trashed *last = &items[(list.count = (int)in->limit) - 1];
		key = (struct page_key){.number = last->deleted_at, .id = last->id};
		list.next_cursor = page_write(cx, buf_text(&scope), &key);
	}
	return reply_list(re, items, &list);
}

static const err listing[] = {INVALID_CURSOR, NULL};

const struct route trash_routes[] = {
	ROUTE(GET, "/users/me/trash", USER, 200, list_trash,
	      "List what you deleted and may restore, the latest first; posts stay 30 days", .list = true,
	      .problems = listing),
	{0},
};
