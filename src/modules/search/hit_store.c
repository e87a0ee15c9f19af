/* The statements that find; their SQL is in sql/. */
#include "modules/search/hit_store.h"

#include "modules/search/sql.h"

#define YIELDS(row, lane_) .in = &find_in_schema, .out = &row##_schema, .lane = lane_

struct statement hit_statements[HIT_STATEMENTS + 1] = {
	[HIT_STATEMENT(FIND, KIND_POSTS)] = {"find_posts", FIND_POSTS_SQL, YIELDS(post_hit, LANE_SLOW)},
	[HIT_STATEMENT(FIND_QUICKLY, KIND_POSTS)] = {"find_posts_quickly", FIND_POSTS_SQL, YIELDS(post_hit, LANE_READ)},
	[HIT_STATEMENT(NEWEST, KIND_POSTS)] = {"newest_posts", NEWEST_POSTS_SQL, YIELDS(post_hit, LANE_SLOW)},
	[HIT_STATEMENT(LIST, KIND_POSTS)] = {"list_posts", LIST_POSTS_SQL, YIELDS(post_hit, LANE_SLOW)},
	[HIT_STATEMENT(COUNT, KIND_POSTS)] = {"count_posts", COUNT_POSTS_SQL, YIELDS(count_row, LANE_SLOW)},
	[HIT_STATEMENT(COUNT_LISTED, KIND_POSTS)] = {"count_listed_posts", COUNT_LISTED_POSTS_SQL, YIELDS(count_row, LANE_SLOW)},

	[HIT_STATEMENT(FIND, KIND_ARTISTS)] = {"find_artists", FIND_ARTISTS_SQL, YIELDS(artist_hit, LANE_SLOW)},
	[HIT_STATEMENT(FIND_QUICKLY, KIND_ARTISTS)] = {"find_artists_quickly", FIND_ARTISTS_SQL, YIELDS(artist_hit, LANE_READ)},
	[HIT_STATEMENT(NEWEST, KIND_ARTISTS)] = {"newest_artists", NEWEST_ARTISTS_SQL, YIELDS(artist_hit, LANE_SLOW)},
	[HIT_STATEMENT(LIST, KIND_ARTISTS)] = {"list_artists", LIST_ARTISTS_SQL, YIELDS(artist_hit, LANE_SLOW)},
	[HIT_STATEMENT(COUNT, KIND_ARTISTS)] = {"count_artists", COUNT_ARTISTS_SQL, YIELDS(count_row, LANE_SLOW)},
	[HIT_STATEMENT(COUNT_LISTED, KIND_ARTISTS)] = {"count_listed_artists", COUNT_LISTED_ARTISTS_SQL, YIELDS(count_row, LANE_SLOW)},

	[HIT_STATEMENT(FIND, KIND_ALBUMS)] = {"find_albums", FIND_ALBUMS_SQL, YIELDS(album_hit, LANE_SLOW)},
	[HIT_STATEMENT(FIND_QUICKLY, KIND_ALBUMS)] = {"find_albums_quickly", FIND_ALBUMS_SQL, YIELDS(album_hit, LANE_READ)},
	[HIT_STATEMENT(NEWEST, KIND_ALBUMS)] = {"newest_albums", NEWEST_ALBUMS_SQL, YIELDS(album_hit, LANE_SLOW)},
	[HIT_STATEMENT(LIST, KIND_ALBUMS)] = {"list_albums", LIST_ALBUMS_SQL, YIELDS(album_hit, LANE_SLOW)},
	[HIT_STATEMENT(COUNT, KIND_ALBUMS)] = {"count_albums", COUNT_ALBUMS_SQL, YIELDS(count_row, LANE_SLOW)},
	[HIT_STATEMENT(COUNT_LISTED, KIND_ALBUMS)] = {"count_listed_albums", COUNT_LISTED_ALBUMS_SQL, YIELDS(count_row, LANE_SLOW)},

	[HIT_STATEMENT(FIND, KIND_TRACKS)] = {"find_tracks", FIND_TRACKS_SQL, YIELDS(track_hit, LANE_SLOW)},
	[HIT_STATEMENT(FIND_QUICKLY, KIND_TRACKS)] = {"find_tracks_quickly", FIND_TRACKS_SQL, YIELDS(track_hit, LANE_READ)},
	[HIT_STATEMENT(NEWEST, KIND_TRACKS)] = {"newest_tracks", NEWEST_TRACKS_SQL, YIELDS(track_hit, LANE_SLOW)},
	[HIT_STATEMENT(LIST, KIND_TRACKS)] = {"list_tracks", LIST_TRACKS_SQL, YIELDS(track_hit, LANE_SLOW)},
	[HIT_STATEMENT(COUNT, KIND_TRACKS)] = {"count_tracks", COUNT_TRACKS_SQL, YIELDS(count_row, LANE_SLOW)},
	[HIT_STATEMENT(COUNT_LISTED, KIND_TRACKS)] = {"count_listed_tracks", COUNT_LISTED_TRACKS_SQL, YIELDS(count_row, LANE_SLOW)},

	[FIND_COMMON_POSTS] = {"find_common_posts", FIND_COMMON_POSTS_SQL, YIELDS(post_hit, LANE_SLOW)},
	[NEWEST_COMMON_POSTS] = {"newest_common_posts", NEWEST_COMMON_POSTS_SQL, YIELDS(post_hit, LANE_SLOW)},
	[POST_FACETS] = {"post_facets", POST_FACETS_SQL, YIELDS(facet, LANE_SLOW)},
	[POST_FACETS_LISTED] = {"post_facets_listed", POST_FACETS_LISTED_SQL, YIELDS(facet, LANE_SLOW)},
	[ARTIST_FACETS] = {"artist_facets", ARTIST_FACETS_SQL, YIELDS(facet, LANE_SLOW)},
	[ARTIST_FACETS_LISTED] = {"artist_facets_listed", ARTIST_FACETS_LISTED_SQL, YIELDS(facet, LANE_SLOW)},
	[SUGGEST] = {"suggest", SUGGEST_SQL, .in = &suggest_in_schema, .out = &suggestion_schema},
	{0},
};
