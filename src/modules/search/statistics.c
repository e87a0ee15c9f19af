/*
 * How common words are, counted in a sample of whole pages when the tables have changed enough. A few short steps, so that no search
 * and no writer waits long for one; instances that refresh at once write the same.
 */
#include "index.h"

#include <string.h>

enum { TEXT_STEPS = 4 };

#define KIND_ROW_FIELDS(F, T) F(T, TEXT, kind, 0, "Kind of document")
STRUCT(kind_row, KIND_ROW_FIELDS);
SCHEMA(kind_row, KIND_ROW_FIELDS, "A kind");

enum { STALE_KINDS, DOCUMENTS_COUNT, STEMS_COUNT, WORDS_COUNT, TEXTS_LEARN, REFRESHED, STATISTICS_STATEMENTS };

/* A word that is gone keeps its last count: only queries that then find nothing ask for it. */
#define COUNT(table, word, column)                                                                 \
	"INSERT INTO " table " SELECT $kind, word, df FROM sampled($kind, '" column "', 2000, 5) WHERE length(word) <= 200 ORDER BY word " \
	"ON CONFLICT (kind, " word ") DO UPDATE SET df = excluded.df WHERE " table ".df <> excluded.df"

/* Bytes tell without counting: a tenth more or less of them. */
#define SIZE "pg_relation_size((kind || '_index')::regclass)"

struct statement statistics_statements[] = {
	[STALE_KINDS] = {"stale_kinds", "SELECT kind FROM statistics WHERE abs(" SIZE " - bytes) > greatest(bytes / 10, least(bytes, 100000))",
		.out = &kind_row_schema},
	[DOCUMENTS_COUNT] = {"documents_count",
		"UPDATE statistics SET (documents, mean_length) = (SELECT documents, mean_length FROM measured($kind, 2000)) WHERE kind = $kind", .in = &kind_row_schema},
	[STEMS_COUNT] = {"stems_count", COUNT("lexemes", "lexeme", "doc"), .in = &kind_row_schema},
	[WORDS_COUNT] = {"words_count", COUNT("vocabulary", "word", "exact"), .in = &kind_row_schema},
	/* Words of texts, so that typos in them are repaired: those that two posts of a sample have, which leaves most typos out. */
	[TEXTS_LEARN] = {"texts_learn",
		"INSERT INTO vocabulary SELECT $kind, word, df FROM sampled($kind, 'to_tsvector(''pg_catalog.simple'', translate(content, ''ёЁ'', ''еЕ''))', 500, 2) "
		"WHERE df > 1 AND word ~ '^[[:alpha:]]{4,30}$' ORDER BY word ON CONFLICT DO NOTHING", .in = &kind_row_schema},
	[REFRESHED] = {"refreshed", "UPDATE statistics SET bytes = " SIZE ", refreshed_at = now() WHERE kind = $kind", .in = &kind_row_schema},
	STATEMENTS_END,
};

static err step(struct ctx *cx, int statement, const struct kind_row *of)
{
	struct change *ch = change_begin(cx);
	change_add(ch, &statistics_statements[statement], of);
	return change_commit(cx, ch);
}

err statistics_refresh(struct ctx *cx)
{
	struct kind_row *rows;
	int count;

	TRY(db_rows(cx, &statistics_statements[STALE_KINDS], NULL, &rows, &count));
	for (int i = 0; i < count; i++) {
		TRY(step(cx, DOCUMENTS_COUNT, &rows[i]));
		TRY(step(cx, STEMS_COUNT, &rows[i]));
		TRY(step(cx, WORDS_COUNT, &rows[i]));
		for (int n = 0; n < TEXT_STEPS && !strcmp(rows[i].kind, kind_names[KIND_POSTS]); n++)
			TRY(step(cx, TEXTS_LEARN, &rows[i]));
		TRY(step(cx, REFRESHED, &rows[i]));
	}
	return NULL;
}
