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
#define IS_WHOLE(row) "coalesce(" row ".exact @@ (SELECT whole FROM asked), false)"

/* What matches: by words; whatever passes the filters; names that look like the whole of what was typed, typos and all. */
#define MATCHED "(d.doc @@ " STEMS " OR d.exact @@ " EXACT ")"
#define LISTED "true"
#define SIMILAR "(" MATCHED " OR d.plain % $typed::text)"

#define WITHOUT                                                                                    \
	" AND ($without = '' OR NOT (d.doc @@ (SELECT to_tsquery('pg_catalog.russian', $without)) OR d.exact @@ (SELECT $without::text::tsquery)))"
#define NAMED(name)                                                                                \
	" AND ($artist::text IS NULL OR EXISTS (SELECT FROM unnest(" name ") n WHERE btrim(regexp_replace(regexp_replace(" \
	"translate(lower(n), 'ё', 'е'), '[^[:alnum:][:space:]]+', '', 'g'), '\\s+', ' ', 'g')) = $artist::text))"
#define POSTS_FILTERS                                                                              \
	" AND ($tag::text IS NULL OR d.tags @> ARRAY[$tag::text]) AND ($author::text IS NULL OR lower(d.author_username) = lower($author::text))" \
	" AND ($artist_id::uuid IS NULL OR d.artist_ids @> ARRAY[$artist_id::uuid])"               \
	" AND ($after::timestamptz IS NULL OR d.published_at >= $after::timestamptz)"              \
	" AND ($before::timestamptz IS NULL OR d.published_at < $before::timestamptz)" NAMED("d.artist_names") WITHOUT
#define ARTISTS_FILTERS                                                                            \
	" AND ($genre::text IS NULL OR EXISTS (SELECT FROM unnest(d.genres) g WHERE lower(g) = lower($genre::text))) AND ($country::text IS NULL OR lower(d.country) = lower($country::text))" \
	" AND ($verified::bigint IS NULL OR d.verified = ($verified::bigint = 1))"                 \
	" AND ($artist::text IS NULL OR d.plain = $artist::text)" WITHOUT
#define ALBUMS_FILTERS NAMED("ARRAY[d.artist_name]") WITHOUT
#define TRACKS_FILTERS ALBUMS_FILTERS

#define POSTS_NEWEST "d.published_at DESC, d.post_id DESC"
#define ARTISTS_NEWEST "d.created_at DESC, d.artist_id DESC"
#define ALBUMS_NEWEST "d.created_at DESC, d.album_id DESC"
#define TRACKS_NEWEST "d.created_at DESC, d.track_id DESC"

/* What decides between equal ranks. */
#define POSTS_TIES POSTS_NEWEST
#define ARTISTS_TIES "d.followers_count DESC, d.artist_id DESC"
#define ALBUMS_TIES "d.album_id DESC"
#define TRACKS_TIES "d.track_id DESC"

/* Candidates are sorted as bare row addresses: whole rows would be copied about. Addresses hold within a statement. */
#define RANK "((d.plain = $plain)::int * 4 + " IS_WHOLE("d") "::int * 2 + coalesce(ts_rank(d.doc, " STEMS ", 1), 0))"
#define BEST_OF(source, where, rank, ties)                                                         \
	"SELECT d.ctid AS at FROM " source " d WHERE " where " ORDER BY " rank " DESC, " ties " LIMIT greatest(" CANDIDATES ", $offset::bigint + $limit::bigint)"
#define NEWEST_OF(source, where, newest)                                                           \
	"SELECT d.ctid AS at FROM " source " d WHERE " where " ORDER BY " newest " LIMIT $offset::bigint + $limit::bigint"

/*
 * Words of very many posts: the newest thousand matches, gone through from the newest post on (the limit around all of them keeps
 * the planner from sorting them), and those that are called so.
 */
#define NEWEST_POSTS "(SELECT ctid, plain, exact, doc, published_at, post_id FROM posts_index ORDER BY published_at DESC, post_id DESC LIMIT 20000)"
#define COMMON_POSTS                                                                               \
	"(SELECT d.* FROM " NEWEST_POSTS " d WHERE " MATCHED WITHOUT " AND d.plain <> $plain LIMIT 1000)"
#define CALLED_SO "(SELECT d.ctid, plain, exact, doc, published_at, post_id FROM posts_index d WHERE d.plain = $plain" WITHOUT " LIMIT 100)"

/*
 * ts_rank of one term with equal weights is the sum of 1/i^2 over its i occurrences divided by pi^2/6 (tsrank.c, calc_rank_or);
 * 1 / (pi^2/6 - sum) - 1/2 gives the number of occurrences back, within 5 %. Taking documents apart by unnest() is 30 times
 * slower. Beside BM25 a term counts for standing in the title, and for standing there or in a name exactly as it was typed.
 */
#define TERMS                                                                                      \
	"terms AS MATERIALIZED (SELECT nullif(stem, '')::tsquery AS stem, word::tsquery AS word, weight / 1000.0::float8 AS weight " \
	"FROM unnest($term_stems::text[], $term_words::text[], $weights::bigint[]) t(stem, word, weight)), " \
	"rarest AS MATERIALIZED (SELECT coalesce(max(weight), 1) AS weight FROM terms), "
#define OF_TERMS                                                                                   \
	"(SELECT coalesce(sum(t.weight * (CASE WHEN f.doc @@ t.stem THEN " BM25 " + CASE WHEN ts_rank('{0,0,0,1}', f.doc, t.stem) > 0 THEN " \
	TITLE_SHARE " ELSE 0 END ELSE 0 END + CASE WHEN f.exact @@ t.word THEN " EXACT_SHARE " ELSE 0 END)), 0) FROM terms t)"
/* 1.9 tf / (tf + K), written so that tf stands in it once: the planner would compute it again for each. */
#define BM25 "1.9 * (1 - " LENGTH " / (" TF " + " LENGTH "))"
#define TF "(1 / (1.64493406685 * (1.0000001 - ts_rank('{1,1,1,1}', f.doc, t.stem))) - 0.5)"
#define LENGTH "(0.9 * (0.6 + 0.4 * f.length / $mean_length::float8))"
#define TITLE_SHARE "0.5"
#define EXACT_SHARE "0.5"

/* Added in units of the rarest term's weight, for what no single term shows. */
#define SCORE(boost) OF_TERMS " + (SELECT weight FROM rarest) * (" boost ")"
#define POSTS_SCORE SCORE("CASE WHEN f.plain = $plain THEN 2 WHEN " IS_WHOLE("f") " THEN 1 ELSE 0 END")
#define NAME_BOOST                                                                                 \
	"CASE WHEN f.plain = $plain THEN 4 WHEN NOT " IS_WHOLE("f") " THEN 0 WHEN f.plain LIKE $plain || ' %' THEN 2 ELSE 1 END"
#define ALBUMS_SCORE SCORE(NAME_BOOST)
#define TRACKS_SCORE ALBUMS_SCORE
#define POPULARITY " + ln(1 + f.followers_count) / 10"
#define ARTISTS_SCORE ALBUMS_SCORE POPULARITY
#define SIMILAR_SCORE SCORE(NAME_BOOST " + 3 * similarity(f.plain, $typed::text)") POPULARITY

/* Only the page's rows are read whole. */
#define PAGE(table, candidates, score, order)                                                      \
	ASKED TERMS "candidates AS MATERIALIZED (" candidates "), "                                \
	"page AS MATERIALIZED (SELECT c.at, c.n, " score " AS score FROM (SELECT row_number() OVER () AS n, at FROM candidates) c " \
	"JOIN " table " f ON f.ctid = c.at ORDER BY " order " LIMIT $limit OFFSET $offset) "       \
	"SELECT $p.*, coalesce(r.score, 0) AS score FROM page r JOIN " table " p ON p.ctid = r.at ORDER BY " order
#define BEST(table, candidates, score) PAGE(table, candidates, "CASE WHEN c.n <= " CANDIDATES " THEN " score " END", "score DESC NULLS LAST, n")
#define NEWEST(table, candidates, score) PAGE(table, candidates, score, "n")

#define COUNTED(table, where) ASKED "matches AS (SELECT 1 FROM " table " d WHERE " where " LIMIT 10001) SELECT count(*) AS count FROM matches"

#define TOP(facet, value, from) "(SELECT '" facet "' AS facet, " value " AS value, count(*) AS count FROM matches" from " GROUP BY 2 ORDER BY count DESC, value LIMIT 20)"
#define FACETS_OF_POSTS(where)                                                                     \
	ASKED "matches AS (SELECT d.tags, d.author_username FROM posts_index d WHERE " where POSTS_FILTERS " LIMIT 10000) " \
	TOP("tags", "tag", ", unnest(tags) tag") " UNION ALL " TOP("author_username", "author_username", " WHERE author_username IS NOT NULL")
#define FACETS_OF_ARTISTS(where)                                                                   \
	ASKED "matches AS (SELECT d.genres, d.country, d.verified FROM artists_index d WHERE " where ARTISTS_FILTERS " LIMIT 10000) " \
	TOP("genres", "genre", ", unnest(genres) genre") " UNION ALL " TOP("country", "country", " WHERE country IS NOT NULL") \
	" UNION ALL " TOP("verified", "verified::text", "")

/* LIKE with a parameter cannot use an index; U+10FFFF is behind all text. */
#define BEGINS "plain ~>=~ $prefix::text AND plain ~<~ ($prefix::text || U&'\\+10FFFF')"
#define BEGINNING(kind, id, text, slug, ties)                                                      \
	"(SELECT '" kind "' AS type, " id " AS id, " text " AS text, " slug " AS slug FROM " kind "_index WHERE " BEGINS " ORDER BY " ties " LIMIT $limit)"

#define YIELDS(row, lane_) .in = &find_in_schema, .out = &row##_schema, .lane = lane_
#define RANKED(KIND, kind, where, rank, score) BEST(kind "_index", BEST_OF(kind "_index", where KIND##_FILTERS, rank, KIND##_TIES), score)
#define DATED(KIND, kind, where) NEWEST(kind "_index", NEWEST_OF(kind "_index", where KIND##_FILTERS, KIND##_NEWEST), KIND##_SCORE)
#define OF_KIND(KIND, kind, hit)                                                                   \
	[HIT_STATEMENT(FIND, KIND_##KIND)] = {"find_" kind, RANKED(KIND, kind, MATCHED, RANK, KIND##_SCORE), YIELDS(hit, LANE_SLOW)}, \
	[HIT_STATEMENT(FIND_QUICKLY, KIND_##KIND)] = {"find_" kind "_quickly", RANKED(KIND, kind, MATCHED, RANK, KIND##_SCORE), YIELDS(hit, LANE_READ)}, \
	[HIT_STATEMENT(FIND_NEWEST, KIND_##KIND)] = {"find_" kind "_newest", DATED(KIND, kind, MATCHED), YIELDS(hit, LANE_SLOW)}, \
	[HIT_STATEMENT(LIST, KIND_##KIND)] = {"list_" kind, DATED(KIND, kind, LISTED), YIELDS(hit, LANE_SLOW)}, \
	[HIT_STATEMENT(COUNT, KIND_##KIND)] = {"count_" kind, COUNTED(kind "_index", MATCHED KIND##_FILTERS), YIELDS(count_row, LANE_SLOW)}, \
	[HIT_STATEMENT(COUNT_LISTED, KIND_##KIND)] = {"count_" kind "_listed", COUNTED(kind "_index", LISTED KIND##_FILTERS), YIELDS(count_row, LANE_SLOW)}

struct statement hit_statements[HIT_STATEMENTS + 1] = {
	OF_KIND(POSTS, "posts", post_hit),
	OF_KIND(ARTISTS, "artists", artist_hit),
	OF_KIND(ALBUMS, "albums", album_hit),
	OF_KIND(TRACKS, "tracks", track_hit),

	[FIND_COMMON_POSTS] = {"find_common_posts",
		BEST("posts_index", BEST_OF("(SELECT * FROM " COMMON_POSTS " m UNION ALL SELECT * FROM " CALLED_SO " s)", LISTED, RANK, POSTS_TIES), POSTS_SCORE),
		YIELDS(post_hit, LANE_SLOW)},
	[FIND_COMMON_POSTS_NEWEST] = {"find_common_posts_newest",
		NEWEST("posts_index", NEWEST_OF(NEWEST_POSTS, MATCHED WITHOUT, POSTS_NEWEST), POSTS_SCORE), YIELDS(post_hit, LANE_SLOW)},
	[FIND_SIMILAR_ARTISTS] = {"find_similar_artists",
		RANKED(ARTISTS, "artists", SIMILAR, "similarity(d.plain, $typed::text) * 8 + " RANK, SIMILAR_SCORE), YIELDS(artist_hit, LANE_SLOW)},
	[COUNT_SIMILAR_ARTISTS] = {"count_similar_artists", COUNTED("artists_index", SIMILAR ARTISTS_FILTERS), YIELDS(count_row, LANE_SLOW)},

	[POST_FACETS] = {"post_facets", FACETS_OF_POSTS(MATCHED), YIELDS(facet, LANE_SLOW)},
	[POST_FACETS_LISTED] = {"post_facets_listed", FACETS_OF_POSTS(LISTED), YIELDS(facet, LANE_SLOW)},
	[ARTIST_FACETS] = {"artist_facets", FACETS_OF_ARTISTS(MATCHED), YIELDS(facet, LANE_SLOW)},
	[ARTIST_FACETS_LISTED] = {"artist_facets_listed", FACETS_OF_ARTISTS(LISTED), YIELDS(facet, LANE_SLOW)},
	[ARTIST_FACETS_SIMILAR] = {"artist_facets_similar", FACETS_OF_ARTISTS(SIMILAR), YIELDS(facet, LANE_SLOW)},

	/* Behind what begins so, when that is little, artists with a word that begins so. */
	[SUGGEST] = {"suggest",
		"WITH begun AS MATERIALIZED (" BEGINNING("artists", "artist_id", "name", "slug", "followers_count DESC, length(name), name")
		" UNION ALL " BEGINNING("albums", "album_id", "title", "NULL", "length(title), title")
		" UNION ALL " BEGINNING("tracks", "track_id", "title", "NULL", "length(title), title")
		" UNION ALL " BEGINNING("posts", "post_id", "title", "slug", "published_at DESC") ") "
		"SELECT * FROM begun UNION ALL (SELECT 'artists', artist_id, name, slug FROM artists_index "
		"WHERE (SELECT count(*) FROM begun) < $limit AND exact @@ (SELECT $inside::text::tsquery) AND NOT (" BEGINS ") "
		"ORDER BY followers_count DESC, length(name), name LIMIT $limit)",
		.in = &suggest_in_schema, .out = &suggestion_schema},
	STATEMENTS_END,
};
