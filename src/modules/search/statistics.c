/* Document frequencies, counted by PostgreSQL's ts_stat when the index has grown or shrunk enough. */
#include "statistics.h"

#include "index.h"

enum { REFRESH_SHARE = 10 /* a tenth */, REFRESH_LEAST = 50 };

#define STATISTIC_FIELDS(F, T)                                                                     \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, INT, documents, 0, "How many there were")
STRUCT(statistic, STATISTIC_FIELDS);
SCHEMA(statistic, STATISTIC_FIELDS, "The last count");

#define LEXEME_COUNT_FIELDS(F, T) F(T, INT, count, 0, "Lexemes counted")
STRUCT(lexeme_count, LEXEME_COUNT_FIELDS);
SCHEMA(lexeme_count, LEXEME_COUNT_FIELDS, "What a refresh did");

enum { STATISTICS_READ, REFRESH_POSTS, REFRESH_ARTISTS, REFRESH_ALBUMS, REFRESH_TRACKS, WORDS_OF_TEXTS, STATISTICS_STATEMENTS };

/*
 * Lexemes that are gone keep their last count: nothing asks for them but queries that then find nothing. Of many documents a
 * sample of whole pages is counted, SAMPLE documents in the mean; a lexeme that is only elsewhere stays unknown and is rare.
 */
#define SAMPLE "20000"
#define COUNTS(column, table)                                                                      \
	"ts_stat(format('SELECT " column " FROM " table " TABLESAMPLE SYSTEM (%s)', least(100, " SAMPLE " * 100.0 / t.n)))"
#define REFRESH(kind, table)                                                                       \
	"WITH t AS MATERIALIZED (SELECT greatest(count(*), 1) AS n, coalesce(avg(length), 1) AS mean FROM " table "), " \
	"share AS MATERIALIZED (SELECT greatest(1, n / " SAMPLE ".0) AS of FROM t), "              \
	"stems AS (INSERT INTO lexemes (kind, lexeme, df) SELECT '" kind "', word, ndoc * share.of FROM t, share, " COUNTS("doc", table) \
	" ORDER BY word ON CONFLICT (kind, lexeme) DO UPDATE SET df = excluded.df WHERE lexemes.df <> excluded.df RETURNING 1), " \
	"words AS (INSERT INTO vocabulary (kind, word, df) SELECT '" kind "', word, ndoc * share.of FROM t, share, " COUNTS("exact", table) \
	" WHERE length(word) <= 40 ORDER BY word "                                                 \
	"ON CONFLICT (kind, word) DO UPDATE SET df = excluded.df WHERE vocabulary.df <> excluded.df), " \
	"stat AS (UPDATE statistics SET documents = t.n, mean_length = greatest(t.mean, 1), refreshed_at = now() FROM t WHERE kind = '" kind "') " \
	"SELECT count(*) AS count FROM stems"

struct statement statistics_statements[STATISTICS_STATEMENTS + 1] = {
	[STATISTICS_READ] = {"statistics_read", "SELECT $* FROM statistics ORDER BY array_position(ARRAY['posts', 'artists', 'albums', 'tracks'], kind)", .out = &statistic_schema},
	[REFRESH_POSTS] = {"refresh_posts", REFRESH("posts", "posts_index"), .out = &lexeme_count_schema},
	[REFRESH_ARTISTS] = {"refresh_artists", REFRESH("artists", "artists_index"), .out = &lexeme_count_schema},
	[REFRESH_ALBUMS] = {"refresh_albums", REFRESH("albums", "albums_index"), .out = &lexeme_count_schema},
	[REFRESH_TRACKS] = {"refresh_tracks", REFRESH("tracks", "tracks_index"), .out = &lexeme_count_schema},
	/* Words of texts, so that typos in them are repaired: those that two of some 2,000 posts have, which leaves most typos out. */
	[WORDS_OF_TEXTS] = {"words_of_texts",
		"WITH t AS MATERIALIZED (SELECT greatest(count(*), 1) AS n FROM posts_index) "
		"INSERT INTO vocabulary (kind, word, df) SELECT 'posts', word, ndoc FROM t, ts_stat(format('SELECT to_tsvector(''pg_catalog.simple'', "
		"translate(content, ''ёЁ'', ''еЕ'')) FROM posts_index TABLESAMPLE SYSTEM (%s)', least(100, 2000 * 100.0 / t.n))) "
		"WHERE ndoc > 1 AND word ~ '^[[:alpha:]]{4,30}$' ORDER BY word ON CONFLICT DO NOTHING"},
	STATEMENTS_END,
};

static bool is_stale(int64_t counted, int64_t documents)
{
	int64_t difference = documents > counted ? documents - counted : counted - documents;
	return difference > (counted ? REFRESH_LEAST : 0) && difference > counted / REFRESH_SHARE;
}

static err kind_refresh(struct ctx *cx, enum kind kind)
{
	struct change *ch = change_begin(cx);
	struct lexeme_count done;
	change_returning(ch, &statistics_statements[REFRESH_POSTS + kind], NULL, &done);
	if (kind == KIND_POSTS)
		change_add(ch, &statistics_statements[WORDS_OF_TEXTS], NULL);
	return change_commit(cx, ch);
}

err statistics_refresh(struct ctx *cx)
{
	struct statistic *rows;
	int count;

	TRY(db_rows(cx, &statistics_statements[STATISTICS_READ], NULL, &rows, &count));
	for (int k = 0; k < count; k++) { /* in the order of enum kind */
		int64_t documents;
		TRY(entry_count(cx, k, &documents));
		if (is_stale(rows[k].documents, documents))
			TRY(kind_refresh(cx, k));
	}
	return NULL;
}
