/* Albums: statements, loader, rules. */
#ifndef ARTIST_ALBUM_H
#define ARTIST_ALBUM_H

#include "modules/artist/artist.h"

PROBLEM(PARENT_DELETED, 409, "parent_deleted", "What it belongs to is deleted",
	"Restore the artist or album it belongs to first: what was not deleted by itself comes back with it.");

enum { DISCS_MAX = 99 };

enum album_statement {
	ALBUM_BY_IDS, ALBUM_INSERT, ALBUM_UPDATE, ALBUM_TRACKS,
	ALBUMS_BY_AGE, ALBUMS_BY_RELEASE, ARTIST_ALBUMS_BY_AGE, ARTIST_ALBUMS_BY_RELEASE,
	ALBUMS_COUNT, ALBUMS_SCAN, ALBUMS_SCAN_OF,
	ALBUM_SET_ORDER, TRACKS_MAKE_ROOM, TRACKS_PLACE,
};
extern struct statement album_statements[];
extern struct loader albums; /* by id, whatever their state; not cached */

#define ALBUM_QUERY_FIELDS(F, T)                                                                                  \
	F(T, UUID, artist_id, IN, "Whose; nil: any artist's")                                                     \
	F(T, TEXT, album_type, IN | NULLABLE, "Of this type")                                                     \
	F(T, INT, number, IN, "Key: release_day")                                                                 \
	F(T, TIME, time, IN, "Key: created_at")                                                                   \
	F(T, UUID, id, IN, "Key: id; nil sorts as the end")                                                       \
	F(T, INT, limit, IN, "Rows")
STRUCT(album_query, ALBUM_QUERY_FIELDS);

/* A new order of an album's tracks. */
#define ALBUM_ORDER_FIELDS(F, T)                                                                                  \
	F(T, UUID, album_id, IN, "The album")                                                                     \
	F(T, INT, version, IN, "Its version as read")                                                             \
	F(T, TIME, updated_at, IN, "Now")                                                                         \
	F(T, UUIDS, track_ids, IN, "All its tracks")                                                              \
	F(T, INTS, numbers, IN, "Their new numbers")
STRUCT(album_order, ALBUM_ORDER_FIELDS);

/* The stored spelling of a type given in any letter case; NULL: no such type. */
const char *album_type_stored(const char *type);

/* Fills in what is derived: slug, the precision of the date and the date cut to it. */
void album_derive(struct arena *a, struct album *it);

/* As the viewer may see it. NOT_FOUND. */
err album_find(struct ctx *cx, struct uuid id, struct album *out);
err album_find_editable(struct ctx *cx, struct uuid id, struct album *out); /* also VERIFIED_ARTIST, FORBIDDEN */

/* Its tracks, in order, into it->tracks. */
err album_load_tracks(struct ctx *cx, struct album *it);

void album_insert(struct change *ch, const void *album);
void album_update(struct change *ch, struct album *it, album_event_teller *tell, const char *old_title);

/* The new numbers, if `order` still names all tracks; otherwise EDIT_CONFLICT. */
void album_reorder(struct change *ch, const struct album_order *order, const struct album *it);

#endif
