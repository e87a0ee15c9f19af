/* Suggestions while somebody types. */
#include "modules/search/search.h"
#include "vobe/name_queries.h"
#include "vobe/word_lists.h"

#include "modules/search/sql.h"

#include "vobe/names.h"
#include "vobe/text.h"
#include "vobe/words.h"

#include <string.h>

#define SUGGEST_FIELDS(F, T)                                                                       \
	F(T, TEXT, q, IN | NULLABLE, "How a name or title begins", .max = 100)                \
	F(T, INT, limit, IN, "Suggestions", .min = 1, .max = 20, .otherwise = "10")
STRUCT(suggest, SUGGEST_FIELDS);
SCHEMA(suggest, SUGGEST_FIELDS, "What is being typed");

#define SUGGESTIONS_IN_FIELDS(F, T)                                                                \
	F(T, TEXTS, begins, 0, "Beginnings, folded and bare")                                      \
	F(T, INT, exactly, 0, "So many of them are as typed, the rest in other letters and forms") \
	F(T, TEXT, forms, 0, "tsquery of other forms of names that begin so")                      \
	F(T, TEXT, literal, 0, "What was typed with its signs and its last blank, where they matter") \
	F(T, TEXT, literally, 0, "tsquery of names that begin with that")                          \
	F(T, TEXT, inside, 0, "tsquery of its words, the last one a beginning")                    \
	F(T, TEXT, tag, 0, "How the fact of a tag begins")                                         \
	F(T, TEXT, typed, 0, "What was typed, bare")                                               \
	F(T, INT, limit, 0, "Suggestions")
STRUCT(suggestions_in, SUGGESTIONS_IN_FIELDS);
SCHEMA(suggestions_in, SUGGESTIONS_IN_FIELDS, "What begins so");

#define SUGGESTION_FIELDS(F, T)                                                                    \
	F(T, TEXT, type, 0, "artists, albums, tracks, posts, users or tags")                       \
	F(T, UUID, id, NULLABLE, "What it is; null for a tag, which is known by its slug")         \
	F(T, TEXT, text, 0, "Name or title")                                                       \
	F(T, TEXT, slug, NULLABLE, "Slug, where it has one")                                       \
	F(T, TEXT, artist_name, NULLABLE, "Whose album or track it is")                            \
	F(T, TEXT, author_username, NULLABLE, "Who wrote the post; null once deleted")             \
	F(T, TEXT, year, NULLABLE, "When it came out, or was published")
STRUCT(suggestion, SUGGESTION_FIELDS);
SCHEMA(suggestion, SUGGESTION_FIELDS, "A name or title that begins as typed");

static QUERY(suggestions, suggestions_in, suggestion, SUGGESTIONS_SQL, .lane = LANE_SLOW);
static QUERY(lookalikes, suggestions_in, suggestion, LOOKALIKES_SQL, .lane = LANE_SLOW);

enum {
	SUGGESTED_MAX = 20,
	INSIDE_LEAST = 2, /* letters; one begins too many words */
	ALIKE_LEAST = 4,
};

struct suggested {
	struct suggestion at[SUGGESTED_MAX];
	int count, limit;
};

/* What is not there yet, while there is room. */
static void rows_add(struct suggested *all, const struct suggestion *rows, int count)
{
	for (int i = 0; i < count && all->count < all->limit; i++) {
		int j = 0;
		while (j < all->count &&
		       (!uuid_equal(all->at[j].id, rows[i].id) || strcmp(all->at[j].text, rows[i].text) != 0))
			j++;
		if (j == all->count)
			all->at[all->count++] = rows[i];
	}
}

static err begun_find(struct ctx *cx, const char *typed, struct suggested *all)
{
	struct arena *a = cx->arena;
	const char *plain = words_plain(a, typed), *slug = text_tag_slug(a, typed);
	struct suggestions_in in = {.inside = "", .typed = plain, .limit = all->limit};
	struct suggestion *rows;
	int count;

	const char **begins = ARENA_ARRAY(a, const char *, NAME_BEGINS_MAX);
	int exactly;
	in.begins = (struct texts){begins, name_begins(a, typed, begins, &exactly)};
	in.exactly = exactly;
	in.forms = names_begun(a, begins, in.begins.count);
	in.literal = name_literal(a, typed);
	in.literally = names_begun(a, &in.literal, 1);
	in.tag = *slug ? arena_fmt(a, ":tag:%s", slug) : "";
	if (utf8_length(plain) >= INSIDE_LEAST)
		in.inside = arena_fmt(a, "%s:*", words_tsquery(a, plain, " & "));
	if (!in.begins.count)
		return NULL;
	TRY(suggestions(cx, &in, &rows, &count));
	rows_add(all, rows, count);
	if (all->count == all->limit || utf8_length(plain) < ALIKE_LEAST)
		return NULL;
	TRY(lookalikes(cx, &in, &rows, &count));
	rows_add(all, rows, count);
	return NULL;
}

HANDLER(suggest, suggest, none, suggestion);
static err suggest(struct req *rq, const struct suggest *in, struct suggestion_reply *re)
{
	struct suggested all = {.limit = (int)in->limit};
	const char *typed = in->q ? in->q : "", *keys;

	TRY(begun_find(&rq->cx, typed, &all));
	if (!all.count && (keys = word_other_layout(rq->cx.arena, text_fold(rq->cx.arena, typed))))
		TRY(begun_find(&rq->cx, keys, &all));
	return reply_list(re, arena_copy(rq->cx.arena, all.at, sizeof all.at),
			  &(struct list){.count = all.count, .total = -1});
}

const struct route suggest_routes[] = {
	ROUTE(GET, "/search/suggest", ANYONE, 200, suggest, "Complete a name or title", .list = true),
	{0},
};
