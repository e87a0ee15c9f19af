/* From what was typed to words, phrases and filters. */
#include "modules/search/query.h"
#include "modules/search/words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* One token: an optional minus, an optional field, then a quoted phrase (the last quote may be missing) or
 * anything up to a blank. */
static const char token_pattern[] = "(-?)(?:(artist|author|tag|year):\\s*)?(?:\"([^\"]*)\"?|(\\S+))";

static pcre2_code *token_code(void)
{
	static pcre2_code *code;
	int fault;
	PCRE2_SIZE where;
	if (!code)
		code = pcre2_compile((PCRE2_SPTR)token_pattern, PCRE2_ZERO_TERMINATED,
				     PCRE2_UTF | PCRE2_CASELESS, &fault, &where, NULL);
	return code;
}

struct token {
	bool without, quoted;
	const char *field; /* "" when there is none */
	const char *text;
};

static char *group(struct arena *a, const char *text, const PCRE2_SIZE *at, int n)
{
	return at[2 * n] == PCRE2_UNSET ? arena_str(a, "")
					: arena_strn(a, text + at[2 * n], at[2 * n + 1] - at[2 * n]);
}

static void word_add(struct query *q, const char *bare, const char *raw, bool prefix)
{
	for (int i = 0; i < q->count; i++)
		if (!strcmp(q->words[i].bare, bare)) {
			q->words[i].prefix |= prefix;
			return;
		}
	if (q->count < QUERY_WORDS_MAX)
		q->words[q->count++] = (struct query_word){bare, prefix ? bare : raw, prefix};
}

/* One word keeps its raw form ("AC/DC"), since PostgreSQL's parser cut texts by it. */
static void words_add(struct arena *a, struct query *q, const char *plain, const char *raw, bool prefix)
{
	char *copy = arena_str(a, plain), *rest = NULL, *next;
	bool single = !strchr(plain, ' ');
	for (char *word = strtok_r(copy, " ", &rest); word; word = next) {
		next = strtok_r(NULL, " ", &rest);
		word_add(q, word, single ? raw : word, prefix && !next);
	}
}

/* Takes a token that is a filter; false: it is a plain word after all. */
static bool filter_read(struct arena *a, struct query *q, const struct token *t)
{
	if (!*t->field || t->without || !*t->text)
		return false;
	switch (t->field[1] | 0x20) {
	case 'r': /* artist */ return filter_add(&q->filters.artists, t->text);
	case 'u': /* author */ return filter_add(&q->filters.authors, t->text);
	case 'a': /* tag */ return filter_add(&q->filters.tags, t->text);
	default: return years_read(a, t->text, &q->filters);
	}
}

static void phrase_add(struct query *q, const char *bare, const char *raw)
{
	if (q->phrase_count < QUERY_PHRASES_MAX)
		q->phrases[q->phrase_count++] = (struct query_word){bare, raw, false};
}

/* An asterisk that stands alone is everything. */
static bool asks_for_all(const struct token *t)
{
	return !t->without && !t->quoted && !*t->field && !strcmp(t->text, "*");
}

static void token_take(struct arena *a, struct query *q, const struct token *t, struct buf *without,
		       struct buf *plain)
{
	size_t len = strlen(t->text);
	bool prefix = !t->quoted && len > 1 && t->text[len - 1] == '*';

	q->everything |= asks_for_all(t);
	if (filter_read(a, q, t) || (!t->quoted && !strcmp(t->text, "OR")))
		return;
	const char *raw = *t->field ? arena_fmt(a, "%s %s", t->field, t->text) : t->text,
		   *bare = words_plain(a, raw);
	if (t->without) {
		if (*bare)
			buf_fmt(without, "%s(%s)", without->len ? " | " : "",
				words_tsquery(a, bare, " <-> "));
		return;
	}
	if (t->quoted && strchr(bare, ' '))
		phrase_add(q, bare, raw);
	words_add(a, q, bare, raw, prefix);
	buf_str(plain, plain->len && *bare ? " " : "");
	buf_str(plain, bare);
}

void query_parse(struct arena *a, const char *text, const struct filters *filters, struct query *out)
{
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(token_code(), NULL);
	struct buf without = {.arena = a}, plain = {.arena = a};
	size_t len = strlen(text), from = 0;

	*out = (struct query){.filters = filters ? *filters : no_filters};
	while (from < len &&
	       pcre2_match(token_code(), (PCRE2_SPTR)text, len, from, PCRE2_NO_UTF_CHECK, match, NULL) > 0) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(match);
		struct token t = {.without = at[3] > at[2],
				  .field = group(a, text, at, 2),
				  .quoted = at[6] != PCRE2_UNSET};
		t.text = group(a, text, at, t.quoted ? 3 : 4);
		token_take(a, out, &t, &without, &plain);
		from = at[1] > from ? at[1] : from + 1;
	}
	pcre2_match_data_free(match);
	out->without = arena_str(a, buf_text(&without));
	out->plain = arena_str(a, buf_text(&plain));
}
