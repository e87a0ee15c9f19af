/* Artists: statements, loaders, rules, slugs. */
#ifndef ARTIST_ARTIST_H
#define ARTIST_ARTIST_H

#include "modules/artist/catalogue.h"

PROBLEM(SLUG_TAKEN, 409, "slug_taken", "Slug taken", "Another artist just took the slug. Repeat the request.");
PROBLEM(NOT_DELETED, 409, "not_deleted", "Not deleted", "It is not deleted, so there is nothing to restore.");
PROBLEM(VERIFIED_ARTIST, 403, "verified_artist", "The artist is verified",
	"Only moderators edit verified artists and their albums.");

enum artist_statement {
	ARTIST_BY_IDS, ARTIST_CARDS, ARTIST_INSERT, ARTIST_UPDATE,
	ARTISTS_BY_NAME, ARTISTS_BY_FOLLOWERS, ARTISTS_BY_AGE,
	FACETED_BY_NAME, FACETED_BY_FOLLOWERS, FACETED_BY_AGE,
	NAMED_BY_FOLLOWERS, NAMED_BY_AGE,
	ARTISTS_COUNT, ARTISTS_SCAN, GENRES,
};
extern struct statement artist_statements[], slug_statements[];
extern struct loader artists; /* by id, whatever their state; not cached */
extern struct loader cards;   /* struct card by id of those not deleted; cached */

#define CARD_FIELDS(F, T)                                                                                         \
	F(T, UUID, id, 0, "Identifier")                                                                           \
	F(T, TEXT, name, 0, "Name")                                                                               \
	F(T, TEXT, slug, 0, "Slug")
STRUCT(card, CARD_FIELDS);

/* What the list statements take: filters, and the key behind which the page begins. */
#define ARTIST_QUERY_FIELDS(F, T)                                                                                 \
	F(T, TEXTS, facets, IN, "All of these words")                                                             \
	F(T, TEXT, name_from, IN, "Lower bound of name_key")                                                      \
	F(T, TEXT, name_to, IN, "Upper bound of name_key, not reached")                                           \
	F(T, BOOL, unverified, IN, "Only artists that are not verified")                                          \
	F(T, INT, number, IN, "Key: followers_count")                                                             \
	F(T, TIME, time, IN, "Key: created_at")                                                                   \
	F(T, TEXT, text, IN, "Key: name_key")                                                                     \
	F(T, UUID, id, IN, "Key: id; nil sorts as the end")                                                       \
	F(T, INT, limit, IN, "Rows")
STRUCT(artist_query, ARTIST_QUERY_FIELDS);

#define GENRE_FIELDS(F, T)                                                                                        \
	F(T, TEXT, name, 0, "The genre, as it is written most")                                                   \
	F(T, TEXT, name_key, NO_JSON, "Without letter case")                                                      \
	F(T, INT, artists_count, 0, "Artists of the genre")
STRUCT(genre, GENRE_FIELDS);
SCHEMA(genre, GENRE_FIELDS, "A genre");

#define TOTAL_FIELDS(F, T) F(T, INT, total, 0, "Rows, 10,001 at most")
STRUCT(total, TOTAL_FIELDS);
SCHEMA(total, TOTAL_FIELDS, "A bounded count");

/* Parameters of the scans of all three kinds. */
#define SCAN_FIELDS(F, T)                                                                                         \
	F(T, UUID, parent, IN, "Whose children")                                                                  \
	F(T, UUID, after, IN, "Behind this id; nil: from the start")                                              \
	F(T, INT, limit, IN, "Rows")
STRUCT(scan, SCAN_FIELDS);
SCHEMA(scan, SCAN_FIELDS, "Where a scan stands");

/* The name without case, cut to what an index entry and a cursor can hold: longer names sort by their beginning. */
const char *artist_name_key(struct arena *a, const char *name);

/* Fills in what is derived: facets, name_key, defaults, genres without repetitions. */
void artist_derive(struct arena *a, struct artist *it);

/* A word of facets: artist_facet(a, "genre", " Jazz") is "genre:jazz". */
const char *artist_facet(struct arena *a, const char *kind, const char *word);

/* Creator and moderators edit; once verified, moderators only. */
err artist_edit_allowed(const struct ctx *cx, bool verified, struct uuid created_by);

/* The artist as the viewer may see it: deleted ones only for those who could restore them. NOT_FOUND. */
err artist_find(struct ctx *cx, struct uuid id, struct artist *out);

/* As artist_find, for editing: NOT_FOUND, FORBIDDEN, VERIFIED_ARTIST. */
err artist_find_editable(struct ctx *cx, struct uuid id, struct artist *out);

/*
 * Gives each of `count` artists slug, slug_stem and slug_number from its name. Others may take the same at the same
 * time: the change then answers SLUG_TAKEN, and the caller asks again with the next `attempt`; the last always
 * succeeds.
 */
enum { SLUG_ATTEMPTS = 4 };
err artist_slugs_choose(struct ctx *cx, struct artist *rows, int count, int attempt);

/* The artist that has or had the slug; nil: none. */
err artist_slug_owner(struct ctx *cx, const char *slug, struct uuid *artist_id);

/* Adds to the change that the artist now has its slug: a new one, or one it had before. Misses are SLUG_TAKEN. */
void artist_take_slug(struct change *ch, const struct artist *it);

/* Add to the change: the row and its slug, with the event; the row's next state (`version` grows), with the event. */
void artist_insert(struct change *ch, const void *artist);
void artist_update(struct change *ch, struct artist *it, artist_event_teller *tell, const char *old_name);

/* Marks (by the viewer) or unmarks as deleted. */
#define MARK_DELETED(cx, it)                                                                                      \
	((it)->is_deleted = true, (it)->deleted_at = (it)->updated_at = clock_now(),                             \
	 (it)->deleted_by = (cx)->viewer.user_id)
#define MARK_RESTORED(it)                                                                                         \
	((it)->is_deleted = false, (it)->deleted_at = TIME_NULL, (it)->deleted_by = (struct uuid){0},            \
	 (it)->updated_at = clock_now())

/* Whether the viewer may undo a deletion: moderators any, others their own. */
static inline bool may_restore(const struct ctx *cx, struct uuid deleted_by)
{
	return viewer_is_moderator(cx) || viewer_is(cx, deleted_by);
}

#endif
