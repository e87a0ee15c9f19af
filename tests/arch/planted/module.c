/*
 * A module with one of everything, for tests/arch/seams_test.py: it compiles as it is, and does not once one
 * of the marked lines is replaced by a wrong use. A mark is the end of its line, so nothing may be formatted
 * here.
 */
/* clang-format off */
#include "vobe/module.h"
#define MODULE "planted"

#define SONG_FIELDS(F, T) F(T, UUID, id, 0, "Identifier") F(T, TEXT, title, IN | REQ, "Title")
STRUCT(song, SONG_FIELDS);
SCHEMA(song, SONG_FIELDS, "A song");
#define OTHER_FIELDS(F, T) F(T, UUID, id, 0, "Identifier") F(T, INT, number, IN, "Number")
STRUCT(other, OTHER_FIELDS);
SCHEMA(other, OTHER_FIELDS, "Something else");

#define SONG_EVENT_FIELDS(F, T) F(T, UUID, song_id, IN, "The song")
PAYLOAD(song_event, SONG_EVENT_FIELDS, "A song changed");
#define OTHER_EVENT_FIELDS(F, T) F(T, UUID, other_id, IN, "The other")
PAYLOAD(other_event, OTHER_EVENT_FIELDS, "Another thing changed");
#define PLANTED_EVENTS(E)                         \
	E(song_sung, "song.sung", song_event, 1)  \
	E(other_seen, "other.seen", other_event, 1)
EVENTS(PLANTED_EVENTS)
TELLS(PLANTED_EVENTS);

static QUERY(songs_named, song, song, "SELECT $* FROM songs WHERE title = $title");
static QUERY_ROW(song_find, by_id, song, "SELECT $* FROM songs WHERE id = $id");
static QUERIES(songs_ordered, by_id, song, QUERY_OF("by_title", "SELECT $* FROM songs"), QUERY_OF("by_age", "SELECT $* FROM songs"));
static COMMAND(song_insert, song, "INSERT INTO songs VALUES ($id, $title)", .rows = 1, .otherwise = CONFLICT);
static COMMAND_ROW(song_retitle, song, song, "UPDATE songs SET title = $title WHERE id = $id RETURNING $*");
LOADS(songs, song);
LOADER(songs, song, "SELECT $* FROM songs WHERE id = ANY ($ids)", .cache_s = 10);  //loader
LOADS(songs_now, song);
LOADER_LIKE(songs_now, songs);  //like

FINDER(find_song_faults, by_id, song);
static err find_song_faults(struct req *rq, const struct by_id *in, const struct song *body, struct faults *fs)  //finder
{
	(void)rq, (void)in, (void)body, (void)fs;
	return NULL;
}

HANDLER(create_song, by_id, song, song);
static err create_song(struct req *rq, const struct by_id *in, struct song *body, struct song_reply *re)  //handler
{
	struct ctx *cx = &rq->cx;
	struct song *rows, one = *body;
	const struct song *loaded;
	int count;
	struct change *ch = change_begin(cx);
	TRY(songs_named(cx, body, &rows, &count));  //query
	TRY(song_find(cx, in, &one));  //row
	TRY(songs_ordered(cx, 1, in, &rows, &count));  //family
	TRY(songs_load(cx, &in->id, 1, &loaded));  //load
	song_insert(ch, body);  //command
	song_retitle(ch, body, &one);  //returning
	tell_song_sung(ch, one.id, 1, &(struct song_event){one.id});  //tell
	if (count > 1)
		return reply(re, &one);  //reply
	if (count > 2)
		return reply_list(re, rows, &(struct list){.count = count, .total = -1});  //list
	return reply_commit(re, ch, &one);  //commit
}

HEARER(hear_songs, song_event);
static err hear_songs(struct ctx *cx, struct change *ch, const struct song_event_delivery *batch, int count)  //hearer
{
	const struct song_event *first = batch[0].payload;  //payload
	(void)cx, (void)ch, (void)count;
	return uuid_is_nil(first->song_id) ? CONFLICT : NULL;
}

static const struct subscription hears[] = {
	{.name = "planted.songs", .source = "planted", .hearing = DURABLE, HEARS(hear_songs, &song_sung)},  //hears
	{0},
};
static const struct route routes[] = {
	ROUTE(POST, "/songs/{id}", USER, 201, create_song, "Write a song", FINDS(find_song_faults)),
	{0},
};
const struct module planted_module = {
	.name = "planted",
	.routes = (const struct route *const[]){routes, NULL},
	.hears = hears,
	.tells = ALL_EVENTS(PLANTED_EVENTS),
};
