/* Loading a catalogue. */
#ifndef CONTRACTS_IMPORT_ARTIST_H
#define CONTRACTS_IMPORT_ARTIST_H

#include "contracts/import/outcome.h"
#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/* Rows of an import; ids are the file's. */
struct artist_row {
	struct uuid id;
	const char *name, *bio, *country, *photo_url;
	struct texts genres;
	const char *social_links; /* a JSON object */
};
struct album_row {
	struct uuid id, artist_id;
	const char *title, *description, *album_type, *release_date, *cover_url;
};
struct track_row {
	struct uuid id, album_id;
	const char *title, *audio_url, *lyrics;
	int64_t duration, track_number, disc_number; /* INT_NULL: unknown */
};

struct artist_import {
	/* By the rules of the API, one transaction for all rows that are good; what is there is left as it
	 * is. */
	err (*import_artists)(struct ctx *cx, const struct artist_row *rows, int count,
			      struct import_outcome *outcomes);
	err (*import_albums)(struct ctx *cx, const struct album_row *rows, int count,
			     struct import_outcome *outcomes);
	err (*import_tracks)(struct ctx *cx, const struct track_row *rows, int count,
			     struct import_outcome *outcomes);
};
SERVICE(artist_import, "artist.import");

#endif
