/* The statements of tracks, and what holds for them whatever the route. */
#include "modules/artist/track.h"

SCHEMA(track_query, TRACK_QUERY_FIELDS, "A list of tracks");
SCHEMA(place, PLACE_FIELDS, "A number in use");

#define FROM_TRACKS "FROM tracks t JOIN albums b ON b.id = t.album_id JOIN artists a ON a.id = b.artist_id "
#define TRACK_SELECT                                                                                              \
	"SELECT $t.*, b.title AS album_title, b.artist_id, a.name AS artist_name, a.verified AS artist_verified," \
	" b.created_by AS album_created_by, (b.is_deleted OR a.is_deleted) AS parent_is_deleted,"                 \
	" b.version + a.version AS parent_version " FROM_TRACKS

#define SEEN "WHERE NOT t.is_deleted AND NOT b.is_deleted AND NOT a.is_deleted "
#define BY_AGE "AND (t.created_at, t.id) < ($time, $id) ORDER BY t.created_at DESC, t.id DESC LIMIT $limit"

#define LIST_STATEMENT(name_, where)                                                                              \
	{.name = name_, .sql = TRACK_SELECT SEEN where BY_AGE, .in = &track_query_schema, .out = &track_schema}

struct statement track_statements[] = {
	[TRACK_BY_IDS] = {
		.name = "track_by_ids",
		.sql = TRACK_SELECT "WHERE t.id = ANY($ids)",
		.in = &by_ids_schema, .out = &track_schema,
	},
	/* On an album that is seen: the condition is here because it may go while the request runs. */
	[TRACK_INSERT] = {
		.name = "track_insert",
		.sql = "INSERT INTO tracks (id, album_id, title, duration, track_number, disc_number, audio_url,"
		       " lyrics, created_at, updated_at)"
		       " SELECT $id, b.id, $title, $duration, $track_number, $disc_number, $audio_url, $lyrics,"
		       " $created_at, $updated_at"
		       " FROM albums b JOIN artists a ON a.id = b.artist_id"
		       " WHERE b.id = $album_id AND NOT b.is_deleted AND NOT a.is_deleted",
		.in = &track_schema, .rows = 1, .otherwise = NOT_FOUND,
	},
	[TRACK_UPDATE] = {
		.name = "track_update",
		.sql = "UPDATE tracks SET title = $title, duration = $duration, track_number = $track_number,"
		       " disc_number = $disc_number, audio_url = $audio_url, lyrics = $lyrics,"
		       " updated_at = $updated_at, is_deleted = $is_deleted,"
		       " deleted_at = $deleted_at, deleted_by = $deleted_by, version = version + 1"
		       " WHERE id = $id AND version = $version",
		.in = &track_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
	},
	[TRACK_PLACES] = {
		.name = "track_places",
		.sql = "SELECT $* FROM tracks WHERE album_id = ANY($ids) AND NOT is_deleted"
		       " AND track_number IS NOT NULL",
		.in = &by_ids_schema, .out = &place_schema,
	},
	[TRACKS_BY_AGE] = LIST_STATEMENT("tracks_by_age", ""),
	/* An album's and an artist's tracks are found by their parent and sorted: there are hundreds at most. */
	[ALBUM_TRACKS_BY_AGE] = LIST_STATEMENT("album_tracks_by_age",
		"AND t.album_id = $album_id AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id) "),
	[ARTIST_TRACKS_BY_AGE] = LIST_STATEMENT("artist_tracks_by_age", "AND b.artist_id = $artist_id "),
	[TRACKS_COUNT] = {
		.name = "tracks_count",
		.sql = "SELECT count(*) AS total FROM (SELECT 1 " FROM_TRACKS SEEN
		       "AND ($album_id::uuid IS NULL OR t.album_id = $album_id)"
		       " AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id) LIMIT 10001) AS bounded",
		.in = &track_query_schema, .out = &total_schema, .lane = LANE_SLOW,
	},
	[TRACKS_SCAN] = {
		.name = "tracks_scan",
		.sql = "SELECT t.id " FROM_TRACKS SEEN "AND t.id > coalesce($after::uuid,"
		       " '00000000-0000-0000-0000-000000000000')"
		       " ORDER BY t.id LIMIT $limit",
		.in = &scan_schema, .out = &by_id_schema, .lane = LANE_SLOW,
	},
	[TRACKS_SCAN_OF] = {
		.name = "tracks_scan_of",
		.sql = "SELECT id FROM tracks WHERE album_id = $parent"
		       " AND id > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"
		       " ORDER BY id LIMIT $limit",
		.in = &scan_schema, .out = &by_id_schema, .lane = LANE_SLOW,
	},
	{0},
};

struct loader tracks = {.statement = &track_statements[TRACK_BY_IDS]};

err track_find(struct ctx *cx, struct uuid id, struct track *out)
{
	const void *row;
	TRY(db_load(cx, &tracks, &id, 1, &row));
	const struct track *found = row;
	if (!found || (found->parent_is_deleted && !viewer_is_moderator(cx)) ||
	    (found->is_deleted && !may_restore(cx, found->deleted_by)))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

err track_find_editable(struct ctx *cx, struct uuid id, struct track *out)
{
	struct track found;
	TRY(track_find(cx, id, &found));
	if (found.is_deleted || found.parent_is_deleted)
		return NOT_FOUND;
	TRY(artist_edit_allowed(cx, found.artist_verified, found.album_created_by));
	*out = found;
	return NULL;
}

err track_places(struct ctx *cx, const struct uuid *album_ids, int count, struct place **places, int *place_count)
{
	const struct by_ids in = {.ids = {album_ids, count}};
	return db_rows(cx, &track_statements[TRACK_PLACES], &in, places, place_count);
}

static struct track_event track_facts(const struct track *it)
{
	return (struct track_event){.track_id = it->id, .album_id = it->album_id, .artist_id = it->artist_id,
				    .title = it->title};
}

void track_insert(struct change *ch, const void *track)
{
	const struct track *it = track;
	const struct track_event facts = track_facts(it);
	change_add(ch, &track_statements[TRACK_INSERT], it);
	tell_track_created(ch, it->id, 1, &facts);
}

void track_update(struct change *ch, struct track *it, track_event_teller *tell)
{
	const struct track_event facts = track_facts(it);
	change_add(ch, &track_statements[TRACK_UPDATE], it);
	it->version++;
	tell(ch, it->id, it->version, &facts);
}
