/*
 * How common words are, counted in a sample of whole pages when the tables have changed enough. A few short
 * steps, so that no search and no writer waits long for one; instances that refresh at once write the same.
 */
#include "modules/search/index.h"

#include "modules/search/sql.h"

#include <string.h>

enum { TEXT_STEPS = 4 };

static QUERY(stale_kinds, none, kind_row, STALE_KINDS_SQL);
static COMMAND(documents_count, kind_row, DOCUMENTS_COUNT_SQL);
static COMMAND(stems_count, kind_row, STEMS_COUNT_SQL);
static COMMAND(words_count, kind_row, WORDS_COUNT_SQL);
static COMMAND(texts_learn, kind_row, TEXTS_LEARN_SQL);
static COMMAND(refreshed, kind_row, REFRESHED_SQL);

static err step(struct ctx *cx, void (*add)(struct change *ch, const struct kind_row *of),
		const struct kind_row *of)
{
	struct change *ch = change_begin(cx);
	add(ch, of);
	return change_commit(cx, ch);
}

err statistics_refresh(struct ctx *cx)
{
	struct kind_row *rows;
	int count;

	TRY(stale_kinds(cx, &rows, &count));
	for (int i = 0; i < count; i++) {
		TRY(step(cx, documents_count, &rows[i]));
		TRY(step(cx, stems_count, &rows[i]));
		TRY(step(cx, words_count, &rows[i]));
		for (int n = 0; n < TEXT_STEPS && !strcmp(rows[i].kind, kind_names[KIND_POSTS]); n++)
			TRY(step(cx, texts_learn, &rows[i]));
		TRY(step(cx, refreshed, &rows[i]));
	}
	return NULL;
}
