/* Albums: rules, where they are kept. */
#ifndef ARTIST_ALBUM_H
#define ARTIST_ALBUM_H

#include "modules/artist/artist.h"

PROBLEM(PARENT_DELETED, 409, "parent_deleted", "What it belongs to is deleted",
	"Restore the artist or album it belongs to first: what was not deleted by itself comes back"
	" with it.");

enum { DISCS_MAX = 99 };

/* The stored spelling of a type given in any letter case; NULL: no such type. */
const char *album_type_stored(const char *type);

/*
 * Dates. album_set_date writes both fields. album_settle_date judges them together, after a body was laid
 * over what was stored (`before`, NULL for a new album): a new date brings its own precision, a precision may
 * say less than its date and never more, null clears both.
 */
void album_set_date(struct arena *a, struct album *it, struct date date);
err album_settle_date(struct ctx *cx, const struct album *before, uint64_t present, struct album *it);

/* Fills in what is derived: slug, the type as it is stored. */
void album_derive(struct arena *a, struct album *it);

/* --- where they are kept --- */

/* An album with what it shows of its artist. */
#define ALBUM_SELECT                                                                               \
	"SELECT $b.*, a.name AS artist_name, a.verified AS artist_verified,"                       \
	" a.is_deleted AS artist_is_deleted, a.version AS artist_version,"                         \
	" (SELECT count(*) FROM tracks t WHERE t.album_id = b.id AND NOT t.is_deleted) AS total_tracks" \
	" FROM albums b JOIN artists a ON a.id = b.artist_id "

LOADS(albums, album); /* whatever their state; not cached */

/* As the viewer may see it: NOT_FOUND. For editing: VERIFIED_ARTIST, FORBIDDEN, too. */
err album_find(struct ctx *cx, struct uuid id, struct album *out);
err album_find_editable(struct ctx *cx, struct uuid id, struct album *out);

/* As those of artists. */
err album_find_deletable(struct ctx *cx, struct uuid id, struct album *out);
err album_find_restorable(struct ctx *cx, struct uuid id, struct album *out);

/* Its tracks, in order, into it->tracks. */
err album_load_tracks(struct ctx *cx, struct album *it);

/* Add to the change, with the event: a new row; the row's next state (`version` grows). */
void album_add(struct change *ch, const struct album *it);
void album_save(struct change *ch, struct album *it, album_event_teller *tell, const char *old_title);

/* The new numbers, if `order` still names all tracks; otherwise EDIT_CONFLICT. */
#define ALBUM_ORDER_FIELDS(F, T)                                                                   \
	F(T, UUID, album_id, IN, "The album")                                                      \
	F(T, INT, version, IN, "Its version as read")                                              \
	F(T, TIME, updated_at, IN, "Now")                                                          \
	F(T, UUIDS, track_ids, IN, "All its tracks")                                               \
	F(T, INTS, numbers, IN, "Their new numbers")
STRUCT(album_order, ALBUM_ORDER_FIELDS);

void album_reorder(struct change *ch, const struct album_order *order, const struct album *it);

#endif
