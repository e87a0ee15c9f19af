/* Statements of the index; the groups of four are in the order of enum kind. */
#ifndef SEARCH_INDEX_STORE_H
#define SEARCH_INDEX_STORE_H

#include "modules/search/index.h"

#define STAMP_ROW_FIELDS(F, T) F(T, INT, stamp, 0, "The next stamp")
STRUCT(stamp_row, STAMP_ROW_FIELDS);
SCHEMA(stamp_row, STAMP_ROW_FIELDS, "A stamp");

#define STAMPED_ID_FIELDS(F, T)                                                                    \
	F(T, UUID, id, 0, "The document")                                                          \
	F(T, INT, stamp, 0, "Order of reading")
STRUCT(stamped_id, STAMPED_ID_FIELDS);
SCHEMA(stamped_id, STAMPED_ID_FIELDS, "A document to remove");

#define SCAN_IN_FIELDS(F, T)                                                                       \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, UUID, id, 0, "Behind this one")                                                       \
	F(T, INT, limit, 0, "At most so many")
STRUCT(scan_in, SCAN_IN_FIELDS);
SCHEMA(scan_in, SCAN_IN_FIELDS, "A scan in order of id");

#define WORDS_IN_FIELDS(F, T)                                                                      \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, TEXTS, words, 0, "Sorted words")
STRUCT(words_in, WORDS_IN_FIELDS);
SCHEMA(words_in, WORDS_IN_FIELDS, "Words for the vocabulary");

enum {
	STAMP_NEXT,
	POST_WRITE, ARTIST_WRITE, ALBUM_WRITE, TRACK_WRITE,
	POSTS_BY_IDS, ARTISTS_BY_IDS, ALBUMS_BY_IDS, TRACKS_BY_IDS,
	DOCUMENT_REMOVE, DOCUMENTS_SCAN, DOCUMENTS_TOTAL,
	VOCABULARY_ADD,
	INDEX_STATEMENTS
};

#endif
