/*
 * Lists of posts. What drives a list (all, an author's, an artist's, a tag's ...) times its order is one statement, so
 * that each is a range of one index; other filters are tested on the rows of that range.
 */
#include "modules/content/post_lists.h"
#include "modules/content/tag.h"
#include "vobe/text.h"

#include <string.h>

/* One more than the largest page: a small constant for the planner, to whom an unknown limit is 10 % of the table. */
#define PAGE_ROWS "101"
#define LISTED    "status = 'published' AND NOT is_deleted"

/* Further filters, tested on rows. */
#define ALSO_ARTIST                                                                                \
	" AND ($artist_id::uuid IS NULL OR p.primary_artist_id = $artist_id"                       \
	" OR $artist_id = ANY (p.featured_artist_ids))"
#define ALSO_TAG " AND ($tag::text IS NULL OR $tag = ANY (p.tags))"

/* Dates as bounds of the index, or (nullif hides them from the planner, which would overrate them) tested on rows. */
#define DATES(key)      " AND " key " >= $since AND " key " < $until"
#define ALSO_DATES(key) " AND nullif(" key " >= $since AND " key " < $until, false) IS NOT NULL"

/* Orders: the rows behind the cursor's key. */
#define NEWEST(key, id) DATES(key) " AND (" key ", " id ") < ($key_time, $key_id) ORDER BY " key " DESC, " id " DESC"
#define OLDEST(key, id) DATES(key) " AND (" key ", " id ") > ($key_time, $key_id) ORDER BY " key ", " id
#define CREATED   " AND (p.created_at, p.id) < ($key_time, $key_id) ORDER BY p.created_at DESC, p.id DESC"
#define VIEWED    " AND (p.views_count, p.id) < ($key_number, $key_id) ORDER BY p.views_count DESC, p.id DESC"
#define DISCUSSED " AND (p.comments_count, p.id) < ($key_number, $key_id) ORDER BY p.comments_count DESC, p.id DESC"
#define TITLED    " AND (left(p.title, 100), p.id) > ($key_text, $key_id) ORDER BY left(p.title, 100), p.id"

/* What drives a list: all, the range of a date, an author's ... */
#define ALL_POSTS      "FROM posts p WHERE p." LISTED
#define DATED_POSTS    ALL_POSTS DATES("p.published_at")
#define AUTHOR_POSTS   ALL_POSTS " AND p.author_id = $author_id" ALSO_ARTIST ALSO_TAG
#define UNLISTED_POSTS " AND p.status = $status AND p.status <> 'published' AND NOT p.is_deleted" ALSO_ARTIST ALSO_TAG
#define OWN_POSTS      "FROM posts p WHERE p.author_id = $author_id" UNLISTED_POSTS
#define STAFF_POSTS    "FROM posts p WHERE true" UNLISTED_POSTS
#define PRIMARY_POSTS  ALL_POSTS " AND p.primary_artist_id = $artist_id" ALSO_TAG
#define FEATURED_POSTS                                                                             \
	"FROM post_artists d JOIN posts p ON p.id = d.post_id"                                     \
	" WHERE d.artist_id = $artist_id AND d.published_at IS NOT NULL" ALSO_TAG
#define TAG_POSTS                                                                                  \
	"FROM post_tags d JOIN posts p ON p.id = d.post_id"                                        \
	" WHERE d.tag_id = (SELECT id FROM tags WHERE slug = $tag) AND d.published_at IS NOT NULL"

/* The first rows of either of two ranges. */
#define EITHER(one, other)                                                                         \
	"FROM ((SELECT p.* " one " LIMIT " PAGE_ROWS ") UNION ALL (SELECT p.* " other " LIMIT " PAGE_ROWS ")) p"

/*
 * A tag's posts in an order its index does not have: those of a rare tag are sorted, those of a common one are met soon
 * on a walk through the index of that order. One of the two finds nothing at once.
 */
#define RARE_TAG_POSTS                                                                             \
	"FROM post_tags d JOIN posts p ON p.id = d.post_id"                                        \
	" WHERE d.published_at IS NOT NULL"                                                        \
	" AND d.tag_id = (SELECT id FROM tags WHERE slug = $tag AND posts_count <= 5000)"
#define COMMON_TAG_POSTS                                                                           \
	ALL_POSTS " AND array_position(p.tags, $tag) IS NOT NULL"                                  \
		  " AND EXISTS (SELECT FROM tags WHERE slug = $tag AND posts_count > 5000)"

/* A draft that was never published is listed by when it was written. */
#define OWN_KEY "coalesce(p.published_at, p.created_at)"

#define LIST(name_, lane_, rest)                                                                   \
	{.name = "posts_" name_, .in = &post_page_schema, .out = &post_schema, .lane = lane_,      \
	 .sql = "SELECT $p.* FROM (SELECT p.* " rest " LIMIT " PAGE_ROWS ") p LIMIT $limit"},
#define COUNT(name_, rest)                                                                         \
	{.name = "posts_" name_ "_total", .in = &post_page_schema, .out = &total_schema, .lane = LANE_SLOW, \
	 .sql = "SELECT count(*) AS total FROM (SELECT " rest " LIMIT 10001) x"},

/* The statements of one drive, in the order of enum order. `rows` makes the FROM and WHERE of an order. */
#define FAMILY(name, newest, oldest, lane, rows, total)                                            \
	LIST(name "_newest", LANE_READ, newest)                                                    \
	LIST(name "_oldest", LANE_READ, oldest)                                                    \
	LIST(name "_created", lane, rows(CREATED))                                                 \
	LIST(name "_viewed", lane, rows(VIEWED))                                                   \
	LIST(name "_discussed", lane, rows(DISCUSSED))                                             \
	LIST(name "_titled", lane, rows(TITLED))                                                   \
	COUNT(name, total)
#define RANGE(name, from, key, id, lane, rows)                                                     \
	FAMILY(name, from NEWEST(key, id), from OLDEST(key, id), lane, rows, rows(""))

#define ALL_ROWS(order)    ALL_POSTS order
#define DATED_ROWS(order)  DATED_POSTS order
#define AUTHOR_ROWS(order) AUTHOR_POSTS ALSO_DATES("p.published_at") order
#define OWN_ROWS(order)    OWN_POSTS ALSO_DATES(OWN_KEY) order
#define STAFF_ROWS(order)  STAFF_POSTS ALSO_DATES(OWN_KEY) order
#define ARTIST_ROWS(order)                                                                         \
	"FROM (SELECT p.* " PRIMARY_POSTS " UNION ALL SELECT p.* " FEATURED_POSTS ") p WHERE true" \
	ALSO_DATES("p.published_at") order
#define ARTIST_RANGE(order)                                                                        \
	EITHER(PRIMARY_POSTS order("p.published_at", "p.id"), FEATURED_POSTS order("d.published_at", "d.post_id"))
#define TAG_ROWS(order)                                                                            \
	EITHER(RARE_TAG_POSTS ALSO_DATES("p.published_at") order, COMMON_TAG_POSTS ALSO_DATES("p.published_at") order)

#define POST_PAGE_FIELDS(F, T)                                                                     \
	F(T, TEXT, status, 0, "")                                                                  \
	F(T, UUID, author_id, 0, "")                                                               \
	F(T, UUID, artist_id, 0, "")                                                               \
	F(T, TEXT, tag, 0, "")                                                                     \
	F(T, TIME, since, 0, "")                                                         \
	F(T, TIME, until, 0, "")                                                        \
	F(T, TIME, key_time, 0, "")                                                                \
	F(T, INT, key_number, 0, "")                                                               \
	F(T, TEXT, key_text, 0, "")                                                                \
	F(T, UUID, key_id, 0, "")                                                                  \
	F(T, INT, limit, 0, "")
STRUCT(post_page, POST_PAGE_FIELDS);
SCHEMA(post_page, POST_PAGE_FIELDS, "Parameters of a list");

enum drive { ALL, DATED, AUTHOR, ARTIST, TAG, OWN, STAFF, TRASH }; /* TRASH has one order */
enum order { NEWEST_FIRST, OLDEST_FIRST, CREATED_LAST, MOST_VIEWED, MOST_DISCUSSED, BY_TITLE, ORDERS, TOTAL = ORDERS };
enum { IN_A_FAMILY = ORDERS + 1, TITLE_KEY = 100 };

const char *const post_sorts[] = {
	[NEWEST_FIRST] = "-published_at", [OLDEST_FIRST] = "published_at",      [CREATED_LAST] = "-created_at",
	[MOST_VIEWED] = "-views_count",   [MOST_DISCUSSED] = "-comments_count", [BY_TITLE] = "title",
	[ORDERS] = NULL,
};

struct statement post_list_statements[] = {
	RANGE("all", ALL_POSTS, "p.published_at", "p.id", LANE_READ, ALL_ROWS)
	RANGE("dated", ALL_POSTS, "p.published_at", "p.id", LANE_SLOW, DATED_ROWS)
	RANGE("author", AUTHOR_POSTS, "p.published_at", "p.id", LANE_SLOW, AUTHOR_ROWS)
	FAMILY("artist", ARTIST_RANGE(NEWEST) " ORDER BY p.published_at DESC, p.id DESC",
	       ARTIST_RANGE(OLDEST) " ORDER BY p.published_at, p.id", LANE_SLOW, ARTIST_ROWS, ARTIST_ROWS(""))
	FAMILY("tag", TAG_POSTS NEWEST("d.published_at", "d.post_id"), TAG_POSTS OLDEST("d.published_at", "d.post_id"),
	       LANE_SLOW, TAG_ROWS, TAG_POSTS DATES("d.published_at"))
	RANGE("own", OWN_POSTS, OWN_KEY, "p.id", LANE_SLOW, OWN_ROWS)
	RANGE("staff", STAFF_POSTS, OWN_KEY, "p.id", LANE_SLOW, STAFF_ROWS)
	LIST("trash", LANE_READ, "FROM posts p WHERE p.is_deleted AND p.author_id = $author_id"
	     " AND p.deleted_at > $since AND (p.deleted_at, p.id) < ($key_time, $key_id)"
	     " ORDER BY p.deleted_at DESC, p.id DESC")
	{0},
};

/* The cursor's times go from here to PostgreSQL's infinity. */
#define TIME_BEGIN (INT64_C(-62135596800) * SECOND_US) /* year 1 */

static const struct uuid first_id = {{[15] = 1}};
static const struct uuid last_id = {{[0 ... 15] = 0xff}};

struct reading {
	enum drive drive;
	enum order order;
	struct post_page page;
	const char *cursor, *scope;
	struct post_list *list;
};

static enum order order_of(const char *sort)
{
	int order = NEWEST_FIRST;
	while (order < ORDERS - 1 && strcmp(post_sorts[order], sort) != 0)
		order++;
	return order;
}

static enum drive drive_of(const struct post_page *p)
{
	if (strcmp(p->status, PUBLISHED) != 0)
		return uuid_is_nil(p->author_id) ? STAFF : OWN;
	if (!uuid_is_nil(p->author_id))
		return AUTHOR;
	if (!uuid_is_nil(p->artist_id))
		return ARTIST;
	if (p->tag)
		return TAG;
	return p->since != TIME_BEGIN || p->until != TIME_END ? DATED : ALL;
}

static const struct statement *statement_of(enum drive drive, int which)
{
	return &post_list_statements[drive * IN_A_FAMILY + which];
}

/* As left(title, 100) in SQL: a cursor cannot hold all of a long title. */
static const char *title_key(struct arena *a, const char *title)
{
	const char *end = title;
	for (int n = 0; *end && (n += (*end & 0xc0) != 0x80) <= TITLE_KEY;)
		end++;
	return arena_strn(a, title, (size_t)(end - title));
}

static struct page_key key_of(struct arena *a, const struct reading *r, const struct post *post)
{
	int64_t published = post->published_at == TIME_NULL ? post->created_at : post->published_at;
	if (r->drive == TRASH)
		return (struct page_key){.number = post->deleted_at, .id = post->id};
	switch (r->order) {
	case CREATED_LAST:
		return (struct page_key){.number = post->created_at, .id = post->id};
	case MOST_VIEWED:
		return (struct page_key){.number = post->views_count, .id = post->id};
	case MOST_DISCUSSED:
		return (struct page_key){.number = post->comments_count, .id = post->id};
	case BY_TITLE:
		return (struct page_key){.text = title_key(a, post->title), .id = post->id};
	default:
		return (struct page_key){.number = published, .id = post->id};
	}
}

/* Where a list begins without a cursor. */
static struct page_key start_of(enum order order)
{
	if (order == BY_TITLE)
		return (struct page_key){.text = "", .id = first_id};
	if (order == OLDEST_FIRST)
		return (struct page_key){.number = TIME_BEGIN, .id = first_id};
	return (struct page_key){.number = INT64_MAX, .id = last_id}; /* TIME_END too */
}

static err read_page(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct page_key key = start_of(r->order);
	int64_t limit = r->page.limit;

	TRY(page_read(cx, r->cursor, r->scope, &key));
	r->page.key_time = r->page.key_number = key.number;
	r->page.key_text = key.text;
	r->page.key_id = key.id;
	r->page.limit++;
	TRY(db_rows(cx, statement_of(r->drive, r->order), &r->page, &r->list->posts, &r->list->count));
	if (r->list->count > limit) { /* the one row more says that there is a next page */
		r->list->count = (int)limit;
		key = key_of(cx->arena, r, &r->list->posts[limit - 1]);
		r->list->next_cursor = page_write(cx, r->scope, &key);
	}
	return NULL;
}

static err read_total(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct total row;
	TRY(db_row(cx, statement_of(r->drive, TOTAL), &r->page, &row));
	r->list->total = row.total;
	return NULL;
}

static const char *scope_of(struct arena *a, const struct post_query *q, const struct post_page *p)
{
	char author[UUID_TEXT], about[UUID_TEXT];
	uuid_text(p->author_id, author);
	uuid_text(p->artist_id, about);
	return arena_fmt(a, "posts %s %s %s %s %s %lld %lld", q->sort, p->status, author, about, p->tag ? p->tag : "*",
			 (long long)p->since, (long long)p->until);
}

/* Drafts and archived posts are listed for their author and for moderators; others see none. */
static bool narrow_to_viewer(const struct ctx *cx, struct post_page *p)
{
	if (strcmp(p->status, PUBLISHED) == 0 || viewer_is_moderator(cx))
		return true;
	if (uuid_is_nil(p->author_id))
		p->author_id = cx->viewer.user_id;
	return viewer_is(cx, p->author_id);
}

err post_list_read(struct ctx *cx, const struct post_query *q, struct post_list *list)
{
	struct reading r = {.order = order_of(q->sort), .cursor = q->cursor, .list = list};
	struct branch both[] = {{.run = read_page, .arg = &r}, {.run = read_total, .arg = &r}};

	r.page = (struct post_page){.status = q->status, .author_id = q->author_id, .artist_id = q->artist_id};
	r.page.limit = q->limit;
	r.page.tag = q->tag ? text_slug(cx->arena, q->tag) : NULL;
	r.page.since = q->published_after == TIME_NULL ? TIME_BEGIN : q->published_after;
	r.page.until = q->published_before == TIME_NULL ? TIME_END : q->published_before;
	*list = (struct post_list){.total = q->include_total ? 0 : -1};
	if (!narrow_to_viewer(cx, &r.page))
		return NULL;
	r.drive = drive_of(&r.page);
	r.scope = scope_of(cx->arena, q, &r.page);
	together(cx, both, q->include_total ? 2 : 1);
	TRY(both[0].result);
	return both[1].result;
}

err post_trash_read(struct ctx *cx, int64_t limit, const char *cursor, struct post_list *list)
{
	struct reading r = {.drive = TRASH, .order = NEWEST_FIRST, .cursor = cursor, .scope = "trash", .list = list};

	r.page = (struct post_page){.author_id = cx->viewer.user_id, .since = clock_now() - TRASH_US, .limit = limit};
	*list = (struct post_list){.total = -1};
	return read_page(cx, &r);
}
