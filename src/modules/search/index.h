/* The index: documents as they are stored, and how they are brought up to date. */
#ifndef SEARCH_INDEX_H
#define SEARCH_INDEX_H

#include "contracts/documents/artist.h"
#include "contracts/documents/content.h"
#include "contracts/operator/search.h"
#include "vobe/db.h"
#include "vobe/subscription.h"

/* The services this module needs; set by start. */
extern const struct content_documents *content;
extern const struct artist_documents *artist;

enum kind { KIND_POSTS, KIND_ARTISTS, KIND_ALBUMS, KIND_TRACKS, KIND_COUNT };

enum { INDEX_BATCH = 64 }; /* documents read and written at once */

#define DERIVED_FIELDS(F, T)                                                                       \
	F(T, INT, stamp, NO_JSON | NO_COLUMN, "Order of reading")                                  \
	F(T, TEXTS, words, NO_JSON | NO_COLUMN, "For `exact`")                                     \
	F(T, TEXT, plain, NO_JSON | NO_COLUMN, "Title or name, folded and bare")

#define POST_ENTRY_FIELDS(F, T)                                                                    \
	F(T, UUID, post_id, 0, "The post")                                                         \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, TEXT, slug, 0, "Slug")                                                                \
	F(T, TEXT, description, NULLABLE, "Description")                                           \
	F(T, TEXT, content, 0, "Content, Markdown source")                                         \
	F(T, UUID, author_id, NULLABLE, "Author")                                                  \
	F(T, TEXT, author_username, NULLABLE, "Author's name; null once deleted")                  \
	F(T, UUID, primary_artist_id, NULLABLE, "Artist the post is about")                        \
	F(T, UUIDS, artist_ids, 0, "Its artists, the primary one first")                           \
	F(T, TEXTS, artist_names, 0, "Their names")                                                \
	F(T, TEXT, status, 0, "published")                                                         \
	F(T, TEXTS, tags, 0, "Slugs of its tags")                                                  \
	F(T, TEXT, cover_image_url, NULLABLE, "Cover image")                                       \
	F(T, TIME, published_at, 0, "When it was first published")                                 \
	F(T, TIME, created_at, 0, "When it was written")                                           \
	F(T, INT, version, NO_JSON, "Version of the post")                                         \
	DERIVED_FIELDS(F, T)
STRUCT(post_entry, POST_ENTRY_FIELDS);
SCHEMA(post_entry, POST_ENTRY_FIELDS, "A post in the index");

#define ARTIST_ENTRY_FIELDS(F, T)                                                                  \
	F(T, UUID, artist_id, 0, "The artist")                                                     \
	F(T, TEXT, name, 0, "Name")                                                                \
	F(T, TEXT, slug, 0, "Slug")                                                                \
	F(T, TEXT, bio, NULLABLE, "Biography")                                                     \
	F(T, TEXTS, genres, 0, "Genres")                                                           \
	F(T, TEXT, country, NULLABLE, "Country")                                                   \
	F(T, TEXT, photo_url, NULLABLE, "Picture")                                                 \
	F(T, BOOL, verified, 0, "Whether the artist is verified")                                  \
	F(T, INT, followers_count, 0, "Followers")                                                 \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, INT, version, NO_JSON, "Version of the artist")                                       \
	DERIVED_FIELDS(F, T)
STRUCT(artist_entry, ARTIST_ENTRY_FIELDS);
SCHEMA(artist_entry, ARTIST_ENTRY_FIELDS, "An artist in the index");

#define ALBUM_ENTRY_FIELDS(F, T)                                                                   \
	F(T, UUID, album_id, 0, "The album")                                                       \
	F(T, UUID, artist_id, 0, "Its artist")                                                     \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, TEXT, artist_name, NULLABLE, "The artist's name")                                     \
	F(T, TEXT, description, NULLABLE, "Description")                                           \
	F(T, TEXT, album_type, NULLABLE, "album, single, EP or compilation")                       \
	F(T, TEXT, release_date, NULLABLE, "When it came out")                                     \
	F(T, TEXT, cover_url, NULLABLE, "Cover image")                                             \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, INT, version, NO_JSON, "Version of the album")                                        \
	DERIVED_FIELDS(F, T)
STRUCT(album_entry, ALBUM_ENTRY_FIELDS);
SCHEMA(album_entry, ALBUM_ENTRY_FIELDS, "An album in the index");

#define TRACK_ENTRY_FIELDS(F, T)                                                                   \
	F(T, UUID, track_id, 0, "The track")                                                       \
	F(T, UUID, album_id, 0, "Its album")                                                       \
	F(T, UUID, artist_id, 0, "The album's artist")                                             \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, TEXT, album_title, NULLABLE, "The album's title")                                     \
	F(T, TEXT, artist_name, NULLABLE, "The artist's name")                                     \
	F(T, INT, duration, NULLABLE, "Seconds")                                                   \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, INT, version, NO_JSON, "Version of the track")                                        \
	DERIVED_FIELDS(F, T)
STRUCT(track_entry, TRACK_ENTRY_FIELDS);
SCHEMA(track_entry, TRACK_ENTRY_FIELDS, "A track in the index");

#define KIND_ROW_FIELDS(F, T) F(T, TEXT, kind, 0, "Kind of document")
STRUCT(kind_row, KIND_ROW_FIELDS);
SCHEMA(kind_row, KIND_ROW_FIELDS, "A kind");

#define COUNT_ROW_FIELDS(F, T) F(T, INT, count, 0, "How many")
STRUCT(count_row, COUNT_ROW_FIELDS);
SCHEMA(count_row, COUNT_ROW_FIELDS, "A count");

/*
 * Reads the current state of up to INDEX_BATCH sources and adds to the change what makes their documents so: written where
 * the source can be found, removed where not. Takes the stamp before reading. Suspends.
 */
err index_refresh(struct ctx *cx, struct change *ch, enum kind kind, const struct uuid *ids, int count);

/* The same for any number of ids, in changes of its own. */
err index_refresh_all(struct ctx *cx, enum kind kind, const struct uuid *ids, int count);

/* Ids of the sources of a kind, and of its documents, behind `after`. Suspend. */
err source_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count);
err entry_scan(struct ctx *cx, enum kind kind, struct uuid after, int limit, struct uuid **ids, int *count);

/* Compares up to INDEX_BATCH documents with their sources; adds to missing, stale and extra. Suspends. */
err index_compare(struct ctx *cx, enum kind kind, const struct uuid *ids, int count, struct index_status *differ);

/* How many documents there are. Suspends. */
err entry_count(struct ctx *cx, enum kind kind, int64_t *count);

/* Brings lexemes, statistics and vocabulary up to date where the index has changed enough; a job. Suspends. */
err statistics_refresh(struct ctx *cx);

extern struct statement index_statements[];
extern struct statement statistics_statements[];
extern const struct subscription search_hears[];
extern const struct search_operator search_operator;
extern const char *const kind_names[KIND_COUNT];

#endif
