/* Routes of many albums. */
#include "modules/artist/api.h"

#include "vobe/text.h"

#include <string.h>

static const char *const album_sorts[] = {
	"-created_at", "created_at", "-release_date", "release_date", "title", "-title", NULL};

#define ALBUM_FILTERS(F, T, sort_)                                                                 \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, TEXT, sort, IN, "Order; undated albums come last", .one_of = album_sorts,      \
	  .otherwise = sort_)                                                                      \
	F(T, TEXT, album_type, IN | NULLABLE, "Of this type, any letter case", .one_of = album_types,   \
	  .any_case = true)                                                                        \
	TOTAL_PARAM(F, T)

#define ALBUM_LIST_FIELDS(F, T)                                                                    \
	F(T, UUIDS, ids, IN, "These albums only, in this order; other parameters are left aside",  \
	  .max = 100)                                                                              \
	F(T, UUID, artist_id, IN | NULLABLE, "Of this artist")                                     \
	ALBUM_FILTERS(F, T, "-created_at")
STRUCT(album_list, ALBUM_LIST_FIELDS);
SCHEMA(album_list, ALBUM_LIST_FIELDS, "Which albums");

#define ARTIST_ALBUM_LIST_FIELDS(F, T)                                                             \
	F(T, UUID, id, IN | REQ, "The artist")                                                     \
	ALBUM_FILTERS(F, T, "-release_date")
STRUCT(artist_album_list, ARTIST_ALBUM_LIST_FIELDS);
SCHEMA(artist_album_list, ARTIST_ALBUM_LIST_FIELDS, "Which albums of an artist");

#define ALBUM_QUERY_FIELDS(F, T)                                                                   \
	F(T, UUID, artist_id, 0, "Whose; nil: any artist's")                                       \
	F(T, TEXT, album_type, 0, "Of this type")                                                  \
	F(T, INT, number, 0, "Key: release_day")                                                   \
	F(T, TIME, time, 0, "Key: created_at")                                                     \
	F(T, TEXT, text, 0, "Key: the beginning of the title")                                     \
	F(T, UUID, id, 0, "Key: id; nil sorts as the end")                                         \
	F(T, INT, limit, 0, "Rows")
STRUCT(album_query, ALBUM_QUERY_FIELDS);
SCHEMA(album_query, ALBUM_QUERY_FIELDS, "A list of albums");

/* No index for album_type: there are four, so the index of the sort finds enough of each. */
#define SEEN                                                                                       \
	"WHERE NOT b.is_deleted AND NOT a.is_deleted"                                              \
	" AND ($album_type::text IS NULL OR b.album_type = $album_type)"
#define THEIRS " AND b.artist_id = $artist_id"
#define RISING(key, value)  " AND (" key ", b.id) > (" value ", $id) ORDER BY " key ", b.id LIMIT $limit"
#define FALLING(key, value) \
	" AND (" key ", b.id) < (" value ", $id) ORDER BY " key " DESC, b.id DESC LIMIT $limit"
#define AGE   "b.created_at", "$time"
#define TITLE "left(b.title, 100)", "$text"

/* Days since 1970; those without a date are last in the index of either direction. */
enum { UNDATED_LEAST = -1000000, UNDATED_MOST = 1000000000 };
#define NEWEST_FIRST "b.release_day", "$number"
#define OLDEST_FIRST "coalesce(nullif(b.release_day, -1000000), 1000000000)", "$number"

/* clang-format off */
/* In the order of album_sorts. */
#define APPLY(order, ...) order(__VA_ARGS__)
#define IN_EACH_ORDER(whose, name, rows)                                                           \
	[whose + 0] = QUERY_OF(name "_newest",         rows APPLY(FALLING, AGE)),                  \
	[whose + 1] = QUERY_OF(name "_oldest",         rows APPLY(RISING, AGE)),                   \
	[whose + 2] = QUERY_OF(name "_released_last",  rows APPLY(FALLING, NEWEST_FIRST)),         \
	[whose + 3] = QUERY_OF(name "_released_first", rows APPLY(RISING, OLDEST_FIRST)),          \
	[whose + 4] = QUERY_OF(name "_titled",         rows APPLY(RISING, TITLE)),                 \
	[whose + 5] = QUERY_OF(name "_titled_back",    rows APPLY(FALLING, TITLE))

enum { ORDERS = 6, OF_ANY = 0, OF_ARTIST = ORDERS };
static QUERIES(albums_list, album_query, album,
	IN_EACH_ORDER(OF_ANY, "albums", ALBUM_SELECT SEEN),
	IN_EACH_ORDER(OF_ARTIST, "artist_albums", ALBUM_SELECT SEEN THEIRS));
/* clang-format on */

static QUERY_ROW(
	albums_count, album_query, total,
	"SELECT count(*) AS total FROM (SELECT 1 FROM albums b JOIN artists a ON a.id = b.artist_id " SEEN
	" AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id) LIMIT 10001) AS bounded",
	.lane = LANE_SLOW);

static bool album_is_seen(const struct album *it)
{
	return !it->is_deleted && !it->artist_is_deleted;
}

static const char *album_scope(struct arena *a, const struct album_list *in)
{
	char artist[UUID_TEXT];
	uuid_text(in->artist_id, artist);
	const char *type = in->album_type ? album_type_stored(in->album_type) : "";
	return arena_fmt(a, "albums %s %s %s", in->sort, type, artist);
}

/* Where the list begins. */
static struct page_key album_start(const char *sort)
{
	const bool falls = *sort == '-';
	return (struct page_key){.number = falls ? INT64_MAX : TIME_START, .text = falls ? LAST_TEXT : ""};
}

static void album_key(struct arena *a, const char *sort, const struct album *last, struct page_key *key)
{
	*key = (struct page_key){.id = last->id, .number = last->created_at};
	if (strstr(sort, "title"))
		key->text = text_left(a, last->title, TITLE_KEY);
	if (strstr(sort, "release_date"))
		key->number =
			last->release_day == UNDATED_LEAST && *sort != '-' ? UNDATED_MOST : last->release_day;
}

/* Those of `ids` that are there and seen, in the order in which they were asked for. */
static err reply_albums_by_ids(struct req *rq, struct uuids ids, struct album_reply *re)
{
	const struct album **rows = ARENA_ARRAY(rq->cx.arena, const struct album *, ids.count);
	struct album *seen = ARENA_ARRAY(rq->cx.arena, struct album, ids.count);
	int count = 0;

	TRY(albums_load(&rq->cx, ids.at, ids.count, rows));
	for (int i = 0; i < ids.count; i++)
		if (rows[i] && album_is_seen(rows[i]))
			seen[count++] = *rows[i];
	return reply_list(re, seen, &(struct list){.count = count, .total = -1});
}

static err page_albums(struct req *rq, const struct album_list *in, struct album_reply *re)
{
	struct ctx *cx = &rq->cx;
	const char *scope = album_scope(cx->arena, in);
	const int whose = uuid_is_nil(in->artist_id) ? OF_ANY : OF_ARTIST;
	struct page_key key = album_start(in->sort);
	struct list list = {.total = -1};
	struct album *rows;
	struct total counted;

	TRY(page_read(cx, in->cursor, scope, &key));
	const struct album_query q = {
		.artist_id = in->artist_id,
		.album_type = in->album_type ? album_type_stored(in->album_type) : NULL,
		.number = key.number,
		.time = key.number,
		.text = key.text,
		.id = key.id,
		.limit = in->limit + 1,
	};
	TRY(albums_list(cx, whose + page_order(album_sorts, in->sort), &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		album_key(cx->arena, in->sort, &rows[list.count - 1], &key);
		list.next_cursor = page_write(cx, scope, &key);
	}
	if (in->include_total) {
		TRY(albums_count(cx, &q, &counted));
		list_set_total(&list, counted.total);
	}
	return reply_list(re, rows, &list);
}

HANDLER(list_albums, album_list, none, album);
static err list_albums(struct req *rq, const struct album_list *in, struct album_reply *re)
{
	return HAS(rq->given, album_list_ids_field) ? reply_albums_by_ids(rq, in->ids, re)
						    : page_albums(rq, in, re);
}

HANDLER(list_artist_albums, artist_album_list, none, album);
static err list_artist_albums(struct req *rq, const struct artist_album_list *in, struct album_reply *re)
{
	struct artist artist;
	TRY(artist_find(&rq->cx, in->id, &artist));
	const struct album_list all = {.artist_id = in->id,
				       .sort = in->sort,
				       .album_type = in->album_type,
				       .limit = in->limit,
				       .cursor = in->cursor,
				       .include_total = in->include_total};
	return page_albums(rq, &all, re);
}

const struct route album_list_routes[] = {
	ROUTE(GET, "/albums", ANYONE, 200, list_albums, "List albums", .list = true),
	ROUTE(GET, "/artists/{id}/albums", ANYONE, 200, list_artist_albums, "List an artist's albums",
	      .list = true),
	{0},
};
