/* Where albums are kept: reading one, writing one, what is told with it. */
#include "modules/artist/album.h"

SCHEMA(album_order, ALBUM_ORDER_FIELDS, "A new order");

LOADER(albums, album, ALBUM_SELECT "WHERE b.id = ANY($ids)");

static QUERY(album_tracks, by_id, album_track,
	     "SELECT $* FROM tracks WHERE album_id = $id AND NOT is_deleted"
	     " ORDER BY disc_number, track_number, created_at, id");

/*
 * Of an artist that is not deleted: the condition is here because the artist may go while the request runs.
 */
static COMMAND(album_insert, album,
	       "INSERT INTO albums (id, artist_id, title, slug, release_date, release_date_precision,"
	       " album_type, description, cover_url, created_by, created_at, updated_at)"
	       " SELECT $id, a.id, $title, $slug, $release_date, $release_date_precision, $album_type,"
	       " $description, $cover_url, $created_by, $created_at, $updated_at"
	       " FROM artists a WHERE a.id = $artist_id AND NOT a.is_deleted",
	       .rows = 1, .otherwise = ARTIST_UNKNOWN);

static COMMAND(album_update, album,
	       "UPDATE albums SET title = $title, slug = $slug, release_date = $release_date,"
	       " release_date_precision = $release_date_precision, album_type = $album_type,"
	       " description = $description, cover_url = $cover_url, updated_at = $updated_at,"
	       " is_deleted = $is_deleted, deleted_at = $deleted_at, deleted_by = $deleted_by,"
	       " version = version + 1"
	       " WHERE id = $id AND version = $version",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

/* A new order holds only if it names all tracks there are now: some may have come or gone meanwhile. */
static COMMAND(album_set_order, album_order,
	       "UPDATE albums SET version = version + 1, updated_at = $updated_at"
	       " WHERE id = $album_id AND version = $version"
	       " AND (SELECT count(*) FILTER (WHERE t.id = ANY($track_ids)) = count(*)"
	       " AND count(*) = cardinality($track_ids)"
	       " FROM tracks t WHERE t.album_id = $album_id AND NOT t.is_deleted)",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

/*
 * Out of the way first: the unique index looks at each row as it is written, and two tracks may swap places.
 */
static COMMAND(tracks_make_room, album_order,
	       "UPDATE tracks SET track_number = track_number + 100000"
	       " WHERE album_id = $album_id AND NOT is_deleted");

static COMMAND(
	tracks_place, album_order,
	"UPDATE tracks t SET track_number = o.number, version = t.version + 1, updated_at = $updated_at"
	" FROM unnest($track_ids::uuid[], $numbers::bigint[]) AS o(id, number)"
	" WHERE t.id = o.id AND t.album_id = $album_id AND NOT t.is_deleted");

err album_find(struct ctx *cx, struct uuid id, struct album *out)
{
	const struct album *found;
	TRY(albums_load(cx, &id, 1, &found));
	if (!found || (found->artist_is_deleted && !viewer_is_moderator(cx)) ||
	    (found->is_deleted && !may_restore(cx, found->deleted_by)))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

err album_find_deletable(struct ctx *cx, struct uuid id, struct album *out)
{
	const struct album *found;
	TRY(albums_load(cx, &id, 1, &found));
	if (!found || (found->artist_is_deleted && !viewer_is_moderator(cx)))
		return NOT_FOUND;
	err e = artist_edit_allowed(cx, found->artist_verified, found->created_by);
	if (e)
		return found->is_deleted ? NOT_FOUND : e;
	*out = *found;
	return NULL;
}

err album_find_restorable(struct ctx *cx, struct uuid id, struct album *out)
{
	struct album found;
	err e = album_find(cx, id, &found);
	if (problem_is(e, NOT_FOUND) && !album_find_deletable(cx, id, &found))
		return DELETED_BY_STAFF;
	TRY(e);
	if (!found.is_deleted)
		TRY(artist_edit_allowed(cx, found.artist_verified, found.created_by));
	*out = found;
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
	TRY(album_tracks(cx, &(struct by_id){.id = it->id}, &rows, &count));
	it->tracks = (struct many){rows, count};
	it->total_tracks = count;
	return NULL;
}

static struct album_event album_facts(const struct album *it, const char *old_title)
{
	return (struct album_event){
		.album_id = it->id, .artist_id = it->artist_id, .title = it->title, .old_title = old_title};
}

void album_add(struct change *ch, const struct album *it)
{
	const struct album_event facts = album_facts(it, NULL);
	album_insert(ch, it);
	tell_album_created(ch, it->id, 1, &facts);
}

void album_save(struct change *ch, struct album *it, album_event_teller *tell, const char *old_title)
{
	const struct album_event facts = album_facts(it, old_title);
	album_update(ch, it);
	it->version++;
	tell(ch, it->id, it->version, &facts);
}

void album_reorder(struct change *ch, const struct album_order *order, const struct album *it)
{
	const struct album_event facts = album_facts(it, NULL);
	album_set_order(ch, order);
	tracks_make_room(ch, order);
	tracks_place(ch, order);
	tell_album_updated(ch, it->id, it->version + 1, &facts);
}
