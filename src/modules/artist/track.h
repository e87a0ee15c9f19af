/* Tracks: where they are kept, and their numbers. */
#ifndef ARTIST_TRACK_H
#define ARTIST_TRACK_H

#include "modules/artist/album.h"

PROBLEM(NUMBER_TAKEN, 409, "track_number_taken", "Track number taken",
	"Another track of the album has this number on this disc."
	" Choose another, or PUT /albums/{id}/tracks/order.");

/* A number in use. */
#define PLACE_FIELDS(F, T)                                                                         \
	F(T, UUID, album_id, 0, "The album")                                                       \
	F(T, INT, disc_number, 0, "The disc")                                                      \
	F(T, INT, track_number, 0, "The number on it")
STRUCT(place, PLACE_FIELDS);

/* The numbers in use on albums. */
err track_places(struct ctx *cx, const struct by_ids *in, struct place **rows, int *count);

/* A track with what it shows of its album and artist. */
#define TRACK_SELECT                                                                               \
	"SELECT $t.*, b.title AS album_title, b.artist_id, a.name AS artist_name,"                 \
	" a.verified AS artist_verified, b.created_by AS album_created_by,"                        \
	" (b.is_deleted OR a.is_deleted) AS parent_is_deleted,"                                    \
	" b.version + a.version AS parent_version"                                                 \
	" FROM tracks t JOIN albums b ON b.id = t.album_id JOIN artists a ON a.id = b.artist_id "

LOADS(tracks, track); /* whatever their state; not cached */

/* As the viewer may see it: NOT_FOUND. For editing: VERIFIED_ARTIST, FORBIDDEN, too. */
err track_find(struct ctx *cx, struct uuid id, struct track *out);
err track_find_editable(struct ctx *cx, struct uuid id, struct track *out);

/* As those of artists. */
err track_find_deletable(struct ctx *cx, struct uuid id, struct track *out);
err track_find_restorable(struct ctx *cx, struct uuid id, struct track *out);

/*
 * Add to the change, with the event: a new row, on an album that is not deleted (NOT_FOUND); the row's next
 * state (`version` grows). A number in use is NUMBER_TAKEN.
 */
void track_add(struct change *ch, const struct track *it);
void track_save(struct change *ch, struct track *it, track_event_teller *tell);

#endif
