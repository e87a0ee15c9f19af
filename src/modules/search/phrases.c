/* Phrases of posts. The index says which have all the words; where these stand is seen in titles and names
 * here, and in what the posts say where that is kept. */
#include "modules/search/search.h"
#include "modules/search/source.h"

#include "modules/search/sql.h"

#define PHRASED_FIELDS(F, T)                                                                       \
	F(T, UUID, id, 0, "A post that may have the phrases")                                      \
	F(T, INT, fits, 0, "A bit for each pattern that its title or names fit")
STRUCT(phrased, PHRASED_FIELDS);
SCHEMA(phrased, PHRASED_FIELDS, "A post that may have phrases");

enum { WITH_WORDS, COMMON_WORDS, NEWEST_OF_ALL };

static QUERIES(phrased_posts, find,
	       phrased, [WITH_WORDS] = QUERY_OF("phrased_posts", PHRASED_POSTS_SQL, .lane = LANE_SLOW),
	       [COMMON_WORDS] = QUERY_OF("phrased_common_posts", PHRASED_COMMON_POSTS_SQL, .lane = LANE_SLOW),
	       [NEWEST_OF_ALL] = QUERY_OF("phrased_newest_posts", PHRASED_NEWEST_POSTS_SQL,
					  .lane = LANE_SLOW));

/* Those that must fit, and behind them the one that must not. */
static struct texts patterns_of(struct arena *a, const struct find *f)
{
	const char **patterns = ARENA_ARRAY(a, const char *, f->phrases.count + 1);
	int n = 0;

	while (n < f->phrases.count) {
		patterns[n] = f->phrases.at[n];
		n++;
	}
	if (f->without_phrases)
		patterns[n++] = f->without_phrases;
	return (struct texts){patterns, n};
}

/* Those of which all phrases stand in one field or another, and what must not stands in none. */
static err phrases_compare(struct ctx *cx, const struct phrased *rows, int count, struct texts patterns,
			   int wanted, struct uuids *having)
{
	struct uuid *ids = ARENA_ARRAY(cx->arena, struct uuid, count + 1);
	int64_t *fits = ARENA_ARRAY(cx->arena, int64_t, count + 1);
	int n = 0;

	for (int i = 0; i < count; i++)
		ids[i] = rows[i].id;
	if (count)
		TRY(content->texts_fitting(cx, ids, count, patterns, fits));
	for (int i = 0; i < count; i++)
		if (fits[i] != TEXT_HIDDEN && (fits[i] | rows[i].fits) == (1 << wanted) - 1)
			ids[n++] = ids[i];
	*having = (struct uuids){ids, n};
	return NULL;
}

err search_phrases(struct ctx *cx, struct search *s)
{
	const int by = s->way == LISTED ? NEWEST_OF_ALL : s->words_common ? COMMON_WORDS : WITH_WORDS;
	struct find asked = s->find;
	struct phrased *rows;
	int count;

	asked.phrases = patterns_of(cx->arena, &s->find);
	TRY(phrased_posts(cx, by, &asked, &rows, &count));
	TRY(phrases_compare(cx, rows, count, asked.phrases, s->find.phrases.count, &s->find.having));
	s->approximate |= count == PHRASES_OF || s->words_common;
	s->find.stems = s->find.exact = "";
	s->find.typed = NULL;
	if (s->way == LISTED)
		s->way = NEWEST;
	if (!s->find.having.count)
		s->way = NOTHING;
	return NULL;
}
