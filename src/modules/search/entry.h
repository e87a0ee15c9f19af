/* Documents as the index stores them. */
#ifndef SEARCH_ENTRY_H
#define SEARCH_ENTRY_H

#define MODULE "search"

#include "vobe/db.h"

enum kind { KIND_POSTS, KIND_ARTISTS, KIND_ALBUMS, KIND_TRACKS, KIND_USERS, KIND_COUNT };

extern const char *const kind_names[KIND_COUNT + 1]; /* NULL-terminated */

#define DERIVED_FIELDS(F, T)                                                                       \
	F(T, INT, stamp, NO_JSON | NO_COLUMN, "Order of reading")                                  \
	F(T, TEXT, doc, NO_JSON | NO_COLUMN, "Stems, as a tsvector")                               \
	F(T, TEXT, exact, NO_JSON | NO_COLUMN, "Words of names, as a tsvector")                    \
	F(T, TEXT, forms, NO_JSON | NO_COLUMN, "Bits of word forms, in hexadecimal")               \
	F(T, INT, length, NO_JSON | NO_COLUMN, "Stems")                                            \
	F(T, TEXTS, facts, NO_JSON | NO_COLUMN, "For `doc` and `exact`: what filters ask for")     \
	F(T, TEXT, plain, NO_JSON | NO_COLUMN, "Title or name, folded and bare")

#define POST_ENTRY_FIELDS(F, T)                                                                    \
	F(T, UUID, post_id, 0, "The post")                                                         \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, TEXT, slug, 0, "Slug")                                                                \
	F(T, TEXT, description, NULLABLE, "Description")                                           \
	F(T, TEXT, content, NO_COLUMN, "Content, Markdown source", .view = VIEW_DETAIL)            \
	F(T, UUID, author_id, NULLABLE, "Author")                                                  \
	F(T, TEXT, author_username, NULLABLE, "Author's name; null once deleted")                  \
	F(T, UUID, primary_artist_id, NULLABLE, "Artist the post is about")                        \
	F(T, UUIDS, artist_ids, 0, "Its artists, the primary one first")                           \
	F(T, TEXTS, artist_names, NO_COLUMN, "Their names; empty for one just gone or new")            \
	F(T, TEXT, status, 0, "published")                                                         \
	F(T, TEXTS, tags, 0, "Slugs of its tags")                                                  \
	F(T, TEXT, cover_image_url, NULLABLE, "Cover image")                                       \
	F(T, TIME, published_at, 0, "When it was first published")                                 \
	F(T, TIME, created_at, 0, "When it was written")                                           \
	F(T, INT, version, NO_JSON, "Version of the post")                                         \
	F(T, INT, content_hash, NO_JSON, "Hash of the content")                                    \
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
	F(T, TEXT, name_words, NO_JSON | NO_COLUMN, "Words of the name, for posts, as a tsvector") \
	F(T, TEXT, name_stems, NO_JSON | NO_COLUMN, "Its stems, likewise")                         \
	F(T, TEXT, credit, NO_JSON | NO_COLUMN, "tsquery: a post is the artist's")                 \
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
	F(T, TEXT, release_date, NULLABLE, "When its album came out")                              \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, INT, version, NO_JSON, "Version of the track")                                        \
	DERIVED_FIELDS(F, T)
STRUCT(track_entry, TRACK_ENTRY_FIELDS);
SCHEMA(track_entry, TRACK_ENTRY_FIELDS, "A track in the index");

#define USER_ENTRY_FIELDS(F, T)                                                                    \
	F(T, UUID, user_id, 0, "The user")                                                         \
	F(T, TEXT, username, 0, "Public name")                                                     \
	F(T, TIME, created_at, 0, "When it was registered")                                        \
	F(T, INT, version, NO_JSON, "Version of the account")                                      \
	DERIVED_FIELDS(F, T)
STRUCT(user_entry, USER_ENTRY_FIELDS);
SCHEMA(user_entry, USER_ENTRY_FIELDS, "A user in the index");

#endif
