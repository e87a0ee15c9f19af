/* Suggestions while somebody types. */
#include "modules/search/names.h"
#include "modules/search/search.h"
#include "modules/search/words.h"

#include "modules/search/sql.h"

#include "vobe/text.h"
#include "vobe/words.h"

#define SUGGEST_FIELDS(F, T)                                                                       \
	F(T, TEXT, q, IN | NULLABLE, "How a name or title begins", .max = 100)                \
	F(T, INT, limit, IN, "Suggestions", .min = 1, .max = 20, .otherwise = "10")
STRUCT(suggest, SUGGEST_FIELDS);
SCHEMA(suggest, SUGGEST_FIELDS, "What is being typed");

#define SUGGESTIONS_IN_FIELDS(F, T)                                                                \
	F(T, TEXT, prefix, 0, "Beginning, folded and bare")                                        \
	F(T, TEXT, inside, NULLABLE, "tsquery of its words, the last one a beginning")             \
	F(T, INT, limit, 0, "Of each kind")
STRUCT(suggestions_in, SUGGESTIONS_IN_FIELDS);
SCHEMA(suggestions_in, SUGGESTIONS_IN_FIELDS, "What begins so");

#define SUGGESTION_FIELDS(F, T)                                                                    \
	F(T, TEXT, type, 0, "artists, albums, tracks or posts")                                    \
	F(T, UUID, id, 0, "What it is")                                                            \
	F(T, TEXT, text, 0, "Name or title")                                                       \
	F(T, TEXT, slug, NULLABLE, "Slug, where it has one")
STRUCT(suggestion, SUGGESTION_FIELDS);
SCHEMA(suggestion, SUGGESTION_FIELDS, "A name or title that begins as typed");

static QUERY(suggestions, suggestions_in, suggestion, SUGGESTIONS_SQL);

enum { INSIDE_LEAST = 3 /* letters; fewer begin too many words */ };

HANDLER(suggest, suggest, none, suggestion);
static err suggest(struct req *rq, const struct suggest *in, struct suggestion_reply *re)
{
	const char *plain = words_plain(rq->cx.arena, in->q ? in->q : ""), *inside = NULL;
	struct list list = {.total = -1};
	struct suggestion *rows = NULL;

	if (utf8_length(plain) >= INSIDE_LEAST)
		inside = arena_fmt(rq->cx.arena, "%s:*", words_tsquery(rq->cx.arena, plain, " & "));
	if (*plain)
		TRY(suggestions(&rq->cx, &(struct suggestions_in){plain, inside, in->limit}, &rows,
				&list.count));
	if (list.count > in->limit)
		list.count = (int)in->limit;
	return reply_list(re, rows, &list);
}

const struct route suggest_routes[] = {
	ROUTE(GET, "/search/suggest", ANYONE, 200, suggest, "Complete a name or title", .list = true),
	{0},
};
