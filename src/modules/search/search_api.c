/* The routes: search in one kind or several, suggestions, and the index's state for superusers. */
#include "api.h"
#include "hit.h"
#include "hit_store.h"
#include "service.h"
#include "words.h"

#include "vobe/buf.h"
#include "vobe/http.h"
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
	F(T, INT, source, 0, "Documents there should be")                                          \
	F(T, INT, generation, 0, "Generation of the index")
STRUCT(index_line, INDEX_LINE_FIELDS);
SCHEMA(index_line, INDEX_LINE_FIELDS, "State of the index");

enum { TOTAL_EXACT = 10000, INSIDE_LEAST = 3 /* letters; fewer begin too many words */ };

/* A page of one kind as a reply. */
struct page {
	enum kind kind;
	struct plan plan;
	struct narrowing by;
	bool total, facets;
};

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

static err page_members(struct req *rq, const struct page *page, const char **members)
{
	struct buf out = {.arena = rq->cx.arena};
	buf_fmt(&out, "\"approximate\":%s,\"repaired\":", hits_are_approximate(page->kind, &page->plan, &page->by) ? "true" : "false");
	json_str(&out, page->plan.repaired);
	if (page->facets && !page->plan.empty)
		TRY(facets_write(rq, page, &out));
	*members = arena_str(rq->cx.arena, buf_text(&out));
	return NULL;
}

static err reply_page(struct req *rq, const struct page *page)
{
	struct list list = {.total = -1};
	void *hits = NULL;
	bool partial = false;

	if (page->by.offset + page->by.limit > HITS_MAX)
		return SEARCH_TOO_DEEP;
	if (!page->plan.empty)
		TRY(hits_find(&rq->cx, page->kind, &page->plan, &page->by, &hits, &list.count));
	TRY(hits_dress(&rq->cx, page->kind, &page->plan, hits, list.count, &partial));
	if (partial)
		reply_partial(rq, "comments_count");
	if (page->total) {
		list.total = 0;
		if (!page->plan.empty)
			TRY(hits_count(&rq->cx, page->kind, &page->plan, &page->by, &list.total));
		list.total_is_lower_bound = list.total > TOTAL_EXACT;
		list.total = list.total_is_lower_bound ? TOTAL_EXACT : list.total;
	}
	list.items = hits;
	TRY(page_members(rq, page, &list.members));
	return reply_list(rq, &list);
}

static int64_t year_start(int64_t year)
{
	char text[16];
	int64_t t;
	if (year == INT_NULL || year < 1 || year > 9999)
		return TIME_NULL;
	size_t len = (size_t)snprintf(text, sizeof text, "%04d-01-01", (int)year);
	return time_read(text, len, &t) ? t : TIME_NULL;
}

/* What the query itself narrows. */
static struct narrowing narrowing_of(const struct query *q, int64_t limit)
{
	return (struct narrowing){
		.tag = q->tag, .genre = q->genre, .author = q->author, .artist = q->artist, .after = year_start(q->year_from),
		.before = year_start(q->year_to == INT_NULL ? INT_NULL : q->year_to + 1), .verified = INT_NULL, .limit = limit};
}

HANDLER(search_posts)
{
	const struct search_posts *in = rq->params;
	struct page page = {.kind = KIND_POSTS, .total = in->include_total, .facets = in->facets};
	struct query q;

	query_parse(rq->cx.arena, in->q, &q);
	TRY(query_plan(&rq->cx, &q, KIND_POSTS, &page.plan));
	page.by = narrowing_of(&q, in->limit);
	page.by.offset = in->offset;
	page.by.artist_id = in->artist_id;
	page.by.newest_first = in->sort[0] == '-';
	page.by.tag = in->tag ? in->tag : q.tag;
	page.by.author = in->author_username ? in->author_username : q.author;
	page.by.after = in->published_after != TIME_NULL ? in->published_after : page.by.after;
	page.by.before = in->published_before != TIME_NULL ? in->published_before : page.by.before;
	return reply_page(rq, &page);
}

HANDLER(search_artists)
{
	const struct search_artists *in = rq->params;
	struct page page = {.kind = KIND_ARTISTS, .total = in->include_total, .facets = in->facets};
	struct query q;

	query_parse(rq->cx.arena, in->q, &q);
	TRY(query_plan(&rq->cx, &q, KIND_ARTISTS, &page.plan));
	page.by = narrowing_of(&q, in->limit);
	page.by.offset = in->offset;
	page.by.genre = in->genre ? in->genre : q.genre;
	page.by.country = in->country;
	page.by.verified = in->verified ? !strcmp(in->verified, "true") : INT_NULL;
	return reply_page(rq, &page);
}

/* One kind of a search in several; they run at once. */
struct kind_search {
	const struct query *q;
	enum kind kind;
	int64_t limit;
	struct plan plan;
	void *hits;
	int count;
	bool partial;
};

static err kind_find(struct ctx *cx, void *arg)
{
	struct kind_search *s = arg;
	struct narrowing by = narrowing_of(s->q, s->limit);
	TRY(query_plan(cx, s->q, s->kind, &s->plan));
	if (!s->plan.empty)
		TRY(hits_find(cx, s->kind, &s->plan, &by, &s->hits, &s->count));
	return hits_dress(cx, s->kind, &s->plan, s->hits, s->count, &s->partial);
}

static bool is_asked(struct texts types, enum kind kind)
{
	for (int i = 0; i < types.count; i++)
		if (!strcmp(types.at[i], kind_names[kind]))
			return true;
	return types.count == 0;
}

static err types_accept(struct ctx *cx, struct texts types)
{
	for (int i = 0; i < types.count; i++) {
		bool known = false;
		for (int k = 0; k < KIND_COUNT; k++)
			known |= !strcmp(types.at[i], kind_names[k]);
		if (!known)
			return problem_fault(cx, "type", "not_allowed", "`%s` is no type; allowed: posts, artists, albums, tracks", types.at[i]);
	}
	return NULL;
}

HANDLER(search_all)
{
	const struct search_all *in = rq->params;
	struct kind_search searches[KIND_COUNT] = {0};
	struct branch branches[KIND_COUNT];
	struct search_result result = {0};
	struct many *lists[KIND_COUNT] = {&result.posts, &result.artists, &result.albums, &result.tracks};
	struct query q;
	int n = 0;

	TRY(types_accept(&rq->cx, in->type));
	query_parse(rq->cx.arena, in->q, &q);
	for (int k = 0; k < KIND_COUNT; k++) {
		searches[k] = (struct kind_search){.q = &q, .kind = k, .limit = in->limit};
		if (is_asked(in->type, k))
			branches[n++] = (struct branch){.run = kind_find, .arg = &searches[k]};
	}
	together(&rq->cx, branches, n);
	for (int i = 0; i < n; i++)
		TRY(branches[i].result);
	for (int k = 0; k < KIND_COUNT; k++) {
		*lists[k] = (struct many){searches[k].hits, searches[k].count};
		result.repaired = searches[k].plan.repaired ? searches[k].plan.repaired : result.repaired;
	}
	if (searches[KIND_POSTS].partial)
		reply_partial(rq, "comments_count");
	return reply(rq, &result);
}

HANDLER(suggest)
{
	const struct suggest *in = rq->params;
	const char *plain = words_plain(rq->cx.arena, in->q);
	struct list list = {.total = -1};
	struct suggestion *rows = NULL;

	const char *inside = utf8_length(plain) < INSIDE_LEAST ? NULL : arena_fmt(rq->cx.arena, "%s:*", words_tsquery(rq->cx.arena, plain, " & "));
	if (*plain)
		TRY(db_rows(&rq->cx, &hit_statements[SUGGEST], (&(struct suggest_in){plain, inside, in->limit}), &rows, &list.count));
	if (list.count > in->limit)
		list.count = (int)in->limit;
	list.items = rows;
	return reply_list(rq, &list);
}

HANDLER(index_state)
{
	struct index_status *kinds;
	struct list list = {.total = -1};

	TRY(search_service.status(&rq->cx, &kinds, &list.count));
	struct index_line *lines = ARENA_ARRAY(rq->cx.arena, struct index_line, list.count);
	for (int i = 0; i < list.count; i++)
		lines[i] = (struct index_line){kinds[i].kind, kinds[i].documents, kinds[i].source, kinds[i].generation};
	list.items = lines;
	return reply_list(rq, &list);
}

static err const deep_problems[] = {SEARCH_TOO_DEEP, NULL};

const struct route search_routes[] = {
	ROUTE(GET, "/search", ANYONE, 200, search_all, "Search posts, artists, albums and tracks", .params = &search_all_schema,
	      .reply = &search_result_schema, .view = VIEW_DETAIL),
	ROUTE(GET, "/search/posts", ANYONE, 200, search_posts, "Search posts", .params = &search_posts_schema, .reply = &post_hit_schema,
	      .list = true, .problems = deep_problems),
	ROUTE(GET, "/search/artists", ANYONE, 200, search_artists, "Search artists", .params = &search_artists_schema,
	      .reply = &artist_hit_schema, .list = true, .problems = deep_problems),
	ROUTE(GET, "/search/suggest", ANYONE, 200, suggest, "Complete a name or title", .params = &suggest_schema,
	      .reply = &suggestion_schema, .list = true),
	ROUTE(GET, "/admin/search/status", SUPERUSER, 200, index_state, "Compare the sizes of the index and of its sources",
	      .reply = &index_line_schema, .list = true),
	ROUTES_END,
};
