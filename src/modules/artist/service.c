/* What other modules may ask of artist. */
#include "modules/artist/service.h"

#include "modules/artist/import.h"

#define SCAN_FIELDS(F, T)                                                                          \
	F(T, UUID, parent, 0, "Whose children")                                                    \
	F(T, UUID, after, 0, "Behind this id; nil: from the start")                                \
	F(T, INT, limit, 0, "Rows")
STRUCT(scan, SCAN_FIELDS);
SCHEMA(scan, SCAN_FIELDS, "Where a scan stands");

/* The nil id that begins a scan is null as a parameter. */
#define BEHIND(id) id " > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"

/* clang-format off */
static QUERIES(catalogue_scan, scan, by_id,
	[CATALOGUE_ARTISTS] = QUERY_OF("artists_scan",
		"SELECT id FROM artists WHERE NOT is_deleted AND " BEHIND("id") " ORDER BY id LIMIT $limit",
		.lane = LANE_SLOW),
	[CATALOGUE_ALBUMS] = QUERY_OF("albums_scan",
		"SELECT b.id FROM albums b JOIN artists a ON a.id = b.artist_id"
		" WHERE NOT b.is_deleted AND NOT a.is_deleted AND " BEHIND("b.id")
		" ORDER BY b.id LIMIT $limit",
		.lane = LANE_SLOW),
	[CATALOGUE_TRACKS] = QUERY_OF("tracks_scan",
		"SELECT t.id FROM tracks t JOIN albums b ON b.id = t.album_id"
		" JOIN artists a ON a.id = b.artist_id"
		" WHERE NOT t.is_deleted AND NOT b.is_deleted AND NOT a.is_deleted AND " BEHIND("t.id")
		" ORDER BY t.id LIMIT $limit",
		.lane = LANE_SLOW));
/* clang-format on */

static QUERY(albums_scan_of, scan, by_id,
	     "SELECT id FROM albums WHERE artist_id = $parent AND " BEHIND("id") " ORDER BY id LIMIT $limit",
	     .lane = LANE_SLOW);
static QUERY(tracks_scan_of, scan, by_id,
	     "SELECT id FROM tracks WHERE album_id = $parent AND " BEHIND("id") " ORDER BY id LIMIT $limit",
	     .lane = LANE_SLOW);

static err artist_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *out)
{
	const struct card **rows = ARENA_ARRAY(cx->arena, const struct card *, count);
	TRY(cards_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct card *c = rows[i];
		out[i] = (struct artist_card){
			.id = ids[i], .name = c ? c->name : NULL, .slug = c ? c->slug : NULL};
	}
	return NULL;
}

static void artist_cards_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	cards_ahead(cx, ids, count);
}

static err must_exist(struct ctx *cx, const struct uuid *ids, const char *const *pointers, int count)
{
	const struct card **rows = ARENA_ARRAY(cx->arena, const struct card *, count);
	struct faults fs = {0};

	TRY(cards_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++)
		if (!rows[i])
			fault_add(cx->arena, &fs, pointers[i], ARTIST_UNKNOWN->code,
				  "None, or deleted. GET /api/v1/artists finds the ids.");
	return problem_with(cx->arena, ARTIST_UNKNOWN, &fs);
}

static err artist_documents(struct ctx *cx, const struct uuid *ids, int count, struct artist_document *docs)
{
	const struct artist **rows = ARENA_ARRAY(cx->arena, const struct artist *, count);
	TRY(artists_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct artist *r = rows[i];
		docs[i] = (struct artist_document){.id = ids[i]};
		if (r)
			docs[i] = (struct artist_document){
				.id = r->id,
				.exists = !r->is_deleted,
				.name = r->name,
				.slug = r->slug,
				.bio = r->bio,
				.country = r->country,
				.photo_url = r->photo_url,
				.genres = r->genres,
				.verified = r->verified,
				.followers_count = r->followers_count,
				.created_at = r->created_at,
				.version = r->version + r->followers_version,
			};
	}
	return NULL;
}

static err album_documents(struct ctx *cx, const struct uuid *ids, int count, struct album_document *docs)
{
	const struct album **rows = ARENA_ARRAY(cx->arena, const struct album *, count);
	TRY(albums_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct album *r = rows[i];
		docs[i] = (struct album_document){.id = ids[i]};
		if (r)
			docs[i] = (struct album_document){
				.id = r->id,
				.artist_id = r->artist_id,
				.exists = !r->is_deleted && !r->artist_is_deleted,
				.title = r->title,
				.slug = r->slug,
				.artist_name = r->artist_name,
				.description = r->description,
				.album_type = r->album_type,
				.release_date = r->release_date,
				.cover_url = r->cover_url,
				.created_at = r->created_at,
				.version = r->version + r->artist_version,
			};
	}
	return NULL;
}

static err track_documents(struct ctx *cx, const struct uuid *ids, int count, struct track_document *docs)
{
	const struct track **rows = ARENA_ARRAY(cx->arena, const struct track *, count);
	TRY(tracks_load(cx, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct track *r = rows[i];
		docs[i] = (struct track_document){.id = ids[i], .duration = INT_NULL};
		if (r)
			docs[i] = (struct track_document){
				.id = r->id,
				.album_id = r->album_id,
				.artist_id = r->artist_id,
				.exists = !r->is_deleted && !r->parent_is_deleted,
				.title = r->title,
				.album_title = r->album_title,
				.artist_name = r->artist_name,
				.duration = r->duration,
				.plays_count = r->plays_count,
				.created_at = r->created_at,
				.version = r->version + r->parent_version,
			};
	}
	return NULL;
}

_Static_assert(sizeof(struct by_id) == sizeof(struct uuid), "a list of by_id is a list of ids");

static err scan(struct ctx *cx, enum catalogue_kind kind, struct uuid after, int limit, struct uuid **ids,
		int *count)
{
	const struct scan from = {.after = after, .limit = limit};
	struct by_id *rows;

	TRY(catalogue_scan(cx, kind, &from, &rows, count));
	*ids = (struct uuid *)rows;
	return NULL;
}

static err scan_of(struct ctx *cx, enum catalogue_kind kind, struct uuid parent, struct uuid after, int limit,
		   struct uuid **ids, int *count)
{
	const struct scan from = {.parent = parent, .after = after, .limit = limit};
	struct by_id *rows;

	if (kind == CATALOGUE_ALBUMS)
		TRY(albums_scan_of(cx, &from, &rows, count));
	else
		TRY(tracks_scan_of(cx, &from, &rows, count));
	*ids = (struct uuid *)rows;
	return NULL;
}

static const struct artist_cards card_service = {
	.artist_cards = artist_cards,
	.artist_cards_ahead = artist_cards_ahead,
	.must_exist = must_exist,
};

static const struct artist_trash trash_service = {.list_trash = list_catalogue_trash};

static const struct artist_documents document_service = {
	.artist_documents = artist_documents,
	.album_documents = album_documents,
	.track_documents = track_documents,
	.scan = scan,
	.scan_of = scan_of,
};

static const struct artist_import import_service = {
	.artists = {&artist_schema, import_artists, NULL},
	.albums = {&album_schema, import_albums, import_find_in_albums},
	.tracks = {&track_schema, import_tracks, import_find_in_tracks},
};

const struct service artist_services[] = {
	OFFER(artist_cards, card_service),
	OFFER(artist_trash, trash_service),
	OFFER(artist_documents, document_service),
	OFFER(artist_import, import_service),
	{0},
};
