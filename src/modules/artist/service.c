/* What other modules may ask of artist. */
#include "modules/artist/service.h"

static err artist_cards(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *out)
{
	const void **rows = ARENA_ARRAY(cx->arena, const void *, count);
	TRY(db_load(cx, &cards, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct card *c = rows[i];
		out[i] = (struct artist_card){.id = ids[i], .name = c ? c->name : NULL, .slug = c ? c->slug : NULL};
	}
	return NULL;
}

static void artist_cards_ahead(struct ctx *cx, const struct uuid *ids, int count)
{
	db_load_ahead(cx, &cards, ids, count);
}

static err must_exist(struct ctx *cx, const struct uuid *ids, int count)
{
	const void **rows = ARENA_ARRAY(cx->arena, const void *, count);
	const char *missing = NULL;
	char id[UUID_TEXT];

	TRY(db_load(cx, &cards, ids, count, rows));
	for (int i = 0; i < count; i++)
		if (!rows[i]) {
			uuid_text(ids[i], id);
			missing = missing ? arena_fmt(cx->arena, "%s, %s", missing, id) : arena_str(cx->arena, id);
		}
	if (!missing)
		return NULL;
	return problem_detail(cx, ARTIST_UNKNOWN, "Unknown or deleted: %s. GET /api/v1/artists finds the ids.",
			      missing);
}

static err artist_documents(struct ctx *cx, const struct uuid *ids, int count, struct artist_document *docs)
{
	const void **rows = ARENA_ARRAY(cx->arena, const void *, count);
	TRY(db_load(cx, &artists, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct artist *r = rows[i];
		docs[i] = (struct artist_document){.id = ids[i]};
		if (r)
			docs[i] = (struct artist_document){
				.id = r->id, .exists = !r->is_deleted, .name = r->name, .slug = r->slug, .bio = r->bio,
				.country = r->country, .photo_url = r->photo_url, .genres = r->genres,
				.verified = r->verified, .followers_count = r->followers_count,
				.created_at = r->created_at,
				.version = r->version + r->followers_version,
			};
	}
	return NULL;
}

static err album_documents(struct ctx *cx, const struct uuid *ids, int count, struct album_document *docs)
{
	const void **rows = ARENA_ARRAY(cx->arena, const void *, count);
	TRY(db_load(cx, &albums, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct album *r = rows[i];
		docs[i] = (struct album_document){.id = ids[i]};
		if (r)
			docs[i] = (struct album_document){
				.id = r->id, .artist_id = r->artist_id,
				.exists = !r->is_deleted && !r->artist_is_deleted, .title = r->title, .slug = r->slug,
				.artist_name = r->artist_name, .description = r->description,
				.album_type = r->album_type, .release_date = r->release_date,
				.cover_url = r->cover_url, .created_at = r->created_at,
				.version = r->version + r->artist_version,
			};
	}
	return NULL;
}

static err track_documents(struct ctx *cx, const struct uuid *ids, int count, struct track_document *docs)
{
	const void **rows = ARENA_ARRAY(cx->arena, const void *, count);
	TRY(db_load(cx, &tracks, ids, count, rows));
	for (int i = 0; i < count; i++) {
		const struct track *r = rows[i];
		docs[i] = (struct track_document){.id = ids[i], .duration = INT_NULL};
		if (r)
			docs[i] = (struct track_document){
				.id = r->id, .album_id = r->album_id, .artist_id = r->artist_id,
				.exists = !r->is_deleted && !r->parent_is_deleted, .title = r->title,
				.album_title = r->album_title, .artist_name = r->artist_name, .duration = r->duration,
				.plays_count = r->plays_count, .created_at = r->created_at,
				.version = r->version + r->parent_version,
			};
	}
	return NULL;
}

/* by_id rows are bare ids. */
_Static_assert(sizeof(struct by_id) == sizeof(struct uuid), "a list of by_id is a list of ids");

static err scan(struct ctx *cx, enum catalogue_kind kind, struct uuid after, int limit, struct uuid **ids, int *count)
{
	static const struct statement *const scans[] = {
		[CATALOGUE_ARTISTS] = &artist_statements[ARTISTS_SCAN],
		[CATALOGUE_ALBUMS] = &album_statements[ALBUMS_SCAN],
		[CATALOGUE_TRACKS] = &track_statements[TRACKS_SCAN],
	};
	const struct scan from = {.after = after, .limit = limit};
	return db_rows(cx, scans[kind], &from, ids, count);
}

static err scan_of(struct ctx *cx, enum catalogue_kind kind, struct uuid parent, struct uuid after, int limit,
		   struct uuid **ids, int *count)
{
	const struct statement *st = kind == CATALOGUE_ALBUMS ? &album_statements[ALBUMS_SCAN_OF]
							      : &track_statements[TRACKS_SCAN_OF];
	const struct scan from = {.parent = parent, .after = after, .limit = limit};
	return db_rows(cx, st, &from, ids, count);
}

static const struct artist_cards card_service = {
	.artist_cards = artist_cards,
	.artist_cards_ahead = artist_cards_ahead,
	.must_exist = must_exist,
};

static const struct artist_documents document_service = {
	.artist_documents = artist_documents,
	.album_documents = album_documents,
	.track_documents = track_documents,
	.scan = scan,
	.scan_of = scan_of,
};

static const struct artist_import import_service = {
	.import_artists = import_artists,
	.import_albums = import_albums,
	.import_tracks = import_tracks,
};

const struct service artist_services[] = {
	OFFER(artist_cards, card_service),
	OFFER(artist_documents, document_service),
	OFFER(artist_import, import_service),
	{0},
};
