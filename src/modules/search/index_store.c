/* The statements of the index; their SQL is in sql/index.sql. */
#include "modules/search/index_store.h"

#include "modules/search/sql.h"

struct statement index_statements[INDEX_STATEMENTS + 1] = {
	[STAMP_NEXT] = {"stamp_next", STAMP_NEXT_SQL, .out = &stamp_row_schema},

	[POST_WRITE] = {"post_write", POST_WRITE_SQL, .in = &post_entry_schema},
	[ARTIST_WRITE] = {"artist_write", ARTIST_WRITE_SQL, .in = &artist_entry_schema},
	[ALBUM_WRITE] = {"album_write", ALBUM_WRITE_SQL, .in = &album_entry_schema},
	[TRACK_WRITE] = {"track_write", TRACK_WRITE_SQL, .in = &track_entry_schema},

	[POSTS_BY_IDS] = {"posts_by_ids", POSTS_BY_IDS_SQL, .in = &by_ids_schema, .out = &post_entry_schema},
	[ARTISTS_BY_IDS] = {"artists_by_ids", ARTISTS_BY_IDS_SQL, .in = &by_ids_schema, .out = &artist_entry_schema},
	[ALBUMS_BY_IDS] = {"albums_by_ids", ALBUMS_BY_IDS_SQL, .in = &by_ids_schema, .out = &album_entry_schema},
	[TRACKS_BY_IDS] = {"tracks_by_ids", TRACKS_BY_IDS_SQL, .in = &by_ids_schema, .out = &track_entry_schema},

	[DOCUMENT_REMOVE] = {"document_remove", DOCUMENT_REMOVE_SQL, .in = &stamped_id_schema},
	[DOCUMENTS_SCAN] = {"documents_scan", DOCUMENTS_SCAN_SQL, .in = &scan_in_schema, .out = &by_id_schema},
	[DOCUMENTS_TOTAL] = {"documents_total", DOCUMENTS_TOTAL_SQL, .in = &kind_row_schema, .out = &count_row_schema, .lane = LANE_SLOW},
	[VOCABULARY_ADD] = {"vocabulary_add", VOCABULARY_ADD_SQL, .in = &words_in_schema},
	{0},
};
