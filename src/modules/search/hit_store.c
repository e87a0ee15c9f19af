/*
 * Finding: at most HITS_MAX candidates by the GIN indices and ts_rank, ranked again by BM25 (Robertson and Zaragoza 2009; k1 1.2,
 * b 0.75) over weighted term frequencies. A candidate must hold the rarest term or three fifths of them, or all words exactly.
 */
#include "hit_store.h"

#define STEMS "to_tsquery('pg_catalog.russian', $stems)"
#define MATCH "(d.doc @@ " STEMS " OR d.exact @@ $exact::text::tsquery) AND NOT d.doc @@ to_tsquery('pg_catalog.russian', $without)"

#define BY_RANK "ORDER BY (d.exact @@ $all::text::tsquery) DESC, ts_rank(d.doc, " STEMS ", 1) DESC LIMIT 300"
#define BY_DATE "ORDER BY d.published_at DESC LIMIT 1000"

#define TERMS(kind)                                                                                \
	"WITH stat AS (SELECT greatest(documents, 1)::float8 AS n, mean_length FROM statistics WHERE kind = '" kind "'), " \
	"terms AS (SELECT u.lexeme, ln(1 + (stat.n - least(coalesce(l.df, 1), stat.n) + 0.5) / (least(coalesce(l.df, 1), stat.n) + 0.5)) " \
	"AS idf FROM stat, unnest($lexemes::text[]) u(lexeme) LEFT JOIN lexemes l ON l.kind = '" kind "' AND l.lexeme = u.lexeme), " \
	"whole AS (SELECT count(*) AS n, max(idf) AS rarest FROM terms), "

/* `boost` is added in units of the rarest term's weight, for what BM25 does not see. */
#define RANKED(table, id, boost)                                                                   \
	"ranked AS (SELECT f.*, (coalesce(b.score, 0) + coalesce(whole.rarest, 1) * (" boost "))::float8 AS score FROM found f, whole, stat, " \
	"LATERAL (SELECT sum(t.idf * w.tf * 2.2 / (w.tf + 1.2 * (0.25 + 0.75 * f.length / stat.mean_length))) AS score, " \
	"count(*) AS terms, max(t.idf) AS best FROM unnest(f.doc) u JOIN terms t ON t.lexeme = u.lexeme, LATERAL (SELECT " \
	"cardinality(u.positions) + 2 * cardinality(array_positions(u.weights, 'A')) + 0.5 * cardinality(array_positions(u.weights, 'B')) " \
	"AS tf) w) b WHERE f.whole_match OR whole.n = 0 OR b.best >= whole.rarest - 1e-9 OR b.terms >= 0.6 * whole.n) "

#define FOUND(table, id, filters, order)                                                           \
	"found AS (SELECT d." id " AS id, d.doc, d.length, (d.exact @@ $all::text::tsquery) AS whole_match FROM " table " d WHERE " MATCH \
	filters " " order "), "

#define PAGE(table, id, columns, order)                                                            \
	"SELECT " columns ", r.score FROM ranked r JOIN " table " p ON p." id " = r.id ORDER BY " order " LIMIT $limit OFFSET $offset"

#define FIND(kind, table, id, filters, candidates, boost, order)                                   \
	TERMS(kind) FOUND(table, id, filters, candidates) RANKED(table, id, boost) PAGE(table, id, "$p.*", order)

#define POST_FILTERS                                                                               \
	" AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text]) AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))" \
	" AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])" \
	" AND ($artist::text IS NULL OR EXISTS (SELECT FROM unnest(d.artist_names) n WHERE lower(n) = $artist::text))" \
	" AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)" \
	" AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)"
#define ARTIST_FILTERS                                                                             \
	" AND ($genre::text IS NULL OR d.genres @> ARRAY[$genre::text]) AND ($country::text IS NULL OR lower(d.country) = lower($country::text))" \
	" AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))"
#define ARTIST_OF_FILTERS " AND ($artist_id::uuid IS NULL OR d.artist_id = $artist_id::uuid)"

#define TITLE_BOOST "CASE WHEN f.whole_match THEN 1 ELSE 0 END"
#define NAME_BOOST(table, id)                                                                      \
	TITLE_BOOST " + (SELECT CASE WHEN x.plain = $plain THEN 3 WHEN x.plain LIKE $plain || ' %' THEN 1 ELSE 0 END FROM " table \
	" x WHERE x." id " = f.id)"

#define COUNTED(table, filters) "SELECT count(*) AS count FROM (SELECT 1 FROM " table " d WHERE " MATCH filters " LIMIT 10001) matches"

struct statement hit_statements[HIT_STATEMENTS + 1] = {
	[FIND_POSTS] = {"find_posts",
		FIND("posts", "posts_index", "post_id", POST_FILTERS, BY_RANK, TITLE_BOOST, "r.score DESC, p.published_at DESC, p.post_id"),
		.in = &find_in_schema, .out = &post_hit_schema, .lane = LANE_SLOW},
	[FIND_ARTISTS] = {"find_artists",
		FIND("artists", "artists_index", "artist_id", ARTIST_FILTERS, BY_RANK, NAME_BOOST("artists_index", "artist_id"),
		     "r.score + ln(1 + p.followers_count) / 10 DESC, p.name, p.artist_id"),
		.in = &find_in_schema, .out = &artist_hit_schema, .lane = LANE_SLOW},
	[FIND_ALBUMS] = {"find_albums",
		FIND("albums", "albums_index", "album_id", ARTIST_OF_FILTERS, BY_RANK, NAME_BOOST("albums_index", "album_id"),
		     "r.score DESC, p.title, p.album_id"),
		.in = &find_in_schema, .out = &album_hit_schema, .lane = LANE_SLOW},
	[FIND_TRACKS] = {"find_tracks",
		FIND("tracks", "tracks_index", "track_id", ARTIST_OF_FILTERS, BY_RANK, NAME_BOOST("tracks_index", "track_id"),
		     "r.score DESC, p.title, p.track_id"),
		.in = &find_in_schema, .out = &track_hit_schema, .lane = LANE_SLOW},
	[FIND_POSTS_NEWEST] = {"find_posts_newest",
		FIND("posts", "posts_index", "post_id", POST_FILTERS, BY_DATE, TITLE_BOOST, "p.published_at DESC, p.post_id DESC"),
		.in = &find_in_schema, .out = &post_hit_schema, .lane = LANE_SLOW},
	[FIND_POSTS_COMMON] = {"find_posts_common",
		FIND("posts", "posts_index", "post_id", POST_FILTERS, BY_DATE, TITLE_BOOST, "r.score DESC, p.published_at DESC, p.post_id"),
		.in = &find_in_schema, .out = &post_hit_schema, .lane = LANE_SLOW},

	[COUNT_POSTS] = {"count_posts", COUNTED("posts_index", POST_FILTERS), .in = &find_in_schema, .out = &hit_count_schema, .lane = LANE_SLOW},
	[COUNT_ARTISTS] = {"count_artists", COUNTED("artists_index", ARTIST_FILTERS), .in = &find_in_schema, .out = &hit_count_schema, .lane = LANE_SLOW},
	[COUNT_ALBUMS] = {"count_albums", COUNTED("albums_index", ARTIST_OF_FILTERS), .in = &find_in_schema, .out = &hit_count_schema, .lane = LANE_SLOW},
	[COUNT_TRACKS] = {"count_tracks", COUNTED("tracks_index", ARTIST_OF_FILTERS), .in = &find_in_schema, .out = &hit_count_schema, .lane = LANE_SLOW},

	[FACETS_OF_POSTS] = {"facets_of_posts",
		"WITH matches AS (SELECT d.tags, d.author_username FROM posts_index d WHERE " MATCH POST_FILTERS " LIMIT 10000) "
		"(SELECT 'tags' AS facet, tag AS value, count(*) AS count FROM matches, unnest(tags) tag GROUP BY tag ORDER BY count DESC, value LIMIT 20) "
		"UNION ALL (SELECT 'author_username', author_username, count(*) FROM matches WHERE author_username IS NOT NULL "
		"GROUP BY author_username ORDER BY count DESC, author_username LIMIT 20)",
		.in = &find_in_schema, .out = &facet_schema, .lane = LANE_SLOW},
	[FACETS_OF_ARTISTS] = {"facets_of_artists",
		"WITH matches AS (SELECT d.genres, d.country, d.verified FROM artists_index d WHERE " MATCH ARTIST_FILTERS " LIMIT 10000) "
		"(SELECT 'genres' AS facet, genre AS value, count(*) AS count FROM matches, unnest(genres) genre GROUP BY genre ORDER BY count DESC, value LIMIT 20) "
		"UNION ALL (SELECT 'country', country, count(*) FROM matches WHERE country IS NOT NULL GROUP BY country ORDER BY count DESC, country LIMIT 20) "
		"UNION ALL (SELECT 'verified', verified::text, count(*) FROM matches GROUP BY verified ORDER BY count DESC)",
		.in = &find_in_schema, .out = &facet_schema, .lane = LANE_SLOW},

	[SUGGEST] = {"suggest",
		"(SELECT 'artists' AS type, artist_id AS id, name AS text, slug FROM artists_index WHERE plain LIKE $prefix || '%' "
		"ORDER BY followers_count DESC, length(name), name LIMIT $limit) "
		"UNION ALL (SELECT 'albums', album_id, title, NULL FROM albums_index WHERE plain LIKE $prefix || '%' ORDER BY length(title), title LIMIT $limit) "
		"UNION ALL (SELECT 'tracks', track_id, title, NULL FROM tracks_index WHERE plain LIKE $prefix || '%' ORDER BY length(title), title LIMIT $limit) "
		"UNION ALL (SELECT 'posts', post_id, title, slug FROM posts_index WHERE lower(title) LIKE $prefix || '%' "
		"ORDER BY published_at DESC LIMIT $limit)",
		.in = &suggest_in_schema, .out = &suggestion_schema},
	STATEMENTS_END,
};
