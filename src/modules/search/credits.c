/* Posts by the names of their artists. A post holds the ids of these as facts and no names, so that a new
 * name is one row: here names that are asked for become the facts of whoever is called so. */
#include "modules/search/search.h"

#include "modules/search/sql.h"

#include "vobe/buf.h"
#include "vobe/name_queries.h"

enum { ASKED_MOST = FILTER_VALUES + QUERY_PHRASES_MAX + 1 };

#define NAMES_ASKED_FIELDS(F, T)                                                                   \
	F(T, TEXTS, exact, 0, "tsqueries of words of names, of names as a whole, or of facts")     \
	F(T, TEXTS, stems, 0, "tsqueries of stems of names; either will do")
STRUCT(names_asked, NAMES_ASKED_FIELDS);
SCHEMA(names_asked, NAMES_ASKED_FIELDS, "Which artists are called so?");

#define FITTING_FIELDS(F, T)                                                                       \
	F(T, INT, of, 0, "Which of those asked, from 1 on")                                        \
	F(T, TEXT, credits, 0, "tsquery: posts of the artists that are called so")
STRUCT(fitting, FITTING_FIELDS);
SCHEMA(fitting, FITTING_FIELDS, "Which posts are of artists called so");

static QUERY(artists_fitting, names_asked, fitting, ARTISTS_FITTING_SQL);

/* What is asked of names, in this order: filters, phrases, and what must not be there. */
struct asked {
	const char *exact[ASKED_MOST], *stems[ASKED_MOST];
	const char *found[ASKED_MOST]; /* tsqueries of the posts of those who are called so; or NULL */
	int count;
};

static void ask(struct asked *asked, const char *exact, const char *stems)
{
	asked->exact[asked->count] = exact;
	asked->stems[asked->count++] = stems;
}

/* The other filters, and one of those whom each name is that of. Posts that no rebuild has written since
 * 0020_credits.sql still hold the names. */
static const char *facts_of(struct arena *a, const struct filters *filters, const struct asked *asked)
{
	struct filters others = *filters;
	struct buf facts = {.arena = a};

	others.artists.count = 0;
	buf_join(&facts, " & ", filters_tsquery(a, &others));
	for (int i = 0; i < filters->artists.count; i++)
		buf_join(&facts, " & ", tsquery_or(a, asked->exact[i], asked->found[i]));
	return arena_str(a, buf_text(&facts));
}

err search_credits(struct ctx *cx, struct search *s)
{
	const struct query *q = &s->query;
	const int named = q->filters.artists.count, last = named + q->phrase_count;
	struct asked asked = {.count = 0};
	struct fitting *rows;
	int count;

	for (int i = 0; i < named; i++)
		ask(&asked, artist_tsquery(cx->arena, q->filters.artists.at[i]), "");
	for (int i = 0; i < q->phrase_count; i++)
		ask(&asked, q->phrases[i].exact, "");
	if (*q->without)
		ask(&asked, q->without, q->without_stems);
	if (!asked.count)
		return NULL;
	const struct names_asked in = {{asked.exact, asked.count}, {asked.stems, asked.count}};
	TRY(artists_fitting(cx, &in, &rows, &count));
	for (int i = 0; i < count; i++)
		asked.found[rows[i].of - 1] = arena_fmt(cx->arena, "(%s)", rows[i].credits);
	s->find.facts = facts_of(cx->arena, &q->filters, &asked);
	for (int i = 0; i < q->phrase_count; i++)
		s->credits[i] = asked.found[named + i];
	s->find.without = tsquery_or(cx->arena, q->without, asked.found[last]);
	return NULL;
}
