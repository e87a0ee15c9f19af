/* Artists: rules, where they are kept, slugs. */
#ifndef ARTIST_ARTIST_H
#define ARTIST_ARTIST_H

#include "modules/artist/catalogue.h"

PROBLEM(SLUG_TAKEN, 409, "slug_taken", "Slug taken",
	"Another artist just took the slug. Repeat the request.");
PROBLEM(VERIFIED_ARTIST, 403, "verified_artist", "The artist is verified",
	"Only moderators edit verified artists and their albums.");

/* The name as text_loose folds it, cut to what an index entry and a cursor can hold. */
const char *artist_name_key(struct arena *a, const char *name);

/* The job that writes the keys of all names again, once, after an upgrade. Suspends. */
err names_rekey(struct ctx *cx);

/* Fills in what is derived: facets, name_key, defaults, genres without repetitions. */
void artist_derive(struct arena *a, struct artist *it);

/* Leaves the links as `before` has them where they are the same, so that artists can be compared. */
void artist_keep_links(const struct artist *before, struct artist *after);

/* A word of facets: artist_facet(a, "genre", " Jazz") is "genre:jazz". */
const char *artist_facet(struct arena *a, const char *kind, const char *word);

/* Creator and moderators edit; once verified, moderators only. */
err artist_edit_allowed(const struct ctx *cx, bool verified, struct uuid created_by);

/* --- where they are kept --- */

LOADS(artists, artist); /* whatever their state; not cached */

/* What others show of artists that are not deleted; cached. */
#define CARD_FIELDS(F, T)                                                                          \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, name, 0, "Name")                                                                \
	F(T, TEXT, slug, 0, "Slug")
STRUCT(card, CARD_FIELDS);
LOADS(cards, card);

/* The artist as the viewer may see it: deleted ones only for those who could restore them. NOT_FOUND. */
err artist_find(struct ctx *cx, struct uuid id, struct artist *out);

/*
 * For editing: NOT_FOUND, FORBIDDEN, VERIFIED_ARTIST. For deleting and restoring: the same, but for those who
 * may delete what is deleted already is there, so that asking twice is as asking once.
 */
err artist_find_editable(struct ctx *cx, struct uuid id, struct artist *out);
err artist_find_deletable(struct ctx *cx, struct uuid id, struct artist *out);
err artist_find_restorable(struct ctx *cx, struct uuid id, struct artist *out);

/* Add to the change, with the event: a new row and its slug; the row's next state (`version` grows). */
void artist_add(struct change *ch, const struct artist *it);
void artist_save(struct change *ch, struct artist *it, artist_event_teller *tell, const char *old_name);

/* --- slugs --- */

/*
 * Gives each of `count` artists slug, slug_stem and slug_number from its name. Others may take the same at
 * the same time: the change then answers SLUG_TAKEN, and the caller asks again with the next `attempt`; the
 * last always succeeds.
 */
enum { SLUG_ATTEMPTS = 4 };
err artist_slugs_choose(struct ctx *cx, struct artist *rows, int count, int attempt);

/* The artist that has or had the slug. NOT_FOUND. */
err artist_of_slug(struct ctx *cx, const struct by_slug *in, struct by_id *row);

/* Adds to the change that the artist now has its slug, which may be an old one of its own. SLUG_TAKEN. */
void artist_take_slug(struct change *ch, const struct artist *in);

/* A new slug only if the name gives another one than before: cosmetic changes keep links short. */
err artist_rename(struct ctx *cx, const char *old_name, int attempt, struct change *ch, struct artist *it);

/* --- deleting --- */

/* Marks (by the viewer) or unmarks as deleted. */
#define MARK_DELETED(cx, it)                                                                       \
	((it)->is_deleted = true, (it)->deleted_at = (it)->updated_at = clock_now(),               \
	 (it)->deleted_by = (cx)->viewer.user_id)
#define MARK_RESTORED(it)                                                                          \
	((it)->is_deleted = false, (it)->deleted_at = TIME_NULL, (it)->deleted_by = (struct uuid){0}, \
	 (it)->updated_at = clock_now())

/* Whether the viewer may undo a deletion: moderators any, others their own. */
static inline bool may_restore(const struct ctx *cx, struct uuid deleted_by)
{
	return viewer_is_moderator(cx) || viewer_is(cx, deleted_by);
}

#endif
