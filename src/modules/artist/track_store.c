/* Where tracks are kept: reading one, writing one, what is told with it. */
#include "modules/artist/track.h"

SCHEMA(place, PLACE_FIELDS, "A number in use");

LOADER(tracks, track, TRACK_SELECT "WHERE t.id = ANY($ids)");

QUERY(track_places, by_ids, place,
      "SELECT $* FROM tracks WHERE album_id = ANY($ids) AND NOT is_deleted AND track_number IS NOT NULL");

/* On an album that is seen: the condition is here because it may go while the request runs. */
static COMMAND(track_insert, track,
	       "INSERT INTO tracks (id, album_id, title, duration, track_number, disc_number, audio_url,"
	       " lyrics, created_at, updated_at)"
	       " SELECT $id, b.id, $title, $duration, $track_number, $disc_number, $audio_url, $lyrics,"
	       " $created_at, $updated_at"
	       " FROM albums b JOIN artists a ON a.id = b.artist_id"
	       " WHERE b.id = $album_id AND NOT b.is_deleted AND NOT a.is_deleted",
	       .rows = 1, .otherwise = NOT_FOUND);

static COMMAND(track_update, track,
	       "UPDATE tracks SET title = $title, duration = $duration, track_number = $track_number,"
	       " disc_number = $disc_number, audio_url = $audio_url, lyrics = $lyrics,"
	       " updated_at = $updated_at, is_deleted = $is_deleted, deleted_at = $deleted_at,"
	       " deleted_by = $deleted_by, version = version + 1"
	       " WHERE id = $id AND version = $version",
	       .rows = 1, .otherwise = EDIT_CONFLICT);

err track_find(struct ctx *cx, struct uuid id, struct track *out)
{
	const struct track *found;
	TRY(tracks_load(cx, &id, 1, &found));
	if (!found || (found->parent_is_deleted && !viewer_is_moderator(cx)) ||
	    (found->is_deleted && !may_restore(cx, found->deleted_by)))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

err track_find_deletable(struct ctx *cx, struct uuid id, struct track *out)
{
	const struct track *found;
	TRY(tracks_load(cx, &id, 1, &found));
	if (!found || (found->parent_is_deleted && !viewer_is_moderator(cx)))
		return NOT_FOUND;
	err e = artist_edit_allowed(cx, found->artist_verified, found->album_created_by);
	if (e)
		return found->is_deleted ? NOT_FOUND : e;
	*out = *found;
	return NULL;
}

err track_find_restorable(struct ctx *cx, struct uuid id, struct track *out)
{
	struct track found;
	err e = track_find(cx, id, &found);
	if (problem_is(e, NOT_FOUND) && !track_find_deletable(cx, id, &found))
		return DELETED_BY_STAFF;
	TRY(e);
	if (!found.is_deleted)
		TRY(artist_edit_allowed(cx, found.artist_verified, found.album_created_by));
	*out = found;
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

static struct track_event track_facts(const struct track *it)
{
	return (struct track_event){
		.track_id = it->id, .album_id = it->album_id, .artist_id = it->artist_id, .title = it->title};
}

void track_add(struct change *ch, const struct track *it)
{
	const struct track_event facts = track_facts(it);
	track_insert(ch, it);
	tell_track_created(ch, it->id, 1, &facts);
}

void track_save(struct change *ch, struct track *it, track_event_teller *tell)
{
	const struct track_event facts = track_facts(it);
	track_update(ch, it);
	it->version++;
	tell(ch, it->id, it->version, &facts);
}
