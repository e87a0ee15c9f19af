/* The statements of albums, and what holds for them whatever the route. */
#include "modules/artist/album.h"
#include "vobe/text.h"

#include <strings.h>

SCHEMA(album_query, ALBUM_QUERY_FIELDS, "A list of albums");
SCHEMA(album_order, ALBUM_ORDER_FIELDS, "A new order");

#define ALBUM_SELECT                                                                                              \
	"SELECT $b.*, a.name AS artist_name, a.verified AS artist_verified, a.is_deleted AS artist_is_deleted,"   \
	" a.version AS artist_version,"                                                                           \
	" (SELECT count(*) FROM tracks t WHERE t.album_id = b.id AND NOT t.is_deleted) AS total_tracks"           \
	" FROM albums b JOIN artists a ON a.id = b.artist_id "

/* No index for album_type: there are four, so the index of the sort finds enough of each. */
#define SEEN "WHERE NOT b.is_deleted AND NOT a.is_deleted AND ($album_type::text IS NULL OR b.album_type = $album_type)"
#define OF_ARTIST " AND b.artist_id = $artist_id"
#define BY_AGE " AND (b.created_at, b.id) < ($time, $id) ORDER BY b.created_at DESC, b.id DESC LIMIT $limit"
#define BY_RELEASE " AND (b.release_day, b.id) < ($number, $id) ORDER BY b.release_day DESC, b.id DESC LIMIT $limit"

#define LIST_STATEMENT(name_, where)                                                                              \
	{.name = name_, .sql = ALBUM_SELECT SEEN where, .in = &album_query_schema, .out = &album_schema}

struct statement album_statements[] = {
	[ALBUM_BY_IDS] = {
		.name = "album_by_ids",
		.sql = ALBUM_SELECT "WHERE b.id = ANY($ids)",
		.in = &by_ids_schema, .out = &album_schema,
	},
	/* Of an artist that is not deleted: the condition is here because the artist may go while the request runs. */
	[ALBUM_INSERT] = {
		.name = "album_insert",
		.sql = "INSERT INTO albums (id, artist_id, title, slug, release_date, release_date_precision,"
		       " album_type, description, cover_url, created_by, created_at, updated_at)"
		       " SELECT $id, a.id, $title, $slug, $release_date, $release_date_precision, $album_type,"
		       " $description, $cover_url, $created_by, $created_at, $updated_at"
		       " FROM artists a WHERE a.id = $artist_id AND NOT a.is_deleted",
		.in = &album_schema, .rows = 1, .otherwise = ARTIST_UNKNOWN,
	},
	[ALBUM_UPDATE] = {
		.name = "album_update",
		.sql = "UPDATE albums SET title = $title, slug = $slug, release_date = $release_date,"
		       " release_date_precision = $release_date_precision, album_type = $album_type,"
		       " description = $description, cover_url = $cover_url, updated_at = $updated_at,"
		       " is_deleted = $is_deleted, deleted_at = $deleted_at, deleted_by = $deleted_by,"
		       " version = version + 1 WHERE id = $id AND version = $version",
		.in = &album_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
	},
	[ALBUM_TRACKS] = {
		.name = "album_tracks",
		.sql = "SELECT $* FROM tracks WHERE album_id = $id AND NOT is_deleted"
		       " ORDER BY disc_number, track_number, created_at, id",
		.in = &by_id_schema, .out = &album_track_schema,
	},
	[ALBUMS_BY_AGE] = LIST_STATEMENT("albums_by_age", BY_AGE),
	[ALBUMS_BY_RELEASE] = LIST_STATEMENT("albums_by_release", BY_RELEASE),
	[ARTIST_ALBUMS_BY_AGE] = LIST_STATEMENT("artist_albums_by_age", OF_ARTIST BY_AGE),
	[ARTIST_ALBUMS_BY_RELEASE] = LIST_STATEMENT("artist_albums_by_release", OF_ARTIST BY_RELEASE),
	[ALBUMS_COUNT] = {
		.name = "albums_count",
		.sql = "SELECT count(*) AS total FROM (SELECT 1 FROM albums b"
		       " JOIN artists a ON a.id = b.artist_id " SEEN
		       " AND ($artist_id::uuid IS NULL OR b.artist_id = $artist_id) LIMIT 10001) AS bounded",
		.in = &album_query_schema, .out = &total_schema, .lane = LANE_SLOW,
	},
	[ALBUMS_SCAN] = {
		.name = "albums_scan",
		.sql = "SELECT b.id FROM albums b JOIN artists a ON a.id = b.artist_id WHERE NOT b.is_deleted"
		       " AND NOT a.is_deleted AND b.id > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"
		       " ORDER BY b.id LIMIT $limit",
		.in = &scan_schema, .out = &by_id_schema, .lane = LANE_SLOW,
	},
	[ALBUMS_SCAN_OF] = {
		.name = "albums_scan_of",
		.sql = "SELECT id FROM albums WHERE artist_id = $parent"
		       " AND id > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"
		       " ORDER BY id LIMIT $limit",
		.in = &scan_schema, .out = &by_id_schema, .lane = LANE_SLOW,
	},
	/* A new order holds only if it names all tracks there are now: some may have come or gone meanwhile. */
	[ALBUM_SET_ORDER] = {
		.name = "album_set_order",
		.sql = "UPDATE albums SET version = version + 1, updated_at = $updated_at WHERE id = $album_id"
		       " AND version = $version AND (SELECT count(*) FILTER (WHERE t.id = ANY($track_ids)) = count(*)"
		       " AND count(*) = cardinality($track_ids)"
		       " FROM tracks t WHERE t.album_id = $album_id AND NOT t.is_deleted)",
		.in = &album_order_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
	},
	/* Out of the way first: the unique index looks at each row as it is written, and two tracks may swap places. */
	[TRACKS_MAKE_ROOM] = {
		.name = "tracks_make_room",
		.sql = "UPDATE tracks SET track_number = track_number + 100000 WHERE album_id = $album_id"
		       " AND NOT is_deleted",
		.in = &album_order_schema,
	},
	[TRACKS_PLACE] = {
		.name = "tracks_place",
		.sql = "UPDATE tracks t SET track_number = o.number, version = t.version + 1,"
		       " updated_at = $updated_at FROM unnest($track_ids::uuid[], $numbers::bigint[]) AS o(id, number)"
		       " WHERE t.id = o.id AND t.album_id = $album_id AND NOT t.is_deleted",
		.in = &album_order_schema,
	},
	{0},
};

struct loader albums = {.statement = &album_statements[ALBUM_BY_IDS]};

const char *const precisions[] = {"year", "month", "day", NULL};
static const char *const album_types[] = {"album", "single", "EP", "compilation", NULL};

const char *album_type_stored(const char *type)
{
	for (int i = 0; album_types[i]; i++)
		if (strcasecmp(album_types[i], type) == 0)
			return album_types[i];
	return NULL;
}

const char *type_is_unknown(struct arena *a, const void *value)
{
	(void)a;
	return album_type_stored(*(const char *const *)value) ? NULL : "Must be album, single, EP or compilation.";
}

void album_derive(struct arena *a, struct album *it)
{
	it->slug = text_slug(a, it->title);
	it->album_type = it->album_type ? album_type_stored(it->album_type) : "album";
	if (!it->release_date)
		it->release_date_precision = NULL;
	else if (!it->release_date_precision)
		it->release_date_precision = "day";
	else if (strcmp(it->release_date_precision, "year") == 0)
		it->release_date = arena_fmt(a, "%.4s-01-01", it->release_date);
	else if (strcmp(it->release_date_precision, "month") == 0)
		it->release_date = arena_fmt(a, "%.7s-01", it->release_date);
}

err album_find(struct ctx *cx, struct uuid id, struct album *out)
{
	const void *row;
	TRY(db_load(cx, &albums, &id, 1, &row));
	const struct album *found = row;
	if (!found || (found->artist_is_deleted && !viewer_is_moderator(cx)) ||
	    (found->is_deleted && !may_restore(cx, found->deleted_by)))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

err album_find_editable(struct ctx *cx, struct uuid id, struct album *out)
{
	struct album found;
	TRY(album_find(cx, id, &found));
	if (found.is_deleted || found.artist_is_deleted)
		return NOT_FOUND;
	TRY(artist_edit_allowed(cx, found.artist_verified, found.created_by));
	*out = found;
	return NULL;
}

err album_load_tracks(struct ctx *cx, struct album *it)
{
	struct album_track *rows;
	int count;
	TRY(db_rows(cx, &album_statements[ALBUM_TRACKS], &(struct by_id){.id = it->id}, &rows, &count));
	it->tracks = (struct many){rows, count};
	it->total_tracks = count;
	return NULL;
}

static struct album_event album_facts(const struct album *it, const char *old_title)
{
	return (struct album_event){.album_id = it->id, .artist_id = it->artist_id, .title = it->title,
				    .old_title = old_title};
}

void album_insert(struct change *ch, const void *album)
{
	const struct album *it = album;
	const struct album_event facts = album_facts(it, NULL);
	change_add(ch, &album_statements[ALBUM_INSERT], it);
	tell_album_created(ch, it->id, 1, &facts);
}

void album_update(struct change *ch, struct album *it, album_event_teller *tell, const char *old_title)
{
	const struct album_event facts = album_facts(it, old_title);
	change_add(ch, &album_statements[ALBUM_UPDATE], it);
	it->version++;
	tell(ch, it->id, it->version, &facts);
}

void album_reorder(struct change *ch, const struct album_order *order, const struct album *it)
{
	const struct album_event facts = album_facts(it, NULL);
	change_add(ch, &album_statements[ALBUM_SET_ORDER], order);
	change_add(ch, &album_statements[TRACKS_MAKE_ROOM], order);
	change_add(ch, &album_statements[TRACKS_PLACE], order);
	tell_album_updated(ch, it->id, it->version + 1, &facts);
}
