/* From what was typed to words, phrases and filters. */
#include "modules/search/query.h"
#include "vobe/name_queries.h"

#include "vobe/buf.h"
#include "vobe/stop_runs.h"
#include "vobe/text.h"
#include "vobe/words.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

/* One token: an optional minus, an optional field, then a quoted phrase (the last quote may be missing) or
 * anything up to a blank. «» are no such quotes: Russian questions have them around names. */
static const char token_pattern[] = "([-\u2212\u2013\uFF0D]?)(?:(artist|author|tag|year):\\s*)?"
				    "(?:[\"\u201C\u201D\u201E]([^\"\u201C\u201D]*)[\"\u201C\u201D]?|(\\S+))";

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
	bool without, quoted, closed; /* closed: with its last quote */
	const char *field;            /* "" when there is none */
	const char *text;
};

static char *group(struct arena *a, const char *text, const PCRE2_SIZE *at, int n)
{
	return at[2 * n] == PCRE2_UNSET ? arena_str(a, "")
					: arena_strn(a, text + at[2 * n], at[2 * n + 1] - at[2 * n]);
}

/* Adds the word, or finds it among those before; NO_WORD when there is no room. */
static int word_add(struct arena *a, struct query *q, const char *bare, const char *raw, bool prefix, int of)
{
	for (int i = 0; i < q->count; i++)
		if (!strcmp(q->words[i].bare, bare) && (of != NO_WORD || q->words[i].of == NO_WORD)) {
			if (prefix && !q->words[i].prefix)
				q->words[i] = query_word_of(a, bare, true);
			return i;
		}
	if (q->count == QUERY_WORDS_MAX)
		return NO_WORD;
	q->words[q->count] = query_word_of(a, bare, prefix);
	q->words[q->count].raw = prefix ? bare : raw;
	q->words[q->count].of = of;
	return q->count++;
}

/* A token's whole and the pieces of it; one in a single word keeps its raw form for the other keyboard. */
static void words_add(struct arena *a, struct query *q, const char *raw, bool prefix)
{
	const struct words words = words_cut(a, raw);
	const struct word *end = words.at + words.count;
	int whole = NO_WORD, token = -1;

	for (const struct word *w = words.at; w < end; w++) {
		whole = w->token == token ? whole : NO_WORD;
		token = w->token;
		if (!word_is_asked(w) || word_is_double(w, end))
			continue;
		const int of = w->role == WORD_PART || w->role == WORD_RUN ? whole : NO_WORD;
		const bool at_end = w->role != WORD_PART || w + 1 == end;
		const bool last = prefix && w->token == words.tokens - 1 && at_end;
		const char *typed = words.tokens == 1 && of == NO_WORD ? raw : w->text;
		const int at = word_add(a, q, w->text, typed, last, of);
		if (w->role == WORD_WHOLE && whole == NO_WORD)
			whole = at;
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

/* --- What is typed, token by token --- */

/* What is gathered while reading: texts of the positive tokens, and what must not be there. */
struct reading {
	struct arena *arena;
	struct query *query;
	struct buf text, without_stems, without, without_phrases;
	bool keep_minus; /* nothing else is asked for: a minus is a part of the word */
};

/* The words of a text, all of them, as a tsquery. */
static const char *all_of(struct arena *a, const struct query *words, bool stems)
{
	struct buf out = {.arena = a};
	for (int i = 0; i < words->count; i++)
		if (words->words[i].of == NO_WORD)
			buf_join(&out, " & ", stems ? words->words[i].stems : words->words[i].exact);
	return out.len ? arena_fmt(a, "(%s)", buf_text(&out)) : "";
}

/* The words of a phrase in pieces: whether they stand side by side is checked on the text. */
static struct query *pieces_of(struct arena *a, const char *text)
{
	struct query *pieces = ARENA_NEW(a, struct query);
	const struct words words = words_cut(a, text);

	for (const struct word *w = words.at; w < words.at + words.count; w++)
		if ((w->role == WORD_SINGLE || w->role == WORD_PART || w->role == WORD_RUN) &&
		    !word_is_double(w, words.at + words.count))
			word_add(a, pieces, w->text, w->text, false, NO_WORD);
	return pieces;
}

static void phrase_add(struct arena *a, struct query *q, const char *text)
{
	const struct query *words = pieces_of(a, text);
	const char *stems = all_of(a, words, true);

	if (q->phrase_count < QUERY_PHRASES_MAX)
		q->phrases[q->phrase_count++] =
			(struct query_phrase){*stems ? stems : stop_runs_tsquery(a, text),
					      all_of(a, words, false), phrase_pattern(a, text), !*stems};
}

static bool is_phrase(struct arena *a, const struct token *t)
{
	return t->quoted && (pieces_of(a, t->text)->count > 1 || strchr(words_plain(a, t->text), ' '));
}

/* One word, or the whole of it or its pieces; a phrase by its pattern. */
static void without_add(struct reading *r, const struct token *t, const char *text)
{
	struct query *words = ARENA_NEW(r->arena, struct query);

	if (is_phrase(r->arena, t)) {
		buf_join(&r->without_phrases, "|",
			 arena_fmt(r->arena, "(%s)", phrase_pattern(r->arena, text)));
		return;
	}
	words_add(r->arena, words, text, false);
	buf_join(&r->without_stems, " | ", all_of(r->arena, words, true));
	buf_join(&r->without, " | ", all_of(r->arena, words, false));
}

/* -M- is a name. */
static bool is_minus(const struct reading *r, const struct token *t)
{
	const size_t len = strlen(t->text);
	return t->without && !r->keep_minus && (t->quoted || !len || t->text[len - 1] != '-');
}

/* An asterisk that stands alone is everything. */
static bool asks_for_all(const struct token *t)
{
	return !t->without && !t->quoted && !*t->field && !strcmp(t->text, "*");
}

static void token_take(struct reading *r, const struct token *t)
{
	struct arena *a = r->arena;
	const size_t len = strlen(t->text);
	const bool prefix = !t->quoted && len > 1 && t->text[len - 1] == '*' && t->text[len - 2] != '*';

	r->query->everything |= asks_for_all(t);
	if (filter_read(a, r->query, t) || asks_for_all(t) || (!t->quoted && !strcmp(t->text, "OR")))
		return;
	const char *text = *t->field ? arena_fmt(a, "%s %s", t->field, t->text) : t->text;
	if (is_minus(r, t)) {
		without_add(r, t, text);
		return;
	}
	const bool phrase = is_phrase(a, t);
	if (phrase)
		phrase_add(a, r->query, text);
	r->query->words_beside |= *text && (!phrase || !t->closed);
	text = prefix ? arena_strn(a, text, strlen(text) - 1) : text;
	words_add(a, r->query, text, prefix);
	buf_join(&r->text, " ", t->without ? arena_fmt(a, "-%s", text) : text);
}

static void tokens_take(struct reading *r, const char *text)
{
	pcre2_match_data *match = pcre2_match_data_create_from_pattern(token_code(), NULL);
	const size_t len = strlen(text);
	size_t from = 0;

	while (from < len &&
	       pcre2_match(token_code(), (PCRE2_SPTR)text, len, from, PCRE2_NO_UTF_CHECK, match, NULL) > 0) {
		const PCRE2_SIZE *at = pcre2_get_ovector_pointer(match);
		struct token t = {.without = at[3] > at[2],
				  .field = group(r->arena, text, at, 2),
				  .quoted = at[6] != PCRE2_UNSET};
		t.text = group(r->arena, text, at, t.quoted ? 3 : 4);
		t.closed = t.quoted && at[7] < at[1];
		token_take(r, &t);
		from = at[1] > from ? at[1] : from + 1;
	}
	pcre2_match_data_free(match);
}

static void read_query(struct arena *a, const char *text, const struct filters *filters, bool keep_minus,
		       struct query *out)
{
	struct reading r = {.arena = a,
			    .query = out,
			    .text = {.arena = a},
			    .without_stems = {.arena = a},
			    .without = {.arena = a},
			    .without_phrases = {.arena = a},
			    .keep_minus = keep_minus};

	*out = (struct query){.filters = filters ? *filters : no_filters};
	tokens_take(&r, text);
	out->without_stems = arena_str(a, buf_text(&r.without_stems));
	out->without = arena_str(a, buf_text(&r.without));
	out->without_phrases = r.without_phrases.len ? arena_str(a, buf_text(&r.without_phrases)) : NULL;
	out->text = arena_str(a, buf_text(&r.text));
	out->plain = words_plain(a, out->text);
}

/* Something is asked for, or a list narrowed. */
static bool asks(struct arena *a, const struct query *q)
{
	return q->count || *q->text || q->everything || *filters_tsquery(a, &q->filters);
}

void query_parse(struct arena *a, const char *text, const struct filters *filters, struct query *out)
{
	read_query(a, text, filters, false, out);
	if (!asks(a, out) && (*out->without || out->without_phrases))
		read_query(a, text, filters, true, out);
}
