/* Where artists are kept: reading one, writing one, what is told with it. */
#include "modules/artist/artist.h"

SCHEMA(card, CARD_FIELDS, "Name and slug");

LOADER(artists, artist, "SELECT $* FROM artists WHERE id = ANY($ids)");
LOADER(cards, card, "SELECT $* FROM artists WHERE id = ANY($ids) AND NOT is_deleted", .cache_s = 600);

static COMMAND(artist_insert, artist,
	       "WITH taken AS (INSERT INTO artist_slugs (slug, artist_id, stem, number, created_at)"
	       " VALUES ($slug, $id, $slug_stem, $slug_number, $created_at)"
	       " ON CONFLICT (slug) DO NOTHING RETURNING slug)"
	       " INSERT INTO artists (id, name, slug, bio, country, photo_url, genres, social_links,"
	       " verified, created_by, created_at, updated_at, name_key, facets)"
	       " SELECT $id, $name, slug, $bio, $country, $photo_url, $genres, $social_links, $verified,"
	       " $created_by, $created_at, $updated_at, $name_key, $facets"
	       " FROM taken",
	       .rows = 1, .otherwise = SLUG_TAKEN);

static COMMAND(
	artist_update, artist,
	"UPDATE artists SET name = $name, slug = $slug, bio = $bio, country = $country,"
	" photo_url = $photo_url, genres = $genres, social_links = $social_links, verified = $verified,"
	" updated_at = $updated_at, is_deleted = $is_deleted, deleted_at = $deleted_at,"
	" deleted_by = $deleted_by, name_key = $name_key, facets = $facets, version = version + 1"
	" WHERE id = $id AND version = $version",
	.rows = 1, .otherwise = EDIT_CONFLICT);

err artist_find(struct ctx *cx, struct uuid id, struct artist *out)
{
	const struct artist *found;
	TRY(artists_load(cx, &id, 1, &found));
	if (!found || (found->is_deleted && !may_restore(cx, found->deleted_by)))
		return NOT_FOUND;
	*out = *found;
	return NULL;
}

err artist_find_deletable(struct ctx *cx, struct uuid id, struct artist *out)
{
	const struct artist *found;
	TRY(artists_load(cx, &id, 1, &found));
	if (!found)
		return NOT_FOUND;
	err e = artist_edit_allowed(cx, found->verified, found->created_by);
	if (e)
		return found->is_deleted ? NOT_FOUND : e;
	*out = *found;
	return NULL;
}

err artist_find_restorable(struct ctx *cx, struct uuid id, struct artist *out)
{
	struct artist found;
	err e = artist_find(cx, id, &found);
	if (problem_is(e, NOT_FOUND) && !artist_find_deletable(cx, id, &found))
		return DELETED_BY_STAFF;
	TRY(e);
	if (!found.is_deleted)
		TRY(artist_edit_allowed(cx, found.verified, found.created_by));
	*out = found;
	return NULL;
}

err artist_find_editable(struct ctx *cx, struct uuid id, struct artist *out)
{
	struct artist found;
	TRY(artist_find(cx, id, &found));
	if (found.is_deleted)
		return NOT_FOUND;
	TRY(artist_edit_allowed(cx, found.verified, found.created_by));
	*out = found;
	return NULL;
}

static struct artist_event artist_facts(const struct artist *it, const char *old_name)
{
	return (struct artist_event){.artist_id = it->id,
				     .name = it->name,
				     .slug = it->slug,
				     .old_name = old_name,
				     .verified = it->verified};
}

void artist_add(struct change *ch, const struct artist *it)
{
	const struct artist_event facts = artist_facts(it, NULL);
	change_touches_name(ch, "slug", it->slug);
	artist_insert(ch, it);
	tell_artist_created(ch, it->id, 1, &facts);
	cards_forget_with(ch, it->id);
}

void artist_save(struct change *ch, struct artist *it, artist_event_teller *tell, const char *old_name)
{
	const struct artist_event facts = artist_facts(it, old_name);
	artist_update(ch, it);
	it->version++;
	tell(ch, it->id, it->version, &facts);
	cards_forget_with(ch, it->id);
}
