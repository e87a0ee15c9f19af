/*
 * The statements of artists. Plans are generic, so every mix of sort and filter that needs an index of its own is a
 * statement of its own.
 */
#include "modules/artist/artist.h"

SCHEMA(card, CARD_FIELDS, "Name and slug");
SCHEMA(artist_query, ARTIST_QUERY_FIELDS, "A list of artists");

/* No index for `unverified`: nearly all artists are, so the index of the sort serves. */
#define LIST(from, where, key, order)                                                                             \
	"SELECT $* FROM " from " WHERE NOT is_deleted AND NOT ($unverified AND verified) AND " where key          \
	" ORDER BY " order " LIMIT $limit"
#define LIST_STATEMENT(name_, from, where, ...)                                                                   \
	{.name = name_, .sql = LIST(from, where, __VA_ARGS__), .in = &artist_query_schema, .out = &artist_schema}

/* The first page's keys are beyond the end: '' and infinity, with a null id. */
#define BY_NAME "(name_key, id) > ($text, $id)", "name_key, id"
#define BY_FOLLOWERS "(followers_count, id) < ($number, $id)", "followers_count DESC, id DESC"
#define BY_AGE "(created_at, id) < ($time, $id)", "created_at DESC, id DESC"
#define NAMED "name_key >= $name_from AND name_key < $name_to AND "

/* OFFSET 0 keeps the planner off the index of the sort: for a rare word it would walk through all artists. */
#define FACETED "(SELECT * FROM artists WHERE NOT is_deleted AND facets @> $facets OFFSET 0) AS faceted"

struct statement artist_statements[] = {
	[ARTIST_BY_IDS] = {
		.name = "artist_by_ids",
		.sql = "SELECT $* FROM artists WHERE id = ANY($ids)",
		.in = &by_ids_schema, .out = &artist_schema,
	},
	[ARTIST_CARDS] = {
		.name = "artist_cards",
		.sql = "SELECT $* FROM artists WHERE id = ANY($ids) AND NOT is_deleted",
		.in = &by_ids_schema, .out = &card_schema,
	},
	[ARTIST_INSERT] = {
		.name = "artist_insert",
		.sql = "WITH taken AS (INSERT INTO artist_slugs (slug, artist_id, stem, number, created_at)"
		       " VALUES ($slug, $id, $slug_stem, $slug_number, $created_at) ON CONFLICT (slug) DO NOTHING"
		       " RETURNING slug)"
		       " INSERT INTO artists (id, name, slug, bio, country, photo_url, genres, social_links,"
		       " verified, created_by, created_at, updated_at, name_key, facets)"
		       " SELECT $id, $name, slug, $bio, $country, $photo_url, $genres, $social_links, $verified,"
		       " $created_by, $created_at, $updated_at, $name_key, $facets FROM taken",
		.in = &artist_schema, .rows = 1, .otherwise = SLUG_TAKEN,
	},
	[ARTIST_UPDATE] = {
		.name = "artist_update",
		.sql = "UPDATE artists SET name = $name, slug = $slug, bio = $bio, country = $country,"
		       " photo_url = $photo_url, genres = $genres, social_links = $social_links, verified = $verified,"
		       " updated_at = $updated_at, is_deleted = $is_deleted, deleted_at = $deleted_at,"
		       " deleted_by = $deleted_by, name_key = $name_key, facets = $facets, version = version + 1"
		       " WHERE id = $id AND version = $version",
		.in = &artist_schema, .rows = 1, .otherwise = EDIT_CONFLICT,
	},

	/* The index of the sort is walked; a name prefix is a part of the index by name. */
	[ARTISTS_BY_NAME] = LIST_STATEMENT("artists_by_name", "artists", NAMED, BY_NAME),
	[ARTISTS_BY_FOLLOWERS] = LIST_STATEMENT("artists_by_followers", "artists", "", BY_FOLLOWERS),
	[ARTISTS_BY_AGE] = LIST_STATEMENT("artists_by_age", "artists", "", BY_AGE),

	/* The GIN index finds those that have all the words, the best of them are sorted out. */
	[FACETED_BY_NAME] = LIST_STATEMENT("faceted_by_name", FACETED, NAMED, BY_NAME),
	[FACETED_BY_FOLLOWERS] = LIST_STATEMENT("faceted_by_followers", FACETED, NAMED, BY_FOLLOWERS),
	[FACETED_BY_AGE] = LIST_STATEMENT("faceted_by_age", FACETED, NAMED, BY_AGE),

	/* The index by name finds those with the prefix. */
	[NAMED_BY_FOLLOWERS] = LIST_STATEMENT("named_by_followers", "artists", NAMED, BY_FOLLOWERS),
	[NAMED_BY_AGE] = LIST_STATEMENT("named_by_age", "artists", NAMED, BY_AGE),

	[ARTISTS_COUNT] = {
		.name = "artists_count",
		.sql = "SELECT count(*) AS total FROM (SELECT 1 FROM artists WHERE NOT is_deleted"
		       " AND NOT ($unverified AND verified)"
		       " AND facets @> $facets AND name_key >= $name_from AND name_key < $name_to"
		       " LIMIT 10001) AS bounded",
		.in = &artist_query_schema, .out = &total_schema, .lane = LANE_SLOW,
	},
	[ARTISTS_SCAN] = {
		.name = "artists_scan",
		.sql = "SELECT id FROM artists WHERE NOT is_deleted"
		       " AND id > coalesce($after::uuid, '00000000-0000-0000-0000-000000000000')"
		       " ORDER BY id LIMIT $limit",
		.in = &scan_schema, .out = &by_id_schema, .lane = LANE_SLOW,
	},
	[GENRES] = {
		.name = "genres",
		.sql = "SELECT mode() WITHIN GROUP (ORDER BY g) AS name, lower(g) AS name_key,"
		       " count(*) AS artists_count FROM artists, jsonb_array_elements_text(genres) AS g"
		       " WHERE NOT is_deleted GROUP BY lower(g) HAVING lower(g) > $text"
		       " ORDER BY lower(g) LIMIT $limit",
		.in = &artist_query_schema, .out = &genre_schema, .lane = LANE_SLOW,
	},
	{0},
};

struct loader artists = {.statement = &artist_statements[ARTIST_BY_IDS]};
struct loader cards = {.statement = &artist_statements[ARTIST_CARDS], .cache_rows = 20000, .cache_s = 600};

void artist_insert(struct change *ch, const void *artist)
{
	const struct artist *it = artist;
	change_add(ch, &artist_statements[ARTIST_INSERT], it);
	tell_artist_created(ch, it->id, 1,
	     &(struct artist_event){.artist_id = it->id, .name = it->name, .slug = it->slug, .verified = it->verified});
	change_forgets(ch, &cards, it->id);
}

void artist_update(struct change *ch, struct artist *it, artist_event_teller *tell, const char *old_name)
{
	change_add(ch, &artist_statements[ARTIST_UPDATE], it);
	it->version++;
	tell(ch, it->id, it->version,
	     &(struct artist_event){.artist_id = it->id, .name = it->name, .slug = it->slug, .old_name = old_name,
				    .verified = it->verified});
	change_forgets(ch, &cards, it->id);
}
