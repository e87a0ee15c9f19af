/* Routes of many artists, and of their genres. */
#include "modules/artist/api.h"
#include "vobe/text.h"

#include <string.h>

#define ARTIST_LIST_FIELDS(F, T)                                                                   \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, UUIDS, ids, IN, "These artists only, in this order; other parameters are left aside", \
	  .max = 100)                                                                              \
	F(T, TEXT, sort, IN, "Order", .one_of = artist_sorts, .otherwise = "name")                 \
	F(T, TEXT, genre, IN | NULLABLE, "Of this genre, any letter case", .min = 1, .max = 50)    \
	F(T, TEXT, country, IN | NULLABLE, "Of this country, any letter case", .min = 1, .max = 100) \
	F(T, TEXT, verified, IN | NULLABLE, "Verified or not", .one_of = true_or_false)                \
	F(T, TEXT, name, IN | NULLABLE, "Whose name begins so, any letter case", .min = 1, .max = 255) \
	TOTAL_PARAM(F, T)
static const char *const artist_sorts[] = {
	"name", "-name", "-followers_count", "followers_count", "-created_at", "created_at", NULL};
STRUCT(artist_list, ARTIST_LIST_FIELDS);
SCHEMA(artist_list, ARTIST_LIST_FIELDS, "Which artists");

/* What the list statements take: filters, and the key behind which the page begins. */
#define ARTIST_QUERY_FIELDS(F, T)                                                                  \
	F(T, TEXTS, facets, 0, "All of these words")                                               \
	F(T, TEXT, name_from, 0, "Lower bound of name_key")                                        \
	F(T, TEXT, name_to, 0, "Upper bound of name_key, not reached")                             \
	F(T, BOOL, unverified, 0, "Only artists that are not verified")                            \
	F(T, INT, number, 0, "Key: followers_count")                                               \
	F(T, TIME, time, 0, "Key: created_at")                                                     \
	F(T, TEXT, text, 0, "Key: name_key")                                                       \
	F(T, UUID, id, 0, "Key: id; nil sorts as the end")                                         \
	F(T, INT, limit, 0, "Rows")
STRUCT(artist_query, ARTIST_QUERY_FIELDS);
SCHEMA(artist_query, ARTIST_QUERY_FIELDS, "A list of artists");

#define GENRE_FIELDS(F, T)                                                                         \
	F(T, TEXT, name, 0, "The genre, as it is written most")                                    \
	F(T, TEXT, name_key, NO_JSON, "Without letter case")                                       \
	F(T, INT, artists_count, 0, "Artists of the genre")
STRUCT(genre, GENRE_FIELDS);
SCHEMA(genre, GENRE_FIELDS, "A genre");

#define GENRE_PAGE_FIELDS(F, T)                                                                    \
	F(T, TEXT, behind, 0, "Key: name_key")                                                     \
	F(T, INT, limit, 0, "Rows")
STRUCT(genre_page, GENRE_PAGE_FIELDS);
SCHEMA(genre_page, GENRE_PAGE_FIELDS, "A page of genres");

/* --- statements. Plans are generic: a mix of sort and filter that needs its own index is its own --- */

/* No index for `unverified`: nearly all artists are, so the index of the sort serves. */
#define LIST(name, from, where)                                                                    \
	QUERY_OF(name, "SELECT $* FROM " from " WHERE NOT is_deleted AND NOT ($unverified AND verified)" \
		       " AND " where " LIMIT $limit")

/* OFFSET 0 keeps the planner off the index of the sort: for a rare word it would walk through all artists. */
#define FACETED "(SELECT * FROM artists WHERE NOT is_deleted AND facets @> $facets OFFSET 0) AS faceted"
#define NAMED   "name_key >= $name_from AND name_key < $name_to AND "

/* The first page's keys are beyond the end, in the direction of the order, with a null id. */
#define RISING(key, value)  "(" key ", id) > (" value ", $id) ORDER BY " key ", id"
#define FALLING(key, value) "(" key ", id) < (" value ", $id) ORDER BY " key " DESC, id DESC"
#define BY_NAME(order)      order("name_key", "$text")
#define BY_FOLLOWERS(order) order("followers_count", "$number")
#define BY_AGE(order)       order("created_at", "$time")

/* clang-format off */
/* In the order of artist_sorts. */
#define IN_EACH_ORDER(drive, name, from, where)                                                    \
	[drive + 0] = LIST(name "_by_name",         from, NAMED BY_NAME(RISING)),                  \
	[drive + 1] = LIST(name "_by_name_back",    from, NAMED BY_NAME(FALLING)),                 \
	[drive + 2] = LIST(name "_most_followed",   from, where BY_FOLLOWERS(FALLING)),            \
	[drive + 3] = LIST(name "_least_followed",  from, where BY_FOLLOWERS(RISING)),             \
	[drive + 4] = LIST(name "_newest",          from, where BY_AGE(FALLING)),                  \
	[drive + 5] = LIST(name "_oldest",          from, where BY_AGE(RISING))

enum { ORDERS = 6, ALL = 0, FACETED_ONES = ORDERS, NAMED_ONES = 2 * ORDERS };
static QUERIES(artists_list, artist_query, artist,
	/* The index of the sort is walked; a name prefix is a part of the index by name. */
	IN_EACH_ORDER(ALL, "artists", "artists", ),
	/* The GIN index finds those that have all the words, the best of them are sorted out. */
	IN_EACH_ORDER(FACETED_ONES, "faceted", FACETED, NAMED),
	/* The index by name finds those with the prefix. */
	IN_EACH_ORDER(NAMED_ONES, "named", "artists", NAMED));
/* clang-format on */

static QUERY_ROW(artists_count, artist_query, total,
		 "SELECT count(*) AS total FROM (SELECT 1 FROM artists"
		 " WHERE NOT is_deleted AND NOT ($unverified AND verified)"
		 " AND facets @> $facets AND name_key >= $name_from AND name_key < $name_to"
		 " LIMIT 10001) AS bounded",
		 .lane = LANE_SLOW);

/* One genre, as artist_facet has it. */
#define GENRE_KEY "regexp_replace(lower(g), '[ _-]+', '-', 'g')"

static QUERY(genres, genre_page, genre,
	     "SELECT mode() WITHIN GROUP (ORDER BY g) AS name, " GENRE_KEY
	     " AS name_key, count(*) AS artists_count"
	     " FROM artists, jsonb_array_elements_text(genres) AS g"
	     " WHERE NOT is_deleted GROUP BY " GENRE_KEY " HAVING " GENRE_KEY " > $behind"
	     " ORDER BY " GENRE_KEY " LIMIT $limit",
	     .lane = LANE_SLOW);

/* --- the list --- */

static int statement_of(const struct artist_list *in)
{
	const bool is_faceted =
		in->genre || in->country || (in->verified && strcmp(in->verified, "true") == 0);
	return page_order(artist_sorts, in->sort) + (is_faceted ? FACETED_ONES : in->name ? NAMED_ONES : ALL);
}

/* Filters of the request as the statements take them. */
static void narrow(struct arena *a, const struct artist_list *in, struct artist_query *q)
{
	const char **facets = ARENA_ARRAY(a, const char *, 3);
	int count = 0;

	if (in->genre)
		facets[count++] = artist_facet(a, "genre", in->genre);
	if (in->country)
		facets[count++] = artist_facet(a, "country", in->country);
	if (in->verified && strcmp(in->verified, "true") == 0)
		facets[count++] = "verified";
	q->facets = (struct texts){facets, count};
	q->unverified = in->verified && strcmp(in->verified, "false") == 0;
	q->name_from = in->name ? artist_name_key(a, in->name) : "";
	q->name_to = arena_fmt(a, "%s" LAST_TEXT, q->name_from);
}

static const char *artist_scope(struct arena *a, const struct artist_list *in)
{
	return arena_fmt(a, "artists %s genre=%s country=%s verified=%s name=%s", in->sort,
			 in->genre ? in->genre : "", in->country ? in->country : "",
			 in->verified ? in->verified : "", in->name ? in->name : "");
}

/* Where the list begins. */
static struct page_key artist_start(const char *sort)
{
	const bool falls = *sort == '-';
	const int64_t least = strcmp(sort, "created_at") == 0 ? TIME_START : -1;
	return (struct page_key){.number = falls ? INT64_MAX : least, .text = falls ? LAST_TEXT : ""};
}

static void artist_key(const char *sort, const struct artist *last, struct page_key *key)
{
	const char *by = sort + (*sort == '-');
	*key = (struct page_key){.id = last->id};
	if (strcmp(by, "name") == 0)
		key->text = last->name_key;
	else
		key->number = strcmp(by, "created_at") == 0 ? last->created_at : last->followers_count;
}

static bool artist_is_seen(const struct artist *it)
{
	return !it->is_deleted;
}

/* Those of `ids` that are there and seen, in the order in which they were asked for. */
static err reply_artists_by_ids(struct req *rq, struct uuids ids, struct artist_reply *re)
{
	const struct artist **rows = ARENA_ARRAY(rq->cx.arena, const struct artist *, ids.count);
	struct artist *seen = ARENA_ARRAY(rq->cx.arena, struct artist, ids.count);
	int count = 0;

	TRY(artists_load(&rq->cx, ids.at, ids.count, rows));
	for (int i = 0; i < ids.count; i++)
		if (rows[i] && artist_is_seen(rows[i]))
			seen[count++] = *rows[i];
	TRY(artists_mark_followed(&rq->cx, seen, count));
	return reply_list(re, seen, &(struct list){.count = count, .total = -1});
}

HANDLER(list_artists, artist_list, none, artist);
static err list_artists(struct req *rq, const struct artist_list *in, struct artist_reply *re)
{
	struct ctx *cx = &rq->cx;
	const char *scope = artist_scope(cx->arena, in);
	struct page_key key = artist_start(in->sort);
	struct list list = {.total = -1};
	struct artist *rows;
	struct total counted;

	if (HAS(rq->given, artist_list_ids_field))
		return reply_artists_by_ids(rq, in->ids, re);
	TRY(page_read(cx, in->cursor, scope, &key));
	struct artist_query q = {.number = key.number,
				 .time = key.number,
				 .text = key.text,
				 .id = key.id,
				 .limit = in->limit + 1};
	narrow(cx->arena, in, &q);
	TRY(artists_list(cx, statement_of(in), &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		artist_key(in->sort, &rows[list.count - 1], &key);
		list.next_cursor = page_write(cx, scope, &key);
	}
	TRY(artists_mark_followed(cx, rows, list.count));
	if (in->include_total) {
		TRY(artists_count(cx, &q, &counted));
		list_set_total(&list, counted.total);
	}
	return reply_list(re, rows, &list);
}

HANDLER(list_genres, page_param, none, genre);
static err list_genres(struct req *rq, const struct page_param *in, struct genre_reply *re)
{
	struct page_key key = {.text = ""};
	struct list list = {.total = -1};
	struct genre *rows;

	TRY(page_read(&rq->cx, in->cursor, "genres", &key));
	const struct genre_page page = {.behind = key.text, .limit = in->limit + 1};
	TRY(genres(&rq->cx, &page, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		key.text = rows[list.count - 1].name_key;
		list.next_cursor = page_write(&rq->cx, "genres", &key);
	}
	return reply_list(re, rows, &list);
}

const struct route artist_list_routes[] = {
	ROUTE(GET, "/artists", ANYONE, 200, list_artists, "List artists", .list = true),
	ROUTE(GET, "/genres", ANYONE, 200, list_genres, "List the genres of all artists", .list = true),
	{0},
};
