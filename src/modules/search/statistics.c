/*
 * How common words are, counted in a sample of whole pages when the tables have changed enough. A few short
 * steps, so that no search and no writer waits long for one; instances that refresh at once write the same.
 */
#include "modules/search/index.h"
#include "modules/search/source.h"

#include "modules/search/sql.h"
#include "vobe/text.h"

#include <string.h>

enum { TEXT_STEPS = 4, TEXT_MAX = 4000 /* code points */, SAMPLE = 2000, SAMPLE_LEAST = 30 };

#define COUNTING_FIELDS(F, T)                                                                      \
	F(T, TEXT, kind, 0, "Kind of document")                                                    \
	F(T, INT, sample, 0, "How many documents are looked at")
STRUCT(counting, COUNTING_FIELDS);
SCHEMA(counting, COUNTING_FIELDS, "What is counted, and in how many");

#define LEARNING_FIELDS(F, T) F(T, TEXTS, texts, 0, "What some posts say")
STRUCT(learning, LEARNING_FIELDS);
SCHEMA(learning, LEARNING_FIELDS, "What words are learnt from");

static int64_t sample = SAMPLE; /* halved when a statement took too long: texts may be very long */

static QUERY(stale_kinds, none, kind_row, STALE_KINDS_SQL);
static COMMAND(documents_count, counting, DOCUMENTS_COUNT_SQL);
static COMMAND(stems_count, counting, STEMS_COUNT_SQL);
static COMMAND(words_count, counting, WORDS_COUNT_SQL);
static QUERY(texts_sample, counting, by_id, TEXTS_SAMPLE_SQL, .lane = LANE_SLOW);
static COMMAND(texts_learn, learning, TEXTS_LEARN_SQL);
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

/* Texts may be long: a few are held at a time, and the beginning of each is kept. */
static err texts_gather(struct ctx *cx, const struct by_id *rows, int count, struct texts *kept)
{
	const char **at = ARENA_ARRAY(cx->arena, const char *, count + 1);

	*kept = (struct texts){at, 0};
	for (int from = 0, n; from < count; from += n) {
		struct ctx some = *cx;
		const char *texts[INDEX_BATCH];
		n = count - from < INDEX_BATCH ? count - from : INDEX_BATCH;
		some.arena = arena_new();
		err e = content->post_texts(&some, &rows[from].id, n, texts);
		for (int i = 0; i < n && !e; i++)
			if (texts[i])
				at[kept->count++] =
					arena_str(cx->arena, text_cut(some.arena, texts[i], TEXT_MAX));
		e = problem_keep(cx, e);
		arena_free(some.arena);
		TRY(e);
	}
	return NULL;
}

static err texts_refresh(struct ctx *cx, const struct counting *of)
{
	struct learning learnt;
	struct by_id *rows;
	int count;

	TRY(texts_sample(cx, of, &rows, &count));
	TRY(texts_gather(cx, rows, count, &learnt.texts));
	if (!learnt.texts.count)
		return NULL;
	struct change *ch = change_begin(cx);
	change_alone(ch);
	texts_learn(ch, &learnt);
	return change_commit(cx, ch);
}

static err kind_refresh(struct ctx *cx, const char *kind)
{
	const struct counting of = {.kind = kind, .sample = sample};

	TRY(step(cx, documents_count, &of));
	TRY(step(cx, stems_count, &of));
	TRY(step(cx, words_count, &of));
	for (int n = 0; n < TEXT_STEPS && !strcmp(kind, kind_names[KIND_POSTS]); n++)
		TRY(texts_refresh(cx, &of));
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
