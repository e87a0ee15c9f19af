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

enum { STATISTICS_READ, REFRESH_POSTS, REFRESH_ARTISTS, REFRESH_ALBUMS, REFRESH_TRACKS, STATISTICS_STATEMENTS };

/* Lexemes that are gone keep their last count: nothing asks for them but queries that then find nothing. */
#define REFRESH(kind, table)                                                                       \
	"WITH counted AS (INSERT INTO lexemes (kind, lexeme, df) SELECT '" kind "', word, ndoc FROM ts_stat('SELECT doc FROM " table "') " \
	"ORDER BY word ON CONFLICT (kind, lexeme) DO UPDATE SET df = excluded.df WHERE lexemes.df <> excluded.df RETURNING 1), " \
	"stat AS (UPDATE statistics SET documents = t.n, mean_length = greatest(t.mean, 1), refreshed_at = now() " \
	"FROM (SELECT count(*) AS n, coalesce(avg(length), 1) AS mean FROM " table ") t WHERE kind = '" kind "' RETURNING 1) " \
	"SELECT count(*) AS count FROM counted"

struct statement statistics_statements[STATISTICS_STATEMENTS + 1] = {
	[STATISTICS_READ] = {"statistics_read", "SELECT $* FROM statistics", .out = &statistic_schema},
	[REFRESH_POSTS] = {"refresh_posts", REFRESH("posts", "posts_index"), .out = &lexeme_count_schema},
	[REFRESH_ARTISTS] = {"refresh_artists", REFRESH("artists", "artists_index"), .out = &lexeme_count_schema},
	[REFRESH_ALBUMS] = {"refresh_albums", REFRESH("albums", "albums_index"), .out = &lexeme_count_schema},
	[REFRESH_TRACKS] = {"refresh_tracks", REFRESH("tracks", "tracks_index"), .out = &lexeme_count_schema},
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
	return change_commit(cx, ch);
}

static int64_t last_count(const struct statistic *rows, int count, enum kind kind)
{
	for (int i = 0; i < count; i++)
		if (rows[i].kind[0] == kind_names[kind][0] && rows[i].kind[1] == kind_names[kind][1])
			return rows[i].documents;
	return 0;
}

err statistics_refresh(struct ctx *cx)
{
	struct statistic *rows;
	int count;

	TRY(db_rows(cx, &statistics_statements[STATISTICS_READ], NULL, &rows, &count));
	for (int k = 0; k < KIND_COUNT; k++) {
		int64_t documents;
		TRY(entry_count(cx, k, &documents));
		if (is_stale(last_count(rows, count, k), documents))
			TRY(kind_refresh(cx, k));
	}
	return NULL;
}
