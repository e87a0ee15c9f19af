/* The routes: search in one kind or several, and the index's state for superusers. */
#include "modules/search/search.h"
#include "vobe/word_lists.h"

#include "modules/search/sql.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdio.h>
#include <string.h>

PROBLEM(SEARCH_TOO_DEEP, 400, "search_too_deep", "Too far down",
	"Search pages go to offset + limit = 1000. Narrow the query instead.");
PROBLEM(NOTHING_ASKED, 400, "nothing_asked", "Nothing is asked for",
	"Send words as `q`, or a filter, or `q=*` for everything.");

enum {
	HITS_MAX = 1000, /* offset + limit */
};

static const char *const beside_the_card[] = {"content", NULL};

/* The same for every kind. A filter that a kind does not know finds nothing in it. */
#define SEARCH_FILTER_FIELDS(F, T)                                                                 \
	F(T, TEXT, q, IN | NULLABLE, \
	  "Words, \"a phrase\", -without, prefix*, and filters: artist: author: tag: year:1990..1999;" \
	  " an asterisk alone is everything. May be left out where a filter stands", .max = 500) \
	F(T, TEXT, artist, IN | NULLABLE, "Of this artist; posts: about them", .min = 1, .max = 255) \
	F(T, UUID, artist_id, IN | NULLABLE, "The same by id")                                     \
	F(T, TEXT, author_username, IN | NULLABLE, "Posts by this user; several, with commas: by any", \
	  .min = 1, .max = 500) \
	F(T, TEXT, tag, IN | NULLABLE, \
	  "Posts with this tag, artists of this genre; several, with commas: all", .min = 1, .max = 500) \
	F(T, TEXT, genre, IN | NULLABLE, \
	  "Artists of this genre; several, with commas, no blanks behind: all", .min = 1, .max = 500) \
	F(T, TEXT, country, IN | NULLABLE, \
	  "Artists from there; several, with commas, no blanks behind: any", .min = 1, .max = 500) \
	F(T, TEXT, verified, IN | NULLABLE, "Artists: true or false", .one_of = true_or_false)     \
	F(T, TEXT, year, IN | NULLABLE, \
	  "When posts were published, when albums and their tracks came out: 1990, 1990..1999,"    \
	  " 1990.. or ..1999",                                                                     \
	  .max = 30, .rule = years_rule, .says = "\"pattern\":\"^[0-9.-]+$\"", .example = "1990..1999") \
	F(T, TIME, published_after, IN | NULLABLE, "Posts published then or later")                \
	F(T, TIME, published_before, IN | NULLABLE, "Posts published before then")                 \
	F(T, TEXTS, fields, IN, "What the hits shall have beside what lists show: content of posts", \
	  .max = 1, .one_of = beside_the_card)

static const char *const sorts[] = {"relevance", "-published_at", NULL};

#define SEARCH_PAGE_FIELDS(F, T)                                                                   \
	SEARCH_FILTER_FIELDS(F, T)                                                                 \
	F(T, TEXT, sort, IN, "Order; -published_at: the newest first", .one_of = sorts,            \
	  .otherwise = "relevance")                                                                \
	F(T, INT, limit, IN, "Hits on a page", .min = 1, .max = 100, .otherwise = "20")            \
	F(T, INT, offset, IN, "Hits before it", .min = 0, .max = HITS_MAX, .otherwise = "0")       \
	F(T, TEXT, cursor, IN | NULLABLE, "Where the page before ended: its `next_cursor`")        \
	F(T, BOOL, include_total, IN, "Count all matches, exact to 10,000")                        \
	F(T, BOOL, facets, IN, "Count the most frequent values among the matches")

#define SEARCH_ALL_FIELDS(F, T)                                                                    \
	SEARCH_FILTER_FIELDS(F, T)                                                                 \
	F(T, TEXTS, type, IN, "Kinds, separated by commas; all when absent", .max = KIND_COUNT, \
	  .one_of = kind_names) \
	F(T, INT, limit, IN, "Hits of each kind", .min = 1, .max = 100, .otherwise = "10")

static const char *years_rule(struct arena *a, const void *value)
{
	const char *years = *(const char *const *)value;
	struct filters read;

	return years_read(a, years, &read) ? NULL : "Must be a year, or two with .. between them.";
}

STRUCT(search_page, SEARCH_PAGE_FIELDS);
SCHEMA(search_page, SEARCH_PAGE_FIELDS, "What to find, and which page of it");
STRUCT(search_all, SEARCH_ALL_FIELDS);
SCHEMA(search_all, SEARCH_ALL_FIELDS, "What to find");

#define SEARCH_RESULT_FIELDS(F, T)                                                                 \
	F(T, MANY, posts, 0, "Posts, best first", .of = &post_hit_schema)                          \
	F(T, MANY, artists, 0, "Artists, best first", .of = &artist_hit_schema)                    \
	F(T, MANY, albums, 0, "Albums, best first", .of = &album_hit_schema)                       \
	F(T, MANY, tracks, 0, "Tracks, best first", .of = &track_hit_schema)                       \
	F(T, MANY, users, 0, "Users, best first", .of = &user_hit_schema)                          \
	F(T, TEXT, repaired, NULLABLE, "The words looked for instead, where some were mistyped")   \
	F(T, BOOL, unquoted, 0, "Nothing has the phrases: their words were looked for like the others")
STRUCT(search_result, SEARCH_RESULT_FIELDS);
SCHEMA(search_result, SEARCH_RESULT_FIELDS, "Hits of several kinds");

#define INDEX_LINE_FIELDS(F, T)                                                                    \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, INT, documents, 0, "Documents in the index")                                          \
	F(T, INT, source, 0, "Documents there should be")
STRUCT(index_line, INDEX_LINE_FIELDS);
SCHEMA(index_line, INDEX_LINE_FIELDS, "State of the index");

/* What answers of one kind say beside the hits (members_write). */
#define FOUND_FIELDS(F, T)                                                                         \
	F(T, BOOL, approximate, 0,                                                                 \
	  "Not all that matches was looked at: these are the best of the newest, or the facets are "  \
	  "estimated")                                                                             \
	F(T, TEXT, repaired, NULLABLE, "The words looked for instead, where some were mistyped")   \
	F(T, BOOL, unquoted, 0,                                                                    \
	  "Nothing has the phrases: their words were looked for like the others")                  \
	F(T, JSON, facets, NULLABLE, "With facets=true: the most frequent values of each facet",   \
	  .says = "\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"object\","         \
		  "\"properties\":{\"value\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}},"       \
		  "\"required\":[\"value\",\"count\"]}}",                                              \
	  .example = "{\"tags\":[{\"value\":\"rock\",\"count\":7}]}")
STRUCT(found, FOUND_FIELDS);
SCHEMA(found, FOUND_FIELDS, "What a search says beside its hits");

/* The rows of a facet stand together. */
static err facets_write(struct ctx *cx, struct search *s, int64_t total, struct buf *out)
{
	struct facet *rows;
	int count;

	TRY(search_facets(cx, s, total, &rows, &count));
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

static err members_write(struct ctx *cx, struct search *s, bool facets, int64_t total, const char **members)
{
	struct buf out = {.arena = cx->arena}, values = {.arena = cx->arena};
	if (facets && s->way != NOTHING)
		TRY(facets_write(cx, s, total, &values));
	buf_fmt(&out, "\"approximate\":%s,\"repaired\":", s->approximate ? "true" : "false");
	json_str(&out, s->repaired);
	buf_fmt(&out, ",\"unquoted\":%s", s->unquoted ? "true" : "false");
	buf_str(&out, buf_text(&values));
	*members = arena_str(cx->arena, buf_text(&out));
	return NULL;
}

/* --- What is asked --- */

static const char *comma(const char *s)
{
	const char *at = strchr(s, ',');
	while (at && at[1] == ' ')
		at = strchr(at + 1, ',');
	return at;
}

/* Several values with commas between them; "Folk, World, & Country" is one. */
static void values_read(struct arena *a, struct values *values, const char *text)
{
	for (const char *end; text && (end = comma(text)); text = end + 1)
		filter_add(values, text_trim(a, arena_strn(a, text, (size_t)(end - text))));
	filter_add(values, text ? text_trim(a, text) : NULL);
}

/* `in` is of either list of parameters. */
#define FILTERS_READ(a, in, f)                                                                     \
	do {                                                                                       \
		*(f) = no_filters;                                                                 \
		filter_add(&(f)->artists, (in)->artist);                                           \
		(f)->artist_id = (in)->artist_id;                                                  \
		values_read((a), &(f)->authors, (in)->author_username);                            \
		values_read((a), &(f)->tags, (in)->tag);                                           \
		values_read((a), &(f)->genres, (in)->genre);                                       \
		values_read((a), &(f)->countries, (in)->country);                                  \
		(f)->verified = (in)->verified ? !strcmp((in)->verified, "true") : INT_NULL;       \
		if ((in)->year)                                                                    \
			(void)years_read((a), (in)->year, (f));                                    \
	} while (0)

/* TIME_NULL is none. */
static void dates_narrow(struct find *find, int64_t after, int64_t before)
{
	if (after != TIME_NULL && (find->after == TIME_NULL || after > find->after))
		find->after = after;
	if (before != TIME_NULL && (find->before == TIME_NULL || before < find->before))
		find->before = before;
}

/* Whether anything is asked for; signs are, though nothing may be called so. */
static bool is_asking(const char *q, const struct find *find)
{
	return (q && !text_is_blank(q)) || *find->facts || find->after != TIME_NULL ||
	       find->before != TIME_NULL;
}

/* All that decides which hits there are, and in which order. */
static const char *scope_of(struct arena *a, const struct filters *filters, enum kind kind,
			    const struct search_page *in)
{
	struct buf b = {.arena = a};

	buf_fmt(&b, "search %s %s %lld %lld ", kind_names[kind], in->sort, (long long)in->published_after,
		(long long)in->published_before);
	json_str(&b, in->q);
	buf_str(&b, filters_tsquery(a, filters));
	return arena_str(a, buf_text(&b));
}

/* Where the page begins: behind the one before, or where `offset` says. A cursor's last page is cut short. */
static err page_begin(struct ctx *cx, const struct search_page *in, const char *scope, struct find *find)
{
	struct page_key key = {.number = in->offset};

	if (!in->cursor && in->offset + in->limit > HITS_MAX)
		return SEARCH_TOO_DEEP;
	TRY(page_read(cx, in->cursor, scope, &key));
	find->offset = key.number;
	find->limit = key.number + in->limit > HITS_MAX ? HITS_MAX - key.number : in->limit;
	return NULL;
}

static void page_end(struct ctx *cx, const char *scope, const struct search *s, struct list *list)
{
	const int64_t end = s->find.offset + s->find.limit;

	list->count = s->count;
	if (s->more && end < HITS_MAX)
		list->next_cursor = page_write(cx, scope, &(struct page_key){.number = end});
}

/* Behind the last page nothing is no sign that there is nothing. */
static err page_run(struct ctx *cx, struct search *s)
{
	int64_t before = 0;

	TRY(search_run(cx, s));
	if (!s->count && s->find.offset && s->query.phrase_count)
		TRY(search_count(cx, s, &before));
	return !before && search_unquote(s) ? search_run(cx, s) : NULL;
}

/* Runs the search, and fills what its answer says beside the hits. */
static err page_find(struct req *rq, struct search *s, enum kind kind, const struct search_page *in,
		     struct list *list)
{
	struct ctx *cx = &rq->cx;
	struct filters filters;

	FILTERS_READ(cx->arena, in, &filters);
	search_begin(cx->arena, s, kind, in->q ? in->q : "", &filters);
	s->newest_first = in->sort[0] == '-';
	dates_narrow(&s->find, in->published_after, in->published_before);
	if (!is_asking(in->q, &s->find))
		return NOTHING_ASKED;
	const char *scope = scope_of(cx->arena, &filters, kind, in);
	TRY(page_begin(cx, in, scope, &s->find));
	TRY(page_run(cx, s));
	*list = (struct list){.total = -1};
	page_end(cx, scope, s, list);
	if (s->partial)
		reply_partial(rq, "comments_count");
	if (in->fields.count)
		rq->view |= VIEW_DETAIL;
	int64_t total = -1;
	if (in->include_total) {
		TRY(search_count(cx, s, &total));
		list_set_total(list, total);
	}
	return members_write(cx, s, in->facets, total, &list->members);
}

#define SEARCHES(handler, kind_, hit, name)                                                        \
	static err handler(struct req *rq, const struct search_page *in, struct hit##_reply *re)   \
	{                                                                                          \
		struct search s;                                                                   \
		struct list list;                                                                  \
		TRY(page_find(rq, &s, kind_, in, &list));                                          \
		return reply_list(re, s.hits.name, &list);                                         \
	}

HANDLER(search_posts, search_page, none, post_hit);
SEARCHES(search_posts, KIND_POSTS, post_hit, posts)
HANDLER(search_artists, search_page, none, artist_hit);
SEARCHES(search_artists, KIND_ARTISTS, artist_hit, artists)
HANDLER(search_albums, search_page, none, album_hit);
SEARCHES(search_albums, KIND_ALBUMS, album_hit, albums)
HANDLER(search_tracks, search_page, none, track_hit);
SEARCHES(search_tracks, KIND_TRACKS, track_hit, tracks)
HANDLER(search_users, search_page, none, user_hit);
SEARCHES(search_users, KIND_USERS, user_hit, users)

/* Which kinds are asked for; all when nothing is said of it. */
static void types_read(struct texts types, bool asked[KIND_COUNT])
{
	for (int k = 0; k < KIND_COUNT; k++) {
		asked[k] = !types.at;
		for (int i = 0; types.at && i < types.count; i++)
			asked[k] |= !strcmp(types.at[i], kind_names[k]);
	}
}

/* All at once; what one kind lacks another may have, so only where nothing has the phrases they are words. */
static err kinds_run(struct ctx *cx, struct branch *branches, int n)
{
	bool found = false;

	together(cx, branches, n);
	for (int i = 0; i < n; i++) {
		TRY(branches[i].result);
		found |= ((struct search *)branches[i].arg)->count > 0;
	}
	for (int i = 0; i < n && !found; i++)
		if (!search_unquote(branches[i].arg))
			return NULL; /* they ask for the same */
	if (!found)
		together(cx, branches, n);
	for (int i = 0; i < n; i++)
		TRY(branches[i].result);
	return NULL;
}

HANDLER(search_all, search_all, none, search_result);
static err search_all(struct req *rq, const struct search_all *in, struct search_result_reply *re)
{
	struct search of[KIND_COUNT];
	struct branch branches[KIND_COUNT];
	struct search_result result = {0};
	struct many *lists[KIND_COUNT] = {&result.posts, &result.artists, &result.albums, &result.tracks,
					  &result.users};
	bool asked[KIND_COUNT];
	struct filters filters;
	bool found_as_typed = false;
	int n = 0;

	FILTERS_READ(rq->cx.arena, in, &filters);
	types_read(in->type, asked);
	for (int k = 0; k < KIND_COUNT; k++) {
		search_begin(rq->cx.arena, &of[k], k, in->q ? in->q : "", &filters);
		of[k].find.limit = in->limit;
		dates_narrow(&of[k].find, in->published_after, in->published_before);
		if (!is_asking(in->q, &of[k].find))
			return NOTHING_ASKED;
		if (asked[k])
			branches[n++] = (struct branch){.run = search_run, .arg = &of[k]};
	}
	TRY(kinds_run(&rq->cx, branches, n));
	for (int k = 0; k < KIND_COUNT; k++) {
		*lists[k] = (struct many){of[k].hits.any, of[k].count};
		result.repaired = of[k].repaired ? of[k].repaired : result.repaired;
		result.unquoted |= of[k].unquoted;
		found_as_typed |= of[k].count > 0 && !of[k].repaired;
	}
	if (found_as_typed)
		result.repaired = NULL; /* what one kind lacks another may have */
	if (of[KIND_POSTS].partial)
		reply_partial(rq, "comments_count");
	if (in->fields.count)
		rq->view |= VIEW_DETAIL;
	return reply(re, &result);
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

static err const asking[] = {NOTHING_ASKED, NULL};
static err const paging[] = {SEARCH_TOO_DEEP, NOTHING_ASKED, INVALID_CURSOR, NULL};

#define FINDING .list = true, .may_view = VIEW_DETAIL, .beside = &found_schema, .problems = paging

const struct route search_routes[] = {
	ROUTE(GET, "/search", ANYONE, 200, search_all, "Search posts, artists, albums, tracks and users",
	      .may_view = VIEW_DETAIL, .problems = asking),
	ROUTE(GET, "/search/posts", ANYONE, 200, search_posts, "Search posts", FINDING),
	ROUTE(GET, "/search/artists", ANYONE, 200, search_artists, "Search artists", FINDING),
	ROUTE(GET, "/search/albums", ANYONE, 200, search_albums, "Search albums", FINDING),
	ROUTE(GET, "/search/tracks", ANYONE, 200, search_tracks, "Search tracks", FINDING),
	ROUTE(GET, "/search/users", ANYONE, 200, search_users, "Search users", FINDING),
	ROUTE(GET, "/admin/search/status", SUPERUSER, 200, index_state,
	      "Compare the sizes of the index and of its sources", .list = true),
	{0},
};
