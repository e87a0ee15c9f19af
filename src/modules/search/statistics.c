/*
 * How common words are, counted in a sample of whole pages when the tables have changed enough. A few short
 * steps, so that no search and no writer waits long for one; instances that refresh at once write the same.
 */
#include "modules/search/index.h"

#include "modules/search/sql.h"

#include <string.h>

enum { TEXT_STEPS = 4, SAMPLE = 2000, SAMPLE_LEAST = 30 };

#define COUNTING_FIELDS(F, T)                                                                      \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, INT, sample, 0, "How many documents are looked at")
STRUCT(counting, COUNTING_FIELDS);
SCHEMA(counting, COUNTING_FIELDS, "What is counted, and in how many");

static int64_t sample = SAMPLE; /* halved when a statement took too long: texts may be very long */

static QUERY(stale_kinds, none, kind_row, STALE_KINDS_SQL);
static COMMAND(documents_count, counting, DOCUMENTS_COUNT_SQL);
static COMMAND(stems_count, counting, STEMS_COUNT_SQL);
static COMMAND(words_count, counting, WORDS_COUNT_SQL);
static COMMAND(texts_learn, counting, TEXTS_LEARN_SQL);
static COMMAND(works_count, counting, WORKS_COUNT_SQL);
static COMMAND(refreshed, counting, REFRESHED_SQL);

static err step(struct ctx *cx, void (*add)(struct change *ch, const struct counting *of),
		const struct counting *of)
{
	struct change *ch = change_begin(cx);
	change_alone(ch);
	add(ch, of);
	return change_commit(cx, ch);
}

static err kind_refresh(struct ctx *cx, const char *kind)
{
	const struct counting of = {.kind = kind, .sample = sample};

	TRY(step(cx, documents_count, &of));
	TRY(step(cx, stems_count, &of));
	TRY(step(cx, words_count, &of));
	for (int n = 0; n < TEXT_STEPS && !strcmp(kind, kind_names[KIND_POSTS]); n++)
		TRY(step(cx, texts_learn, &of));
	TRY(step(cx, works_count, &of));
	return step(cx, refreshed, &of);
}

err statistics_refresh(struct ctx *cx)
{
	struct kind_row *rows;
	int count;

	TRY(stale_kinds(cx, &rows, &count));
	for (int i = 0; i < count; i++) {
		err e = kind_refresh(cx, rows[i].kind);

		if (problem_is(e, DEADLINE_PASSED) && sample > SAMPLE_LEAST)
			sample /= 2;
		TRY(e);
	}
	return NULL;
}
