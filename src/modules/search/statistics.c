/*
 * How common words are, counted in a sample of whole pages when the tables have changed enough. A few short steps, so that no search
 * and no writer waits long for one; instances that refresh at once write the same.
 */
#include "modules/search/index.h"

#include "modules/search/sql.h"

#include <string.h>

enum { TEXT_STEPS = 4 };

enum { STALE_KINDS, DOCUMENTS_COUNT, STEMS_COUNT, WORDS_COUNT, TEXTS_LEARN, REFRESHED, STATISTICS_STATEMENTS };

struct statement statistics_statements[] = {
	[STALE_KINDS] = {"stale_kinds", STALE_KINDS_SQL, .out = &kind_row_schema},
	[DOCUMENTS_COUNT] = {"documents_count", DOCUMENTS_COUNT_SQL, .in = &kind_row_schema},
	[STEMS_COUNT] = {"stems_count", STEMS_COUNT_SQL, .in = &kind_row_schema},
	[WORDS_COUNT] = {"words_count", WORDS_COUNT_SQL, .in = &kind_row_schema},
	[TEXTS_LEARN] = {"texts_learn", TEXTS_LEARN_SQL, .in = &kind_row_schema},
	[REFRESHED] = {"refreshed", REFRESHED_SQL, .in = &kind_row_schema},
	{0},
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
