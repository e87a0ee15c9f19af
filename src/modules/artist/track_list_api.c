/* Routes of many tracks. */
#include "modules/artist/api.h"

#include "vobe/text.h"

#include <string.h>

static const char *const track_sorts[] = {"-created_at", "created_at", "title", "-title", NULL};

#define TRACK_FILTERS(F, T)                                                                        \
	PAGE_FIELDS(F, T)                                                                          \
	F(T, TEXT, sort, IN, "Order", .one_of = track_sorts, .otherwise = "-created_at")           \
	TOTAL_PARAM(F, T)

#define TRACK_LIST_FIELDS(F, T)                                                                    \
	F(T, UUIDS, ids, IN, "These tracks only, in this order; other parameters are left aside",  \
	  .max = 100)                                                                              \
	F(T, UUID, album_id, IN | NULLABLE, "On this album")                                       \
	F(T, UUID, artist_id, IN | NULLABLE, "Of this artist")                                     \
	TRACK_FILTERS(F, T)
STRUCT(track_list, TRACK_LIST_FIELDS);
SCHEMA(track_list, TRACK_LIST_FIELDS, "Which tracks");

#define ARTIST_TRACK_LIST_FIELDS(F, T)                                                             \
	F(T, UUID, id, IN | REQ, "The artist")                                                     \
	TRACK_FILTERS(F, T)
STRUCT(artist_track_list, ARTIST_TRACK_LIST_FIELDS);
SCHEMA(artist_track_list, ARTIST_TRACK_LIST_FIELDS, "Which tracks of an artist");

#define ALBUM_TRACK_LIST_FIELDS(F, T)                                                              \
	F(T, UUID, id, IN | REQ, "The album")                                                      \
	PAGE_FIELDS(F, T)                                                                          \
	TOTAL_PARAM(F, T)
STRUCT(album_track_list, ALBUM_TRACK_LIST_FIELDS);
SCHEMA(album_track_list, ALBUM_TRACK_LIST_FIELDS, "Which tracks of an album");

#define TRACK_QUERY_FIELDS(F, T)                                                                   \
	F(T, UUID, album_id, 0, "On which album; nil: any")                                        \
	F(T, UUID, artist_id, 0, "Of which artist; nil: any")                                      \
	F(T, TIME, time, 0, "Key: created_at")                                                     \
	F(T, TEXT, text, 0, "Key: the beginning of the title")                                     \
	F(T, INT, number, 0, "Key: the place on the album")                                        \
	F(T, UUID, id, 0, "Key: id; nil sorts as the end")                                         \
	F(T, INT, limit, 0, "Rows")
STRUCT(track_query, TRACK_QUERY_FIELDS);
SCHEMA(track_query, TRACK_QUERY_FIELDS, "A list of tracks");

#define SEEN "WHERE NOT t.is_deleted AND NOT b.is_deleted AND NOT a.is_deleted"
#define RISING(key, value)  " AND (" key ", t.id) > (" value ", $id) ORDER BY " key ", t.id LIMIT $limit"
#define FALLING(key, value) \
	" AND (" key ", t.id) < (" value ", $id) ORDER BY " key " DESC, t.id DESC LIMIT $limit"
#define BY_AGE(order)   order("t.created_at", "$time")
#define BY_TITLE(order) order("left(t.title, 100)", "$text")

/* Disc and number as one; a track without a number comes last on its disc. */
#define TRACK_PLACE "(t.disc_number * 100000 + coalesce(t.track_number, 99999))"

static int64_t track_place(const struct track *it)
{
	enum { DISC = 100000, UNNUMBERED = 99999 };
	return it->disc_number * DISC + (it->track_number == INT_NULL ? UNNUMBERED : it->track_number);
}

/* clang-format off */
/* In the order of track_sorts. */
#define IN_EACH_ORDER(whose, name, rows)                                                           \
	[whose + 0] = QUERY_OF(name "_newest",      rows BY_AGE(FALLING)),                         \
	[whose + 1] = QUERY_OF(name "_oldest",      rows BY_AGE(RISING)),                          \
	[whose + 2] = QUERY_OF(name "_titled",      rows BY_TITLE(RISING)),                        \
	[whose + 3] = QUERY_OF(name "_titled_back", rows BY_TITLE(FALLING))

enum { ORDERS = 4, OF_ANY = 0, ON_ALBUM = ORDERS, OF_ARTIST = 2 * ORDERS };
static QUERIES(tracks_list, track_query, track,
	IN_EACH_ORDER(OF_ANY, "tracks", TRACK_SELECT SEEN),
	IN_EACH_ORDER(ON_ALBUM, "album_tracks", TRACK_SELECT SEEN " AND t.album_id = $album_id"
		      " AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id)"),
	IN_EACH_ORDER(OF_ARTIST, "artist_tracks", TRACK_SELECT SEEN " AND b.artist_id = $artist_id"));
/* clang-format on */

static QUERY_ROW(tracks_count, track_query, total,
		 "SELECT count(*) AS total FROM (SELECT 1 FROM tracks t"
		 " JOIN albums b ON b.id = t.album_id JOIN artists a ON a.id = b.artist_id " SEEN
		 " AND ($album_id::uuid IS NULL OR t.album_id = $album_id)"
		 " AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id) LIMIT 10001) AS bounded",
		 .lane = LANE_SLOW);

static bool track_is_seen(const struct track *it)
{
	return !it->is_deleted && !it->parent_is_deleted;
}

/* An album's and an artist's tracks are found by their parent and sorted: there are hundreds at most. */
static int statement_of(const struct track_list *in)
{
	return page_order(track_sorts, in->sort) + (!uuid_is_nil(in->album_id)   ? ON_ALBUM
						    : uuid_is_nil(in->artist_id) ? OF_ANY
										 : OF_ARTIST);
}

/* Those of `ids` that are there and seen, in the order in which they were asked for. */
static err reply_tracks_by_ids(struct req *rq, struct uuids ids, struct track_reply *re)
{
	const struct track **rows = ARENA_ARRAY(rq->cx.arena, const struct track *, ids.count);
	struct track *seen = ARENA_ARRAY(rq->cx.arena, struct track, ids.count);
	int count = 0;

	TRY(tracks_load(&rq->cx, ids.at, ids.count, rows));
	for (int i = 0; i < ids.count; i++)
		if (rows[i] && track_is_seen(rows[i]))
			seen[count++] = *rows[i];
	return reply_list(re, seen, &(struct list){.count = count, .total = -1});
}

static err page_tracks(struct req *rq, const struct track_list *in, struct track_reply *re)
{
	struct ctx *cx = &rq->cx;
	const bool falls = *in->sort == '-';
	char album[UUID_TEXT], artist[UUID_TEXT];
	struct page_key key = {.number = falls ? TIME_END : TIME_START, .text = falls ? LAST_TEXT : ""};
	struct list list = {.total = -1};
	struct track *rows;
	struct total counted;

	uuid_text(in->album_id, album);
	uuid_text(in->artist_id, artist);
	const char *scope = arena_fmt(cx->arena, "tracks %s %s %s", in->sort, album, artist);
	TRY(page_read(cx, in->cursor, scope, &key));
	const struct track_query q = {.album_id = in->album_id,
				      .artist_id = in->artist_id,
				      .time = key.number,
				      .text = key.text,
				      .id = key.id,
				      .limit = in->limit + 1};
	TRY(tracks_list(cx, statement_of(in), &q, &rows, &list.count));
	if (list.count > in->limit) {
		list.count = in->limit;
		const struct track *last = &rows[list.count - 1];
		key = (struct page_key){.number = last->created_at, .id = last->id};
		if (strstr(in->sort, "title"))
			key.text = text_left(cx->arena, last->title, TITLE_KEY);
		list.next_cursor = page_write(cx, scope, &key);
	}
	if (in->include_total) {
		TRY(tracks_count(cx, &q, &counted));
		list_set_total(&list, counted.total);
	}
	return reply_list(re, rows, &list);
}

HANDLER(list_tracks, track_list, none, track);
static err list_tracks(struct req *rq, const struct track_list *in, struct track_reply *re)
{
	return HAS(rq->given, track_list_ids_field) ? reply_tracks_by_ids(rq, in->ids, re)
						    : page_tracks(rq, in, re);
}

HANDLER(list_artist_tracks, artist_track_list, none, track);
static err list_artist_tracks(struct req *rq, const struct artist_track_list *in, struct track_reply *re)
{
	struct artist artist;
	TRY(artist_find(&rq->cx, in->id, &artist));
	const struct track_list all = {.artist_id = in->id,
				       .sort = in->sort,
				       .limit = in->limit,
				       .cursor = in->cursor,
				       .include_total = in->include_total};
	return page_tracks(rq, &all, re);
}

/* As the album itself lists them: by disc and number, the unnumbered last. */
static QUERY(tracks_in_order, track_query, track,
	     TRACK_SELECT SEEN " AND t.album_id = $album_id AND (" TRACK_PLACE ", t.id) > ($number, $id)"
			       " ORDER BY " TRACK_PLACE ", t.id LIMIT $limit");

HANDLER(list_album_tracks, album_track_list, none, track);
static err list_album_tracks(struct req *rq, const struct album_track_list *in, struct track_reply *re)
{
	struct ctx *cx = &rq->cx;
	char id[UUID_TEXT];
	struct page_key key = {.number = 0, .id = {{[15] = 1}}};
	struct list list = {.total = -1};
	struct album album;
	struct track *rows;

	TRY(album_find(cx, in->id, &album));
	uuid_text(in->id, id);
	const char *scope = arena_fmt(cx->arena, "album tracks %s", id);
	TRY(page_read(cx, in->cursor, scope, &key));
	const struct track_query q = {
		.album_id = in->id, .number = key.number, .id = key.id, .limit = in->limit + 1};
	TRY(tracks_in_order(cx, &q, &rows, &list.count));
	if (list.count > in->limit) {
		const struct track *last = &rows[(list.count = (int)in->limit) - 1];
		key = (struct page_key){.number = track_place(last), .id = last->id};
		list.next_cursor = page_write(cx, scope, &key);
	}
	if (in->include_total)
		list_set_total(&list, album.total_tracks);
	return reply_list(re, rows, &list);
}

const struct route track_list_routes[] = {
	ROUTE(GET, "/tracks", ANYONE, 200, list_tracks, "List tracks", .list = true),
	ROUTE(GET, "/albums/{id}/tracks", ANYONE, 200, list_album_tracks,
	      "List an album's tracks in order of disc and number", .list = true),
	ROUTE(GET, "/artists/{id}/tracks", ANYONE, 200, list_artist_tracks, "List an artist's tracks",
	      .list = true),
	{0},
};
