/* What other modules may know of artist: names, existence, documents for the index, and how the catalogue changed. */
#ifndef CONTRACTS_ARTIST_H
#define CONTRACTS_ARTIST_H

#include "vobe/event.h"

PROBLEM(ARTIST_UNKNOWN, 422, "artist_unknown", "No such artist",
	"An artist named in the request does not exist or was deleted. GET /api/v1/artists finds the id.");

struct artist_card {
	struct uuid id;
	const char *name, *slug; /* NULL: unknown or deleted */
};

/*
 * Current state for the search index. `exists` false: deleted (itself or a parent) or unknown, take it out.
 * `version` covers everything the document shows, an artist's name in its tracks and the number of followers too: it
 * grows with each change of any of them, so the greater one is the newer document. It is no event's aggregate_version.
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

/* What became of row i of an import: `fault` NULL and added, or there already, or refused with the reason. */
struct import_outcome {
	bool added;
	const char *fault;
};

enum catalogue_kind { CATALOGUE_ARTISTS, CATALOGUE_ALBUMS, CATALOGUE_TRACKS };

struct artist_service {
	/* cards[i] belongs to ids[i]; unknown ids are no error. One batch, cached. */
	err (*artist_cards)(struct ctx *cx, const struct uuid *ids, int count, struct artist_card *cards);

	/* Begins what artist_cards of the same ids will wait for, without waiting: for callers of several services. */
	void (*artist_cards_ahead)(struct ctx *cx, const struct uuid *ids, int count);

	/* ARTIST_UNKNOWN, naming the ids in its detail, unless all exist and are not deleted. */
	err (*must_exist)(struct ctx *cx, const struct uuid *ids, int count);

	/* docs[i] belongs to ids[i]. Never cached. */
	err (*artist_documents)(struct ctx *cx, const struct uuid *ids, int count, struct artist_document *docs);
	err (*album_documents)(struct ctx *cx, const struct uuid *ids, int count, struct album_document *docs);
	err (*track_documents)(struct ctx *cx, const struct uuid *ids, int count, struct track_document *docs);

	/* Ids of what is not deleted, in order of id, behind `after` (nil: from the start); *count 0 at the end. */
	err (*scan)(struct ctx *cx, enum catalogue_kind kind, struct uuid after, int limit, struct uuid **ids, int *count);

	/*
	 * The albums of an artist and the tracks of an album, for what must follow a rename, a deletion or a restoration of
	 * the parent: ids behind `after`, as scan, but deleted ones too (their documents say exists = false).
	 */
	err (*scan_of)(struct ctx *cx, enum catalogue_kind kind, struct uuid parent, struct uuid after, int limit,
		       struct uuid **ids, int *count);

	/* Loads rows by the rules of the API, one transaction for all that are good; an id that is there is left as it is. */
	err (*import_artists)(struct ctx *cx, const struct artist_row *rows, int count, struct import_outcome *outcomes);
	err (*import_albums)(struct ctx *cx, const struct album_row *rows, int count, struct import_outcome *outcomes);
	err (*import_tracks)(struct ctx *cx, const struct track_row *rows, int count, struct import_outcome *outcomes);
};

#define ARTIST_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, artist_id, IN, "The artist")                                                    \
	F(T, TEXT, name, IN | NULLABLE, "Current name")                                            \
	F(T, TEXT, slug, IN | NULLABLE, "Current slug")                                            \
	F(T, TEXT, old_name, IN | NULLABLE, "artist.updated: the name before, when it changed")    \
	F(T, BOOL, verified, IN, "Whether the artist is verified")
STRUCT(artist_event, ARTIST_EVENT_FIELDS);
SCHEMA(artist_event, ARTIST_EVENT_FIELDS, "An artist changed");

#define FOLLOW_EVENT_FIELDS(F, T)                                                                  \
	F(T, UUID, artist_id, IN, "The artist; also the aggregate")                                \
	F(T, UUID, user_id, IN, "Who follows, or no longer does")
/*
 * No count here: it is summed by the database in the same change, so that parallel follows need not wait for one another;
 * who shows it reads the artist's document. Follows do not raise the artist's version: aggregate_version is the one read.
 */
STRUCT(follow_event, FOLLOW_EVENT_FIELDS);
SCHEMA(follow_event, FOLLOW_EVENT_FIELDS, "A user followed or left an artist");

#define ALBUM_EVENT_FIELDS(F, T)                                                                   \
	F(T, UUID, album_id, IN, "The album")                                                      \
	F(T, UUID, artist_id, IN, "Its artist")                                                    \
	F(T, TEXT, title, IN | NULLABLE, "Current title")                                          \
	F(T, TEXT, old_title, IN | NULLABLE, "album.updated: the title before, when it changed")
STRUCT(album_event, ALBUM_EVENT_FIELDS);
SCHEMA(album_event, ALBUM_EVENT_FIELDS, "An album changed");

#define TRACK_EVENT_FIELDS(F, T)                                                                   \
	F(T, UUID, track_id, IN, "The track")                                                      \
	F(T, UUID, album_id, IN, "Its album")                                                      \
	F(T, UUID, artist_id, IN, "The album's artist")                                            \
	F(T, TEXT, title, IN | NULLABLE, "Current title")
STRUCT(track_event, TRACK_EVENT_FIELDS);
SCHEMA(track_event, TRACK_EVENT_FIELDS, "A track changed");

EVENT(artist_created, "artist.created", artist_event, 1);
EVENT(artist_updated, "artist.updated", artist_event, 1);
EVENT(artist_verified, "artist.verified", artist_event, 1);
EVENT(artist_deleted, "artist.deleted", artist_event, 1);
EVENT(artist_restored, "artist.restored", artist_event, 1);
EVENT(artist_followed, "artist.followed", follow_event, 1);
EVENT(artist_unfollowed, "artist.unfollowed", follow_event, 1);
EVENT(album_created, "album.created", album_event, 1);
EVENT(album_updated, "album.updated", album_event, 1);
EVENT(album_deleted, "album.deleted", album_event, 1);
EVENT(album_restored, "album.restored", album_event, 1);
EVENT(track_created, "track.created", track_event, 1);
EVENT(track_updated, "track.updated", track_event, 1);
EVENT(track_deleted, "track.deleted", track_event, 1);
EVENT(track_restored, "track.restored", track_event, 1);

#endif
