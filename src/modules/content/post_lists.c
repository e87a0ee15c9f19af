/*
 * Lists of posts: which of the statements of post_ranges.c
 * reads one, with which key it begins, and how it goes on.
 */
#include "modules/content/post_lists.h"

#include "modules/content/post_ranges.h"
#include "vobe/text.h"

#include <string.h>

enum { TITLE_KEY = 100 };

/* U+FFFF: behind every title (the root collation of CLDR has it last). */
#define LAST_TITLE "\xef\xbf\xbf"

const char *const post_filter_statuses[] = {DRAFT, PUBLISHED, ARCHIVED, ANY, NULL};

const char *const post_sorts[] = {
	[NEWEST_FIRST] = "-published_at",
	[OLDEST_FIRST] = "published_at",
	[CREATED_LAST] = "-created_at",
	[CREATED_FIRST] = "created_at",
	[MOST_VIEWED] = "-views_count",
	[LEAST_VIEWED] = "views_count",
	[MOST_DISCUSSED] = "-comments_count",
	[LEAST_DISCUSSED] = "comments_count",
	[BY_TITLE] = "title",
	[BY_TITLE_BACK] = "-title",
	[ORDERS] = NULL,
};

static const struct uuid first_id = {{[15] = 1}};
static const struct uuid last_id = {{[0 ... 15] = 0xff}};

struct reading {
	enum drive drive;
	enum order order;
	struct post_page page;
	const char *cursor, *scope;
	struct post *posts;
	struct list list;
};

static enum drive drive_of(const struct post_page *p)
{
	if (strcmp(p->status, ANY) == 0)
		return uuid_is_nil(p->author_id) ? STAFF_ANY : OWN_ANY;
	if (strcmp(p->status, PUBLISHED) != 0)
		return uuid_is_nil(p->author_id) ? STAFF : OWN;
	if (!uuid_is_nil(p->author_id))
		return AUTHOR;
	if (!uuid_is_nil(p->artist_id))
		return ARTIST;
	if (p->tag)
		return TAG;
	return p->since != TIME_START || p->until != TIME_END ? DATED : ALL;
}

/* Where the page behind the post begins. */
static struct page_key key_of(struct arena *a, enum order order, const struct post *post)
{
	int64_t published = post->published_at == TIME_NULL ? post->created_at : post->published_at;
	switch (order) {
	case CREATED_LAST:
	case CREATED_FIRST: return (struct page_key){.number = post->created_at, .id = post->id};
	case MOST_VIEWED:
	case LEAST_VIEWED:
	case MOST_DISCUSSED:
	case LEAST_DISCUSSED: return (struct page_key){.number = post->rank, .id = post->id};
	case BY_TITLE:
	case BY_TITLE_BACK:
		return (struct page_key){.text = text_left(a, post->title, TITLE_KEY), .id = post->id};
	default: return (struct page_key){.number = published, .id = post->id};
	}
}

static bool is_rising(enum order order)
{
	return order == OLDEST_FIRST || order == CREATED_FIRST || order == LEAST_VIEWED ||
	       order == LEAST_DISCUSSED || order == BY_TITLE;
}

/* Where a list begins without a cursor. The first of times is below every number, too. */
static struct page_key start_of(enum order order)
{
	if (is_rising(order))
		return (struct page_key){.number = TIME_START, .text = "", .id = first_id};
	return (struct page_key){.number = INT64_MAX, .text = LAST_TITLE, .id = last_id}; /* TIME_END too */
}

/* The page's first key: the start of the list, or where the page before ended. */
static err begin_page(struct ctx *cx, const char *cursor, const char *scope, enum order order,
		      struct post_page *page)
{
	struct page_key key = start_of(order);
	TRY(page_read(cx, cursor, scope, &key));
	page->key_time = page->key_number = key.number;
	page->key_text = key.text;
	page->key_id = key.id;
	return NULL;
}

/* Pages are read with one row more, which says that there is a next one. */
static bool end_page(struct list *list, int64_t limit)
{
	if (list->count <= limit)
		return false;
	list->count = (int)limit;
	return true;
}

static err read_page(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct post_page page = r->page;

	TRY(begin_page(cx, r->cursor, r->scope, r->order, &page));
	page.limit++;
	TRY(posts_range(cx, r->drive * ORDERS + r->order, &page, &r->posts, &r->list.count));
	if (end_page(&r->list, r->page.limit)) {
		const struct page_key key = key_of(cx->arena, r->order, &r->posts[r->list.count - 1]);
		r->list.next_cursor = page_write(cx, r->scope, &key);
	}
	return NULL;
}

static err read_total(struct ctx *cx, void *arg)
{
	struct reading *r = arg;
	struct total *counted;
	int count;
	TRY(posts_total(cx, r->drive, &r->page, &counted, &count));
	list_set_total(&r->list, counted->total);
	return NULL;
}

static const char *scope_of(struct arena *a, const struct post_query *q, const struct post_page *p)
{
	char author[UUID_TEXT], about[UUID_TEXT];
	uuid_text(p->author_id, author);
	uuid_text(p->artist_id, about);
	return arena_fmt(a, "posts %s %s %s %s %s %lld %lld", q->sort, p->status, author, about,
			 p->tag ? p->tag : "*", (long long)p->since, (long long)p->until);
}

/*
 * Drafts and archived posts are listed for their author and for moderators; others see none. With any status
 * they see what is published.
 */
static bool narrow_to_viewer(const struct ctx *cx, struct post_page *p)
{
	const bool any = strcmp(p->status, ANY) == 0;

	if (strcmp(p->status, PUBLISHED) == 0 || viewer_is_moderator(cx))
		return true;
	if (uuid_is_nil(p->author_id) && viewer_is_user(cx))
		p->author_id = cx->viewer.user_id;
	if (any && !viewer_is(cx, p->author_id))
		p->status = PUBLISHED;
	return any || viewer_is(cx, p->author_id);
}

err post_list_read(struct ctx *cx, const struct post_query *q, struct post **posts, struct list *list)
{
	struct reading r = {.order = (enum order)page_order(post_sorts, q->sort),
			    .cursor = q->cursor,
			    .list.total = q->include_total ? 0 : -1};
	struct branch both[] = {{.run = read_page, .arg = &r}, {.run = read_total, .arg = &r}};

	r.page = (struct post_page){.status = q->status,
				    .author_id = q->author_id,
				    .artist_id = q->artist_id,
				    .limit = q->limit,
				    .since = TIME_START,
				    .until = TIME_END};
	if (q->tag)
		r.page.tag = text_tag_slug(cx->arena, q->tag);
	if (q->published_after != TIME_NULL)
		r.page.since = q->published_after;
	if (q->published_before != TIME_NULL)
		r.page.until = q->published_before;
	if (narrow_to_viewer(cx, &r.page)) {
		r.drive = drive_of(&r.page);
		r.scope = scope_of(cx->arena, q, &r.page);
		together(cx, both, q->include_total ? 2 : 1);
		TRY(both[0].result);
		TRY(both[1].result);
	}
	*posts = r.posts;
	*list = r.list;
	return NULL;
}
