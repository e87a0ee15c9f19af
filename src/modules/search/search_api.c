/* The routes: search in one kind or several, suggestions, and the index's state for superusers. */
#include "modules/search/search.h"
#include "modules/search/words.h"

#include "modules/search/sql.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdio.h>
#include <string.h>

PROBLEM(SEARCH_TOO_DEEP, 422, "search_too_deep", "Too far down",
	"Search pages go to offset + limit = 1000. Narrow the query instead.");

#define SEARCH_PAGE_FIELDS(F, T)                                                                   \
	F(T, TEXT, q, IN | REQ, \
	  "Words, \"a phrase\", -without, prefix*, artist: author: tag:" \
	  " year:1990..1999", .min = 1, .max = 500) \
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
	F(T, TEXT, verified, IN | NULLABLE, "true or false", \
	  .one_of = true_or_false)
STRUCT(search_artists, SEARCH_ARTISTS_FIELDS);
SCHEMA(search_artists, SEARCH_ARTISTS_FIELDS, "What artists to find");

#define SEARCH_ALL_FIELDS(F, T)                                                                    \
	F(T, TEXT, q, IN | REQ, "Words, \"a phrase\", -without, prefix*", .min = 1, .max = 500)    \
	F(T, TEXTS, type, IN, \
	  "Any of posts, artists, albums, tracks, separated by commas; all when" \
	  " absent", .max = 4, .one_of = kind_names) \
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

#define SUGGESTIONS_IN_FIELDS(F, T)                                                                \
	F(T, TEXT, prefix, 0, "Beginning, folded and bare")                                        \
	F(T, TEXT, inside, NULLABLE, "tsquery of its words, the last one a beginning")             \
	F(T, INT, limit, 0, "Of each kind")
STRUCT(suggestions_in, SUGGESTIONS_IN_FIELDS);
SCHEMA(suggestions_in, SUGGESTIONS_IN_FIELDS, "What begins so");

#define SUGGESTION_FIELDS(F, T)                                                                    \
	F(T, TEXT, type, 0, "artists, albums, tracks or posts")                                    \
	F(T, UUID, id, 0, "What it is")                                                            \
	F(T, TEXT, text, 0, "Name or title")                                                       \
	F(T, TEXT, slug, NULLABLE, "Slug, where it has one")
STRUCT(suggestion, SUGGESTION_FIELDS);
SCHEMA(suggestion, SUGGESTION_FIELDS, "A name or title that begins as typed");

/* What answers of one kind say beside the hits (members_write). */
#define FOUND_FIELDS(F, T)                                                                         \
	F(T, BOOL, approximate, 0,                                                                 \
	  "The words are in very many documents: these are the best of the newest")                \
	F(T, TEXT, repaired, NULLABLE, "The words looked for instead, where some were mistyped")   \
	F(T, JSON, facets, NULLABLE, "With facets=true: the most frequent values of each facet",   \
	  .says = "\"additionalProperties\":{\"type\":\"array\",\"items\":{\"type\":\"object\","         \
		  "\"properties\":{\"value\":{\"type\":\"string\"},\"count\":{\"type\":\"integer\"}},"       \
		  "\"required\":[\"value\",\"count\"]}}",                                              \
	  .example = "{\"tags\":[{\"value\":\"rock\",\"count\":7}]}")
STRUCT(found, FOUND_FIELDS);
SCHEMA(found, FOUND_FIELDS, "What a search says beside its hits");

static QUERY(suggestions, suggestions_in, suggestion, SUGGESTIONS_SQL);

enum {
	HITS_MAX = 1000, /* offset + limit */
	TOTAL_EXACT = 10000,
	INSIDE_LEAST = 3, /* letters; fewer begin too many words */
};

/* The rows of a facet stand together. */
static err facets_write(struct ctx *cx, const struct search *s, struct buf *out)
{
	struct facet *rows;
	int count;

	TRY(search_facets(cx, s, &rows, &count));
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

static err members_write(struct ctx *cx, const struct search *s, bool facets, const char **members)
{
	struct buf out = {.arena = cx->arena};
	buf_fmt(&out, "\"approximate\":%s,\"repaired\":", s->way == COMMON ? "true" : "false");
	json_str(&out, s->repaired);
	if (facets && s->way != NOTHING)
		TRY(facets_write(cx, s, &out));
	*members = arena_str(cx->arena, buf_text(&out));
	return NULL;
}

/* Runs the search, and fills what its answer says beside the hits. */
static err page_find(struct req *rq, struct search *s, bool total, bool facets, struct list *list)
{
	if (s->find.offset + s->find.limit > HITS_MAX)
		return SEARCH_TOO_DEEP;
	TRY(search_run(&rq->cx, s));
	*list = (struct list){.count = s->count, .total = -1};
	if (s->partial)
		reply_partial(rq, "comments_count");
	if (total)
		TRY(search_count(&rq->cx, s, &list->total));
	list->total_is_lower_bound = list->total > TOTAL_EXACT;
	list->total = list->total_is_lower_bound ? TOTAL_EXACT : list->total;
	return members_write(&rq->cx, s, facets, &list->members);
}

HANDLER(search_posts, search_posts, none, post_hit);
static err search_posts(struct req *rq, const struct search_posts *in, struct post_hit_reply *re)
{
	struct search s;
	struct list list;

	search_begin(rq->cx.arena, &s, KIND_POSTS, in->q, in->limit);
	s.newest_first = in->sort[0] == '-';
	s.find.offset = in->offset;
	s.find.artist_id = in->artist_id;
	s.find.tag = in->tag ? in->tag : s.find.tag;
	s.find.author = in->author_username ? in->author_username : s.find.author;
	s.find.after = in->published_after != TIME_NULL ? in->published_after : s.find.after;
	s.find.before = in->published_before != TIME_NULL ? in->published_before : s.find.before;
	TRY(page_find(rq, &s, in->include_total, in->facets, &list));
	return reply_list(re, s.hits.posts, &list);
}

HANDLER(search_artists, search_artists, none, artist_hit);
static err search_artists(struct req *rq, const struct search_artists *in, struct artist_hit_reply *re)
{
	struct search s;
	struct list list;

	search_begin(rq->cx.arena, &s, KIND_ARTISTS, in->q, in->limit);
	s.find.offset = in->offset;
	s.find.genre = in->genre ? in->genre : s.find.genre;
	s.find.country = in->country;
	s.find.verified = in->verified ? !strcmp(in->verified, "true") : INT_NULL;
	TRY(page_find(rq, &s, in->include_total, in->facets, &list));
	return reply_list(re, s.hits.artists, &list);
}

/* Which kinds are asked for; all when none is named. */
static void types_read(struct texts types, bool asked[KIND_COUNT])
{
	for (int k = 0; k < KIND_COUNT; k++) {
		asked[k] = !types.count;
		for (int i = 0; i < types.count; i++)
			asked[k] |= !strcmp(types.at[i], kind_names[k]);
	}
}

HANDLER(search_all, search_all, none, search_result);
static err search_all(struct req *rq, const struct search_all *in, struct search_result_reply *re)
{
	struct search of[KIND_COUNT];
	struct branch branches[KIND_COUNT];
	struct search_result result = {0};
	struct many *lists[KIND_COUNT] = {&result.posts, &result.artists, &result.albums, &result.tracks};
	bool asked[KIND_COUNT];
	int n = 0;

	types_read(in->type, asked);
	for (int k = 0; k < KIND_COUNT; k++) {
		search_begin(rq->cx.arena, &of[k], k, in->q, in->limit);
		if (asked[k])
			branches[n++] = (struct branch){.run = search_run, .arg = &of[k]};
	}
	together(&rq->cx, branches, n); /* they run at once */
	for (int i = 0; i < n; i++)
		TRY(branches[i].result);
	for (int k = 0; k < KIND_COUNT; k++) {
		*lists[k] = (struct many){of[k].hits.any, of[k].count};
		result.repaired = of[k].repaired ? of[k].repaired : result.repaired;
	}
	if (of[KIND_POSTS].partial)
		reply_partial(rq, "comments_count");
	return reply(re, &result);
}

HANDLER(suggest, suggest, none, suggestion);
static err suggest(struct req *rq, const struct suggest *in, struct suggestion_reply *re)
{
	const char *plain = words_plain(rq->cx.arena, in->q), *inside = NULL;
	struct list list = {.total = -1};
	struct suggestion *rows = NULL;

	if (utf8_length(plain) >= INSIDE_LEAST)
		inside = arena_fmt(rq->cx.arena, "%s:*", words_tsquery(rq->cx.arena, plain, " & "));
	if (*plain)
		TRY(suggestions(&rq->cx, &(struct suggestions_in){plain, inside, in->limit}, &rows,
				&list.count));
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
	ROUTE(GET, "/search", ANYONE, 200, search_all, "Search posts, artists, albums and tracks",
	      .view = VIEW_DETAIL),
	ROUTE(GET, "/search/posts", ANYONE, 200, search_posts, "Search posts", .list = true,
	      .beside = &found_schema, .problems = deep_problems),
	ROUTE(GET, "/search/artists", ANYONE, 200, search_artists, "Search artists", .list = true,
	      .beside = &found_schema, .problems = deep_problems),
	ROUTE(GET, "/search/suggest", ANYONE, 200, suggest, "Complete a name or title", .list = true),
	ROUTE(GET, "/admin/search/status", SUPERUSER, 200, index_state,
	      "Compare the sizes of the index and of its sources", .list = true),
	{0},
};
