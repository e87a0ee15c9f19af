/* Tracks: statements, loader, rules. */
#ifndef ARTIST_TRACK_H
#define ARTIST_TRACK_H

#include "modules/artist/album.h"

PROBLEM(NUMBER_TAKEN, 409, "track_number_taken", "Track number taken",
	"Another track of the album has this number on this disc. Choose another, or PUT /albums/{id}/tracks/order.");

enum track_statement {
	TRACK_BY_IDS, TRACK_INSERT, TRACK_UPDATE, TRACK_PLACES,
	TRACKS_BY_AGE, ALBUM_TRACKS_BY_AGE, ARTIST_TRACKS_BY_AGE,
	TRACKS_COUNT, TRACKS_SCAN, TRACKS_SCAN_OF,
};
extern struct statement track_statements[];
extern struct loader tracks; /* by id, whatever their state; not cached */

#define TRACK_QUERY_FIELDS(F, T)                                                                                  \
	F(T, UUID, album_id, IN, "On which album; nil: any")                                                      \
	F(T, UUID, artist_id, IN, "Of which artist; nil: any")                                                    \
	F(T, TIME, time, IN, "Key: created_at")                                                                   \
	F(T, UUID, id, IN, "Key: id; nil sorts as the end")                                                       \
	F(T, INT, limit, IN, "Rows")
STRUCT(track_query, TRACK_QUERY_FIELDS);

/* A number in use. */
#define PLACE_FIELDS(F, T)                                                                                        \
	F(T, UUID, album_id, 0, "The album")                                                                      \
	F(T, INT, disc_number, 0, "The disc")                                                                     \
	F(T, INT, track_number, 0, "The number on it")
STRUCT(place, PLACE_FIELDS);

/* As the viewer may see it. NOT_FOUND. */
err track_find(struct ctx *cx, struct uuid id, struct track *out);
err track_find_editable(struct ctx *cx, struct uuid id, struct track *out); /* also VERIFIED_ARTIST, FORBIDDEN */

/* The numbers in use on albums. */
err track_places(struct ctx *cx, const struct uuid *album_ids, int count, struct place **places, int *place_count);

/* On an album that is not deleted, else NOT_FOUND. A number in use is NUMBER_TAKEN. */
void track_insert(struct change *ch, const void *track);
void track_update(struct change *ch, struct track *it, track_event_teller *tell);

#endif
