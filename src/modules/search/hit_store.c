/*
 * Finding: candidates by the GIN indices and ts_rank, the best CANDIDATES of them ranked again by BM25 (Robertson and Zaragoza
 * 2009; k1 0.9, b 0.4). The order of the others is that of the candidates, so that every page is cut from one order.
 */
#include "hit_store.h"

#define CANDIDATES "200"

/* Each tsquery is read once; in an expression it would be once a row. */
#define ASKED                                                                                      \
	"WITH asked AS MATERIALIZED (SELECT nullif($stems, '')::tsquery AS stems, nullif($exact, '')::tsquery AS exact, " \
	"nullif($all, '')::tsquery AS whole), "
#define STEMS "(SELECT stems FROM asked)"
#define EXACT "(SELECT exact FROM asked)"
#define WHOLE "(SELECT whole FROM asked)"

#define MATCH "(d.doc @@ " STEMS " OR d.exact @@ " EXACT ")"
#define WITHOUT                                                                                    \
	" AND ($without = '' OR NOT (d.doc @@ (SELECT to_tsquery('pg_catalog.russian', $without)) OR d.exact @@ (SELECT $without::text::tsquery)))"

#define BY_RANK "(d.plain = $plain) DESC, coalesce(d.exact @@ " WHOLE ", false) DESC, ts_rank(d.doc, " STEMS ", 1) DESC NULLS LAST"
#define BY_DATE "d.published_at DESC"

/* `popularity` is added to the score as it is. */
#define FOUND(source, id, where, order, popularity)                                                \
	"(SELECT row_number() OVER () AS n, c.* FROM (SELECT d." id " AS id, d.doc, d.exact, d.plain, d.length, " popularity " AS popularity, " \
	"coalesce(d.exact @@ " WHOLE ", false) AS whole FROM " source " d WHERE " where " ORDER BY " order ", d." id " DESC " \
	"LIMIT greatest(" CANDIDATES ", $offset::bigint + $limit::bigint)) c) f "

/*
 * ts_rank of one term with equal weights is the sum of 1/i^2 over its i occurrences divided by pi^2/6 (tsrank.c, calc_rank_or);
 * 1 / (pi^2/6 - sum) - 1/2 gives the number of occurrences back, within 5 %. Taking documents apart by unnest() is 30 times
 * slower. Beside BM25 a term counts for standing in the title, and for standing there or in a name exactly as it was typed.
 */
#define TERMS                                                                                      \
	"terms AS MATERIALIZED (SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight " \
	"FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[]) t(stem, word, weight)), " \
	"rarest AS MATERIALIZED (SELECT coalesce(max(weight), 1) AS weight FROM terms), "
#define SCORE                                                                                      \
	"(SELECT coalesce(sum(t.weight * (CASE WHEN f.doc @@ t.stem THEN " BM25 " + CASE WHEN ts_rank('{0,0,0,1}', f.doc, t.stem) > 0 THEN " \
	TITLE_SHARE " ELSE 0 END ELSE 0 END + CASE WHEN f.exact @@ t.word THEN " EXACT_SHARE " ELSE 0 END)), 0) FROM terms t)"
/* 1.9 tf / (tf + K), written so that tf stands in it once: the planner would compute it again for each. */
#define BM25 "1.9 * (1 - " LENGTH " / (" TF " + " LENGTH "))"
#define TF "(1 / (1.64493406685 * (1.0000001 - ts_rank('{1,1,1,1}', f.doc, t.stem))) - 0.5)"
#define LENGTH "(0.9 * (0.6 + 0.4 * f.length / $mean_length::float8))"
#define TITLE_SHARE "0.5"
#define EXACT_SHARE "0.5"

/* `boost` is added in units of the rarest term's weight, for what no single term shows. Only the page's rows are read whole. */
#define FIND_IN(source, table, id, where, candidates, popularity, boost, order)                    \
	ASKED TERMS "page AS MATERIALIZED (SELECT f.id, f.n, CASE WHEN f.n <= " CANDIDATES " THEN " SCORE " + (SELECT weight FROM rarest) * (" \
	boost ") + f.popularity END AS score FROM " FOUND(source, id, where, candidates, popularity)  \
	"ORDER BY " order " LIMIT $limit OFFSET $offset) " \
	"SELECT $p.*, coalesce(r.score, 0) AS score FROM page r JOIN " table " p ON p." id " = r.id ORDER BY " order
#define FIND(table, id, where, candidates, popularity, boost) FIND_IN(table, table, id, where, candidates, popularity, boost, BEST)
#define BEST "score DESC NULLS LAST, n"

#define NAMED(name)                                                                                \
	"btrim(regexp_replace(regexp_replace(translate(lower(" name "), 'ё', 'е'), '[^[:alnum:][:space:]]+', '', 'g'), '\\s+', ' ', 'g')) = $artist::text"

#define POST_FILTERS                                                                               \
	" AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text]) AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))" \
	" AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])" \
	" AND ($artist::text IS NULL OR EXISTS (SELECT FROM unnest(d.artist_names) n WHERE " NAMED("n") "))" \
	" AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)" \
	" AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)" WITHOUT
#define ARTIST_FILTERS                                                                             \
	" AND ($genre::text IS NULL OR d.genres @> ARRAY[$genre::text]) AND ($country::text IS NULL OR lower(d.country) = lower($country::text))" \
	" AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))"             \
	" AND ($artist::text IS NULL OR d.plain = $artist::text)" WITHOUT
#define ARTIST_OF_FILTERS " AND ($artist_id::uuid IS NULL OR d.artist_id = $artist_id::uuid)" \
	" AND ($artist::text IS NULL OR " NAMED("d.artist_name") ")" WITHOUT

/* Common words go through posts from the newest on and stop when they have enough; the limit keeps the planner from sorting. */
#define NEWEST_FIRST "(SELECT * FROM posts_index ORDER BY published_at DESC, post_id DESC LIMIT 20000)"

#define TITLE_BOOST "CASE WHEN f.plain = $plain THEN 2 WHEN f.whole THEN 1 ELSE 0 END"
#define NAME_BOOST "CASE WHEN f.plain = $plain THEN 4 WHEN f.whole AND f.plain LIKE $plain || ' %' THEN 2 WHEN f.whole THEN 1 ELSE 0 END"

#define COUNTED(table, where) ASKED "matches AS (SELECT 1 FROM " table " d WHERE " where " LIMIT 10001) SELECT count(*) AS count FROM matches"

#define POST_FACETS(where)                                                                         \
	ASKED "matches AS (SELECT d.tags, d.author_username FROM posts_index d WHERE " where " LIMIT 10000) " \
	"(SELECT 'tags' AS facet, tag AS value, count(*) AS count FROM matches, unnest(tags) tag GROUP BY tag ORDER BY count DESC, value LIMIT 20) " \
	"UNION ALL (SELECT 'author_username', author_username, count(*) FROM matches WHERE author_username IS NOT NULL " \
	"GROUP BY author_username ORDER BY count DESC, author_username LIMIT 20)"

/* Names with typos in them: what looks like the whole of it, whatever became of the single words. */
#define SIMILAR_SHARE "3"

/* LIKE with a parameter cannot use an index; U+10FFFF is behind all text. */
#define BEGINS "plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\\+10FFFF')"

#define YIELDS(row) .in = &find_in_schema, .out = &row##_schema, .lane = LANE_SLOW

struct statement hit_statements[HIT_STATEMENTS + 1] = {
	[FIND_POSTS] = {"find_posts", FIND("posts_index", "post_id", MATCH POST_FILTERS, BY_RANK ", d.published_at DESC", "0", TITLE_BOOST), YIELDS(post_hit)},
	[FIND_ARTISTS] = {"find_artists",
		FIND("artists_index", "artist_id", MATCH ARTIST_FILTERS, BY_RANK ", d.followers_count DESC", "ln(1 + d.followers_count) / 10", NAME_BOOST), YIELDS(artist_hit)},
	[FIND_ALBUMS] = {"find_albums", FIND("albums_index", "album_id", MATCH ARTIST_OF_FILTERS, BY_RANK, "0", NAME_BOOST), YIELDS(album_hit)},
	[FIND_TRACKS] = {"find_tracks", FIND("tracks_index", "track_id", MATCH ARTIST_OF_FILTERS, BY_RANK, "0", NAME_BOOST), YIELDS(track_hit)},
	[FIND_POSTS_NEWEST] = {"find_posts_newest",
		FIND_IN("posts_index", "posts_index", "post_id", MATCH POST_FILTERS, BY_DATE, "0", TITLE_BOOST, "n"), YIELDS(post_hit)},
	[FIND_POSTS_COMMON] = {"find_posts_common",
		FIND_IN(NEWEST_FIRST, "posts_index", "post_id", MATCH WITHOUT, BY_DATE, "0", TITLE_BOOST, BEST), YIELDS(post_hit)},
	[FIND_POSTS_COMMON_NEWEST] = {"find_posts_common_newest",
		FIND_IN(NEWEST_FIRST, "posts_index", "post_id", MATCH WITHOUT, BY_DATE, "0", TITLE_BOOST, "n"), YIELDS(post_hit)},

	[FIND_POSTS_LISTED] = {"find_posts_listed",
		FIND_IN("posts_index", "posts_index", "post_id", "true" POST_FILTERS, BY_DATE, "0", "0", "n"), YIELDS(post_hit)},
	[FIND_ARTISTS_SIMILAR] = {"find_artists_similar",
		FIND("artists_index", "artist_id", "(" MATCH " OR d.plain % $typed::text)" ARTIST_FILTERS, "similarity(d.plain, $typed::text) DESC, " BY_RANK,
		     "ln(1 + d.followers_count) / 10", NAME_BOOST " + " SIMILAR_SHARE " * similarity(f.plain, $typed::text)"), YIELDS(artist_hit)},

	[COUNT_POSTS] = {"count_posts", COUNTED("posts_index", MATCH POST_FILTERS), YIELDS(hit_count)},
	[COUNT_ARTISTS] = {"count_artists", COUNTED("artists_index", MATCH ARTIST_FILTERS), YIELDS(hit_count)},
	[COUNT_ALBUMS] = {"count_albums", COUNTED("albums_index", MATCH ARTIST_OF_FILTERS), YIELDS(hit_count)},
	[COUNT_TRACKS] = {"count_tracks", COUNTED("tracks_index", MATCH ARTIST_OF_FILTERS), YIELDS(hit_count)},
	[COUNT_POSTS_LISTED] = {"count_posts_listed", COUNTED("posts_index", "true" POST_FILTERS), YIELDS(hit_count)},

	[FACETS_OF_POSTS] = {"facets_of_posts", POST_FACETS(MATCH POST_FILTERS), YIELDS(facet)},
	[FACETS_OF_POSTS_LISTED] = {"facets_of_posts_listed", POST_FACETS("true" POST_FILTERS), YIELDS(facet)},
	[FACETS_OF_ARTISTS] = {"facets_of_artists",
		ASKED "matches AS (SELECT d.genres, d.country, d.verified FROM artists_index d WHERE " MATCH ARTIST_FILTERS " LIMIT 10000) "
		"(SELECT 'genres' AS facet, genre AS value, count(*) AS count FROM matches, unnest(genres) genre GROUP BY genre ORDER BY count DESC, value LIMIT 20) "
		"UNION ALL (SELECT 'country', country, count(*) FROM matches WHERE country IS NOT NULL GROUP BY country ORDER BY count DESC, country LIMIT 20) "
		"UNION ALL (SELECT 'verified', verified::text, count(*) FROM matches GROUP BY verified ORDER BY count DESC)", YIELDS(facet)},

	[SUGGEST] = {"suggest",
		"(SELECT 'artists' AS type, artist_id AS id, name AS text, slug FROM artists_index WHERE " BEGINS " "
		"ORDER BY followers_count DESC, length(name), name LIMIT $limit) "
		"UNION ALL (SELECT 'albums', album_id, title, NULL FROM albums_index WHERE " BEGINS " ORDER BY length(title), title LIMIT $limit) "
		"UNION ALL (SELECT 'tracks', track_id, title, NULL FROM tracks_index WHERE " BEGINS " ORDER BY length(title), title LIMIT $limit) "
		"UNION ALL (SELECT 'posts', post_id, title, slug FROM posts_index WHERE " BEGINS " "
		"ORDER BY published_at DESC LIMIT $limit)",
		.in = &suggest_in_schema, .out = &suggestion_schema},
	STATEMENTS_END,
};
