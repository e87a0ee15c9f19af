/* The entities of the module: artists, albums, tracks, and who follows. */
#ifndef ARTIST_CATALOGUE_H
#define ARTIST_CATALOGUE_H

#include "contracts/artist.h"
#include "contracts/auth.h"
#include "vobe/date.h"
#include "vobe/module.h"

#define MODULE "artist"

/* What OpenAPI says of the members of social_links. */
#define LINKS_SAY                                                                                  \
	"\"propertyNames\":{\"minLength\":1,\"maxLength\":50},\"additionalProperties\":{\"type\":"     \
	"\"string\",\"format\":\"uri\",\"maxLength\":500," \
	"\"pattern\":\"^https?://[^\\\\s/?#@]+([/?#]\\\\S*)?$\"}"
extern const char *const album_types[];

#define DELETION_FIELDS(F, T)                                                                      \
	F(T, BOOL, is_deleted, 0, "Whether it was deleted", .view = VIEW_OWN)                      \
	F(T, TIME, deleted_at, NULLABLE, "When it was deleted", .view = VIEW_OWN)                  \
	F(T, UUID, deleted_by, NULLABLE | NO_JSON, "Who deleted it: who may undo that, beside moderators") \
	F(T, INT, version, NO_JSON, "Grows with each edit")

#define ARTIST_FIELDS(F, T)                                                                        \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, name, IN | REQ, "Name, as it is written", .min = 1, .max = 255, .format = FORMAT_LINE) \
	F(T, TEXT, slug, 0, "Name in URLs; follows the name, old ones redirect")                   \
	F(T, TEXT, bio, IN | NULLABLE, "About the artist, Markdown", .max = 10000)                 \
	F(T, TEXT, country, IN | NULLABLE, "Country, free text", .min = 1, .max = 100,             \
	  .format = FORMAT_LINE)                                                                   \
	F(T, TEXT, photo_url, IN | NULLABLE, "Picture", .format = FORMAT_URL)                      \
	F(T, TEXTS, genres, IN, "Genres", .max = 20, .each_max = 50, .format = FORMAT_LINE)        \
	F(T, JSON, social_links, IN | NULLABLE,                                                    \
	  "Names and http(s) URLs; in a PATCH merged name by name, null takes one away", .max = 20,  \
	  .each_max = 500, .format = FORMAT_URL, .says = LINKS_SAY,                                \
	  .example = "{\"website\":\"https://example.org\"}")                                    \
	F(T, BOOL, verified, IN,                                                                   \
	  "Confirmed by moderators, who alone may set it and edit the artist from then on")        \
	F(T, INT, followers_count, 0, "Users who follow")                                          \
	F(T, BOOL, is_following, NO_COLUMN, "Whether you follow it; absent for guests", .view = VIEW_MEMBER) \
	F(T, UUID, created_by, NULLABLE, "Who added it; null: imported")                           \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, TIME, updated_at, 0, "When it was last edited")                                       \
	DELETION_FIELDS(F, T)                                                                      \
	F(T, INT, followers_version, NO_JSON, "Grows with each change of followers_count")         \
	F(T, TEXT, name_key, NO_JSON, "Name without case, for sorting")                            \
	F(T, TEXTS, facets, NO_JSON, "What the list can be narrowed to, as words")                 \
	F(T, TIME, followed_at, NO_COLUMN | NO_JSON, "In the list of the followed: since when")    \
	F(T, TEXT, slug_stem, NO_COLUMN | NO_JSON, "In an INSERT: the slug without its number")    \
	F(T, INT, slug_number, NO_COLUMN | NO_JSON | NULLABLE, "In an INSERT: the number behind the stem")
STRUCT(artist, ARTIST_FIELDS);
SCHEMA(artist, ARTIST_FIELDS, "A musician, band, orchestra or producer");

#define ALBUM_TRACK_FIELDS(F, T)                                                                   \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, TEXT, title, 0, "Title")                                                              \
	F(T, INT, duration, NULLABLE, "Seconds")                                                   \
	F(T, INT, track_number, NULLABLE, "Place on the disc")                                     \
	F(T, INT, disc_number, 0, "Disc")                                                          \
	F(T, INT, plays_count, 0, "Times played")
STRUCT(album_track, ALBUM_TRACK_FIELDS);
SCHEMA(album_track, ALBUM_TRACK_FIELDS, "A track as its album lists it");

#define ALBUM_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, UUID, artist_id, IN | REQ | ONCE, "Whose album; cannot be changed")                   \
	F(T, TEXT, artist_name, NO_COLUMN, "Name of the artist")                                   \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 255, .format = FORMAT_LINE)          \
	F(T, TEXT, slug, 0, "Title for URLs, not unique")                                          \
	F(T, DATE, release_date, IN | NULLABLE,                                                    \
	  "First day of what is known; YYYY, YYYY-MM and YYYY-MM-DD are taken", .format = FORMAT_PARTIAL) \
	F(T, TEXT, release_date_precision, IN | NULLABLE,                                          \
	  "How much of release_date is known; may say less than the date, never more",             \
	  .one_of = date_precisions)                                                                    \
	F(T, TEXT, album_type, IN, "album, single, EP or compilation; any letter case",            \
	  .otherwise = "album", .one_of = album_types, .any_case = true)                           \
	F(T, TEXT, description, IN | NULLABLE, "About the album", .max = 2000)                     \
	F(T, TEXT, cover_url, IN | NULLABLE, "Cover", .format = FORMAT_URL)                        \
	F(T, INT, total_tracks, NO_COLUMN, "Tracks on it")                                         \
	F(T, UUID, created_by, NULLABLE, "Who added it; null: imported")                           \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, TIME, updated_at, 0, "When it was last edited")                                       \
	DELETION_FIELDS(F, T)                                                                      \
	F(T, INT, release_day, NO_JSON, "release_date as a number, for paging")                    \
	F(T, BOOL, artist_verified, NO_COLUMN | NO_JSON, "The artist is verified")                 \
	F(T, BOOL, artist_is_deleted, NO_COLUMN | NO_JSON,                                         \
	  "The artist is deleted, and the album hidden with it")                                   \
	F(T, INT, artist_version, NO_COLUMN | NO_JSON, "The artist's version")                     \
	F(T, MANY, tracks, NO_COLUMN, "In order of disc and number", .of = &album_track_schema,    \
	  .view = VIEW_DETAIL)
STRUCT(album, ALBUM_FIELDS);
SCHEMA(album, ALBUM_FIELDS, "An album, single, EP or compilation");

#define TRACK_FIELDS(F, T)                                                                         \
	F(T, UUID, id, 0, "Identifier")                                                            \
	F(T, UUID, album_id, 0, "The album it is on")                                              \
	F(T, TEXT, album_title, NO_COLUMN, "Title of the album")                                   \
	F(T, UUID, artist_id, NO_COLUMN, "The album's artist")                                     \
	F(T, TEXT, artist_name, NO_COLUMN, "Name of the artist")                                   \
	F(T, TEXT, title, IN | REQ, "Title", .min = 1, .max = 255, .format = FORMAT_LINE)          \
	F(T, INT, duration, IN | NULLABLE, "Seconds", .min = 1, .max = 86400)                      \
	F(T, INT, track_number, IN | NULLABLE, "Place on the disc; when not given, the next", .min = 1, \
	  .max = 9999)                                                                             \
	F(T, INT, disc_number, IN, "Disc", .min = 1, .max = 99, .otherwise = "1")                  \
	F(T, TEXT, audio_url, IN | NULLABLE, "Where it can be heard", .format = FORMAT_URL)        \
	F(T, TEXT, lyrics, IN | NULLABLE, "Words", .max = 50000, .view = VIEW_DETAIL)              \
	F(T, INT, plays_count, 0, "Times played")                                                  \
	F(T, TIME, created_at, 0, "When it was added")                                             \
	F(T, TIME, updated_at, 0, "When it was last edited")                                       \
	DELETION_FIELDS(F, T)                                                                      \
	F(T, UUID, album_created_by, NO_COLUMN | NO_JSON | NULLABLE,                               \
	  "Who added the album, and may edit its tracks")                                          \
	F(T, BOOL, artist_verified, NO_COLUMN | NO_JSON, "The artist is verified")                 \
	F(T, BOOL, parent_is_deleted, NO_COLUMN | NO_JSON,                                         \
	  "Album or artist is deleted, and the track hidden")                                      \
	F(T, INT, parent_version, NO_COLUMN | NO_JSON, "Sum of the album's and the artist's version")
STRUCT(track, TRACK_FIELDS);
SCHEMA(track, TRACK_FIELDS, "A track of an album");

#define FOLLOW_FIELDS(F, T)                                                                        \
	F(T, UUID, artist_id, 0, "The artist")                                                     \
	F(T, UUID, user_id, 0, "Who follows")                                                      \
	F(T, TIME, created_at, 0, "Since when")
STRUCT(follow, FOLLOW_FIELDS);
SCHEMA(follow, FOLLOW_FIELDS, "A user follows an artist");

#endif
