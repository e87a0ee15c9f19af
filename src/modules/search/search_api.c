/* The routes: search in one kind or several, suggestions, and the index's state for superusers. */
#include "modules/search/hit.h"
#include "modules/search/hit_store.h"
#include "modules/search/words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdio.h>
#include <string.h>

PROBLEM(SEARCH_TOO_DEEP, 422, "search_too_deep", "Too far down", "Search pages go to offset + limit = 1000. Narrow the query instead.");

#define SEARCH_PAGE_FIELDS(F, T)                                                                   \
	F(T, TEXT, q, IN | REQ, "Words, \"a phrase\", -without, prefix*, artist: author: tag: year:1990..1999", .min = 1, .max = 500) \
	F(T, INT, limit, IN, "Hits on a page", .min = 1, .max = 100, .otherwise = "20")            \
	F(T, INT, offset, IN, "Hits before it", .min = 0, .max = 1000, .otherwise = "0")           \
	F(T, BOOL, include_total, IN, "Count all matches, exact to 10,000")                        \
	F(T, BOOL, facets, IN, "Count the most frequent values among the matches")

static const char *const post_sorts[] = {"relevance", "-published_at", NULL};

#define SEARCH_POSTS_FIELDS(F, T)                                                                  \
	SEARCH_PAGE_FIELDS(F, T)                                                                   \
	F(T, TEXT, tag, IN | NULLABLE, "Posts with this tag", .max = 100)                          \
	F(T, UUID, artist_id, IN | NULLABLE, "Posts about this artist")                            \
	F(T, TEXT, author_username, IN | NULLABLE, "Posts by this user", .max = 50)                \
	F(T, TIME, published_after, IN | NULLABLE, "Published then or later")                      \
	F(T, TIME, published_before, IN | NULLABLE, "Published before then")                       \
	F(T, TEXT, sort, IN, "Order", .one_of = post_sorts, .otherwise = "relevance")
STRUCT(search_posts, SEARCH_POSTS_FIELDS);
SCHEMA(search_posts, SEARCH_POSTS_FIELDS, "What posts to find");

#define SEARCH_ARTISTS_FIELDS(F, T)                                                                \
	SEARCH_PAGE_FIELDS(F, T)                                                                   \
	F(T, TEXT, genre, IN | NULLABLE, "Artists of this genre", .max = 100)                      \
	F(T, TEXT, country, IN | NULLABLE, "Artists from there", .max = 100)                       \
	F(T, TEXT, verified, IN | NULLABLE, "true or false", .one_of = (const char *const[]){"true", "false", NULL})
STRUCT(search_artists, SEARCH_ARTISTS_FIELDS);
SCHEMA(search_artists, SEARCH_ARTISTS_FIELDS, "What artists to find");

#define SEARCH_ALL_FIELDS(F, T)                                                                    \
	F(T, TEXT, q, IN | REQ, "Words, \"a phrase\", -without, prefix*", .min = 1, .max = 500)    \
	F(T, TEXTS, type, IN, "Any of posts, artists, albums, tracks, separated by commas; all when absent", .max = 4, .each_max = 10) \
	F(T, INT, limit, IN, "Hits of each kind", .min = 1, .max = 100, .otherwise = "10")
STRUCT(search_all, SEARCH_ALL_FIELDS);
SCHEMA(search_all, SEARCH_ALL_FIELDS, "What to find");

#define SEARCH_RESULT_FIELDS(F, T)                                                                 \
	F(T, MANY, posts, 0, "Posts, best first", .of = &post_hit_schema)                          \
	F(T, MANY, artists, 0, "Artists, best first", .of = &artist_hit_schema)                    \
	F(T, MANY, albums, 0, "Albums, best first", .of = &album_hit_schema)                       \
	F(T, MANY, tracks, 0, "Tracks, best first", .of = &track_hit_schema)                       \
	F(T, TEXT, repaired, NULLABLE, "The words looked for instead, where some were mistyped")
STRUCT(search_result, SEARCH_RESULT_FIELDS);
SCHEMA(search_result, SEARCH_RESULT_FIELDS, "Hits of several kinds");

#define SUGGEST_FIELDS(F, T)                                                                       \
	F(T, TEXT, q, IN | REQ, "How a name or title begins", .min = 1, .max = 100)                \
	F(T, INT, limit, IN, "Suggestions", .min = 1, .max = 20, .otherwise = "10")
STRUCT(suggest, SUGGEST_FIELDS);
SCHEMA(suggest, SUGGEST_FIELDS, "What is being typed");

#define INDEX_LINE_FIELDS(F, T)                                                                    \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, INT, documents, 0, "Documents in the index")                                          \
	F(T, INT, source, 0, "Documents there should be")
STRUCT(index_line, INDEX_LINE_FIELDS);
SCHEMA(index_line, INDEX_LINE_FIELDS, "State of the index");

enum { TOTAL_EXACT = 10000, INSIDE_LEAST = 3 /* letters; fewer begin too many words */ };

static int64_t year_start(int64_t year)
{
	char text[16];
	int64_t t;
	if (year == INT_NULL || year < 1 || year > 9999)
		return TIME_NULL;
	size_t len = (size_t)snprintf(text, sizeof text, "%04d-01-01", (int)year);
	return time_read(text, len, &t) ? t : TIME_NULL;
}

/* A search in one kind: what is asked, and what was found. */
struct page {
	enum kind kind;
	struct query q;
	struct narrowing by;
	struct plan plan;
	void *hits;
	int count;
	bool partial;
};

/* What the query itself narrows; parameters may say more. */
static void page_begin(struct arena *a, struct page *page, enum kind kind, const char *text, int64_t limit)
{
	struct query *q = &page->q;
	*page = (struct page){.kind = kind};
	query_parse(a, text, q);
	page->by = (struct narrowing){
		.tag = q->tag, .genre = q->genre, .author = q->author, .artist = q->artist, .after = year_start(q->year_from),
		.before = year_start(q->year_to == INT_NULL ? INT_NULL : q->year_to + 1), .verified = INT_NULL, .limit = limit};
}

static err page_find(struct ctx *cx, void *arg)
{
	struct page *page = arg;
	if (page->by.offset + page->by.limit > HITS_MAX)
		return SEARCH_TOO_DEEP;
	TRY(query_plan(cx, &page->q, page->kind, &page->plan));
	if (!page->plan.empty)
		TRY(hits_find(cx, page->kind, &page->plan, &page->by, &page->hits, &page->count));
	return hits_dress(cx, page->kind, &page->plan, page->hits, page->count, &page->partial);
}

/* The rows of a facet stand together. */
static err facets_write(struct req *rq, const struct page *page, struct buf *out)
{
	struct facet *rows;
	int count;

	TRY(hits_facets(&rq->cx, page->kind, &page->plan, &page->by, &rows, &count));
	buf_str(out, ",\"facets\":{");
	for (int i = 0; i < count; i++) {
		bool first = !i || strcmp(rows[i].facet, rows[i - 1].facet);
		if (first)
			buf_fmt(out, "%s\"%s\":[", i ? "]," : "", rows[i].facet);
		buf_str(out, first ? "{\"value\":" : ",{\"value\":");
		json_str(out, rows[i].value);
		buf_fmt(out, ",\"count\":%lld}", (long long)rows[i].count);
	}
	buf_str(out, count ? "]}" : "}");
	return NULL;
}

static err page_members(struct req *rq, const struct page *page, bool facets, const char **members)
{
	struct buf out = {.arena = rq->cx.arena};
	buf_fmt(&out, "\"approximate\":%s,\"repaired\":", hits_are_approximate(page->kind, &page->plan, &page->by) ? "true" : "false");
	json_str(&out, page->plan.repaired);
	if (facets && !page->plan.empty)
		TRY(facets_write(rq, page, &out));
	*members = arena_str(rq->cx.arena, buf_text(&out));
	return NULL;
}

/* Finds the page, and fills what its answer says beside the hits. */
static err page_list(struct req *rq, struct page *page, bool total, bool facets, struct list *list)
{
	TRY(page_find(&rq->cx, page));
	*list = (struct list){.count = page->count, .total = total ? 0 : -1};
	if (page->partial)
		reply_partial(rq, "comments_count");
	if (total && !page->plan.empty)
		TRY(hits_count(&rq->cx, page->kind, &page->plan, &page->by, &list->total));
	list->total_is_lower_bound = list->total > TOTAL_EXACT;
	list->total = list->total_is_lower_bound ? TOTAL_EXACT : list->total;
	return page_members(rq, page, facets, &list->members);
}

HANDLER(search_posts, search_posts, none, post_hit);
static err search_posts(struct req *rq, const struct search_posts *in, struct post_hit_reply *re)
{
	struct page page;
	struct list list;
	struct narrowing *by = &page.by;

	page_begin(rq->cx.arena, &page, KIND_POSTS, in->q, in->limit);
	by->offset = in->offset;
	by->artist_id = in->artist_id;
	by->newest_first = in->sort[0] == '-';
	by->tag = in->tag ? in->tag : by->tag;
	by->author = in->author_username ? in->author_username : by->author;
	by->after = in->published_after != TIME_NULL ? in->published_after : by->after;
	by->before = in->published_before != TIME_NULL ? in->published_before : by->before;
	TRY(page_list(rq, &page, in->include_total, in->facets, &list));
	return reply_list(re, page.hits, &list);
}

HANDLER(search_artists, search_artists, none, artist_hit);
static err search_artists(struct req *rq, const struct search_artists *in, struct artist_hit_reply *re)
{
	struct page page;
	struct list list;

	page_begin(rq->cx.arena, &page, KIND_ARTISTS, in->q, in->limit);
	page.by.offset = in->offset;
	page.by.genre = in->genre ? in->genre : page.by.genre;
	page.by.country = in->country;
	page.by.verified = in->verified ? !strcmp(in->verified, "true") : INT_NULL;
	TRY(page_list(rq, &page, in->include_total, in->facets, &list));
	return reply_list(re, page.hits, &list);
}

/* Which kinds are asked for; all when none is named. */
static err types_read(struct ctx *cx, struct texts types, bool asked[KIND_COUNT])
{
	for (int k = 0; k < KIND_COUNT; k++)
		asked[k] = !types.count;
	for (int i = 0, k; i < types.count; i++) {
		for (k = 0; k < KIND_COUNT && strcmp(types.at[i], kind_names[k]); k++)
			;
		if (k == KIND_COUNT)
			return problem_fault(cx, "type", "not_allowed", "`%s` is no type; allowed: posts, artists, albums, tracks", types.at[i]);
		asked[k] = true;
	}
	return NULL;
}

HANDLER(search_all, search_all, none, search_result);
static err search_all(struct req *rq, const struct search_all *in, struct search_result_reply *re)
{
	struct page pages[KIND_COUNT];
	struct branch branches[KIND_COUNT];
	struct search_result result = {0};
	struct many *lists[KIND_COUNT] = {&result.posts, &result.artists, &result.albums, &result.tracks};
	bool asked[KIND_COUNT];
	int n = 0;

	TRY(types_read(&rq->cx, in->type, asked));
	for (int k = 0; k < KIND_COUNT; k++) {
		page_begin(rq->cx.arena, &pages[k], k, in->q, in->limit);
		if (asked[k])
			branches[n++] = (struct branch){.run = page_find, .arg = &pages[k]};
	}
	together(&rq->cx, branches, n); /* they run at once */
	for (int i = 0; i < n; i++)
		TRY(branches[i].result);
	for (int k = 0; k < KIND_COUNT; k++) {
		*lists[k] = (struct many){pages[k].hits, pages[k].count};
		result.repaired = pages[k].plan.repaired ? pages[k].plan.repaired : result.repaired;
	}
	if (pages[KIND_POSTS].partial)
		reply_partial(rq, "comments_count");
	return reply(re, &result);
}

HANDLER(suggest, suggest, none, suggestion);
static err suggest(struct req *rq, const struct suggest *in, struct suggestion_reply *re)
{
	const char *plain = words_plain(rq->cx.arena, in->q);
	struct list list = {.total = -1};
	struct suggestion *rows = NULL;

	const char *inside = utf8_length(plain) < INSIDE_LEAST ? NULL : arena_fmt(rq->cx.arena, "%s:*", words_tsquery(rq->cx.arena, plain, " & "));
	if (*plain)
		TRY(db_rows(&rq->cx, &hit_statements[SUGGEST], (&(struct suggest_in){plain, inside, in->limit}), &rows, &list.count));
	if (list.count > in->limit)
		list.count = (int)in->limit;
	return reply_list(re, rows, &list);
}

HANDLER(index_state, none, none, index_line);
static err index_state(struct req *rq, struct index_line_reply *re)
{
	struct index_status *kinds;
	struct list list = {.total = -1};

	TRY(search_operator.status(&rq->cx, &kinds, &list.count));
	struct index_line *lines = ARENA_ARRAY(rq->cx.arena, struct index_line, list.count);
	for (int i = 0; i < list.count; i++)
		lines[i] = (struct index_line){kinds[i].kind, kinds[i].documents, kinds[i].source};
	return reply_list(re, lines, &list);
}

static err const deep_problems[] = {SEARCH_TOO_DEEP, NULL};

const struct route search_routes[] = {
	ROUTE(GET, "/search", ANYONE, 200, search_all, "Search posts, artists, albums and tracks", .view = VIEW_DETAIL),
	ROUTE(GET, "/search/posts", ANYONE, 200, search_posts, "Search posts",
	      .list = true, .problems = deep_problems),
	ROUTE(GET, "/search/artists", ANYONE, 200, search_artists, "Search artists", .list = true, .problems = deep_problems),
	ROUTE(GET, "/search/suggest", ANYONE, 200, suggest, "Complete a name or title", .list = true),
	ROUTE(GET, "/admin/search/status", SUPERUSER, 200, index_state, "Compare the sizes of the index and of its sources", .list = true),
	{0},
};
