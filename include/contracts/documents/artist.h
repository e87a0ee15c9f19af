/* The catalogue as documents, for who keeps an index of it. */
#ifndef CONTRACTS_DOCUMENTS_ARTIST_H
#define CONTRACTS_DOCUMENTS_ARTIST_H

#include "vobe/ctx.h"
#include "vobe/schema.h"
#include "vobe/service.h"

/*
 * Current state for an index. `exists` false: deleted (itself or a parent) or unknown, take it out.
 * `version` covers everything the document shows, an artist's name in its tracks and the number of followers
 * too: it grows with each change of any of them, so the greater one is the newer document. It is no event's
 * aggregate_version.
 */
struct artist_document {
	struct uuid id;
	bool exists;
	const char *name, *slug, *bio, *country, *photo_url;
	struct texts genres;
	bool verified;
	int64_t followers_count, created_at, version;
};
struct album_document {
	struct uuid id, artist_id;
	bool exists;
	const char *title, *slug, *artist_name, *description, *album_type, *release_date, *cover_url;
	int64_t created_at, version;
};
struct track_document {
	struct uuid id, album_id, artist_id;
	bool exists;
	const char *title, *album_title, *artist_name;
	int64_t duration, plays_count, created_at, version; /* duration in seconds or INT_NULL */
};

enum catalogue_kind { CATALOGUE_ARTISTS, CATALOGUE_ALBUMS, CATALOGUE_TRACKS };

struct artist_documents {
	/* docs[i] belongs to ids[i]. Never cached. */
	err (*artist_documents)(struct ctx *cx, const struct uuid *ids, int count,
				struct artist_document *docs);
	err (*album_documents)(struct ctx *cx, const struct uuid *ids, int count,
			       struct album_document *docs);
	err (*track_documents)(struct ctx *cx, const struct uuid *ids, int count,
			       struct track_document *docs);

	/* Ids of what is not deleted, in order, behind `after` (nil: from the start); *count 0 at the end. */
	err (*scan)(struct ctx *cx, enum catalogue_kind kind, struct uuid after, int limit, struct uuid **ids,
		    int *count);

	/*
	 * The albums of an artist and the tracks of an album, for what must follow a rename, a deletion or a
	 * restoration of the parent: ids behind `after`, as scan, but deleted ones too (their documents say
	 * exists = false).
	 */
	err (*scan_of)(struct ctx *cx, enum catalogue_kind kind, struct uuid parent, struct uuid after,
		       int limit, struct uuid **ids, int *count);
};
SERVICE(artist_documents, "artist.documents");

#endif
