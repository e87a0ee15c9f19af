/* Making the vectors: words are gathered with their weights, sorted, and written each once. */
#include "vobe/vectors.h"

#include "vobe/name_queries.h"
#include "vobe/stop_runs.h"
#include "vobe/word_lists.h"

#include "vobe/text.h"
#include "vobe/words.h"

#include <stdlib.h>
#include <string.h>

enum {
	TEXT_MAX = 200000,        /* code points of a text that are looked at */
	VECTOR_MAX = 900000,      /* bytes; PostgreSQL refuses a tsvector of more than a megabyte */
	PLACES_MAX = 255,         /* of one lexeme; PostgreSQL keeps no more */
	BITS_OF_A_FORM = 9,       /* each sets three: another form passes for one of these in 45 times, */
	BITS_OF_A_FORM_LEAST = 5, /* in long texts in eleven; so many that four rows go on a page */
	BITS_SPARED = 384,
	TITLE = 'A',
};

struct entry {
	const char *lexeme;
	char weight; /* 0: none */
};

struct entries {
	struct arena *arena;
	struct entry *at;
	int count, room;
};

static void entry_add(struct entries *es, const char *lexeme, char weight)
{
	if (es->count == es->room) {
		const size_t size = (size_t)es->room * sizeof *es->at;
		es->room = es->room * 2 + 128;
		es->at = arena_resize(es->arena, es->at, size, (size_t)es->room * sizeof *es->at);
	}
	es->at[es->count++] = (struct entry){lexeme, weight};
}

static int by_lexeme(const void *a, const void *b)
{
	const struct entry *c = a, *d = b;
	const int order = strcmp(c->lexeme, d->lexeme);
	return order ? order : c->weight - d->weight;
}

static void entries_sort(struct entries *es)
{
	if (es->count)
		qsort(es->at, (size_t)es->count, sizeof *es->at, by_lexeme);
}

/* --- Writing --- */

/* The end of the entries that share the lexeme at `from`. */
static int same_end(const struct entries *es, int from)
{
	int to = from + 1;
	while (to < es->count && !strcmp(es->at[to].lexeme, es->at[from].lexeme))
		to++;
	return to;
}

static void places_write(struct buf *out, const struct entry *of, int count)
{
	if (!of->weight)
		return;
	for (int i = 0; i < count && i < PLACES_MAX; i++) {
		buf_fmt(out, "%c%d", i ? ',' : ':', i + 1);
		if (of[i].weight != 'D')
			buf_char(out, of[i].weight);
	}
}

/* The sorted entries as a tsvector; *lexemes: how many, runs of stop words aside. What stands once, and not
 * in the title, needs no place: that is what a lexeme without places counts for, where `bare` allows it. */
static const char *vector_write(const struct entries *es, bool bare, int64_t *lexemes)
{
	struct buf out = {.arena = es->arena};

	*lexemes = 0;
	for (int from = 0, to; from < es->count && out.len < VECTOR_MAX; from = to) {
		to = same_end(es, from);
		*lexemes += *es->at[from].lexeme != STOP_RUN_MARK;
		buf_str(&out, from ? " " : "");
		lexeme_write(&out, es->at[from].lexeme);
		if (!bare || to - from > 1 || es->at[from].weight == TITLE)
			places_write(&out, &es->at[from], to - from);
	}
	return arena_str(es->arena, buf_text(&out));
}

/* Bits of so many forms: the shorter the text, the fewer are set by another form. */
static int bits_of(int forms)
{
	const int most = forms * BITS_OF_A_FORM, least = forms * BITS_OF_A_FORM_LEAST;
	return most < BITS_SPARED ? most : least > BITS_SPARED ? least : BITS_SPARED;
}

static void bit_set(unsigned char *bits, uint32_t bit)
{
	bits[bit / 8] |= (unsigned char)(1u << bit % 8);
}

static const char *forms_write(const struct entries *sorted)
{
	static const char digits[] = "0123456789abcdef";
	int forms = 0;

	for (int from = 0; from < sorted->count; from = same_end(sorted, from))
		forms++;
	const size_t bytes = (size_t)(bits_of(forms) + 7) / 8;
	unsigned char *bits = arena_alloc(sorted->arena, bytes + 1);
	for (int i = 0; i < sorted->count; i++) {
		const uint32_t hash = word_hash(sorted->at[i].lexeme), room = (uint32_t)(bytes * 8);
		bit_set(bits, hash % room);
		bit_set(bits, hash / room % room);
		bit_set(bits, (hash % room + hash / room) % room);
	}
	char *out = arena_alloc(sorted->arena, bytes * 2 + 1);
	for (size_t i = 0; i < bytes; i++) {
		out[2 * i] = digits[bits[i] >> 4];
		out[2 * i + 1] = digits[bits[i] & 15];
	}
	return out;
}

/* --- Gathering --- */

struct gathered {
	struct entries doc, exact, forms, words;
};

/* Whether the token that goes on from `first` has given this lexeme already. */
static bool is_told(const struct entries *es, int first, const char *lexeme)
{
	for (int i = first; i < es->count; i++)
		if (!strcmp(es->at[i].lexeme, lexeme))
			return true;
	return false;
}

/* In Latin letters it counts like the word itself. */
static void exact_add(struct gathered *g, const struct word *w, char weight)
{
	struct arena *a = g->exact.arena;

	entry_add(&g->exact, w->text, 0);
	if (w->role == WORD_GRAM || w->role == WORD_SIGNS)
		return;
	const char *latin = text_latin(a, w->text), *stem;
	entry_add(&g->words, w->text, 0);
	if (!*latin || strchr(latin, ' ') || !strcmp(latin, w->text))
		return;
	entry_add(&g->exact, latin, 0);
	entry_add(&g->words, latin, 0);
	if ((stem = word_stem(a, latin)))
		entry_add(&g->doc, stem, weight);
}

static void part_gather(struct gathered *g, const struct part *p)
{
	struct arena *a = g->doc.arena;
	const bool is_long = utf8_length(p->text) > TEXT_MAX;
	const struct words words = words_cut(a, is_long ? text_cut(a, p->text, TEXT_MAX) : p->text);
	struct stop_run run = {{NULL, NULL}};
	int token = -1, first = 0;

	for (int i = 0; i < words.count; i++) {
		const struct word *w = &words.at[i];
		const char *three = stop_run_add(a, &run, w);
		if (three)
			entry_add(&g->doc, three, p->weight);
		if (w->role == WORD_RUN)
			continue;
		if (p->exact)
			exact_add(g, w, p->weight);
		if (w->role == WORD_SIGNS)
			continue;
		first = w->token == token ? first : g->doc.count;
		token = w->token;
		const char *lexeme = w->role == WORD_GRAM ? w->text : word_stem(a, w->text);
		if (lexeme && (w->role == WORD_GRAM || !is_told(&g->doc, first, lexeme)))
			entry_add(&g->doc, lexeme, p->weight);
		if (lexeme && w->role != WORD_GRAM)
			entry_add(&g->forms, w->text, 0);
	}
}

static void name_gather(struct gathered *g, const char *name)
{
	struct name_form forms[NAME_FORMS_MAX];
	const int count = name_forms(g->exact.arena, name, forms);

	for (int i = 0; i < count; i++)
		entry_add(&g->exact, name_lexeme(g->exact.arena, forms[i].text), forms[i].rank);
}

static struct texts words_told(struct entries *es)
{
	const char **words = ARENA_ARRAY(es->arena, const char *, (size_t)es->count + 1);
	for (int i = 0; i < es->count; i++)
		words[i] = es->at[i].lexeme;
	return words_ordered(words, es->count);
}

struct vectors vectors_make(struct arena *a, const struct part *parts, int count)
{
	struct gathered g = {{.arena = a}, {.arena = a}, {.arena = a}, {.arena = a}};
	struct vectors out = {.plain = words_plain(a, parts->text)};
	int64_t exact;

	name_gather(&g, parts->text);
	for (int i = 0; i < count; i++)
		if (parts[i].text)
			part_gather(&g, &parts[i]);
	entries_sort(&g.doc);
	entries_sort(&g.exact);
	entries_sort(&g.forms);
	out.doc = vector_write(&g.doc, true, &out.length);
	out.exact = vector_write(&g.exact, false, &exact);
	out.forms = forms_write(&g.forms);
	out.words = words_told(&g.words);
	return out;
}
