/* Marking what was found, with the words as documents and queries are cut; escaped here, because
 * ts_headline's output is not safe in HTML. / */
#include "vobe/mark.h"

#include "vobe/buf.h"
#include "vobe/text.h"
#include "vobe/words.h"

#include <string.h>
#include <unicode/utf8.h>

enum { RANGES_MAX = 256, PIECE = 2048 /* bytes of a text that are looked at at once */ };

/* A piece of the text, in bytes. */
struct range {
	int32_t from, to;
};

struct ranges {
	struct range at[RANGES_MAX];
	int count;
};

/* What is marked, made ready for a text: the pairs of the runs among the words. */
struct wanted {
	struct arena *arena;
	const struct marks *marks;
	struct words *runs;
	int run_count;
	uint64_t firsts; /* letters that a marked word or stem may begin with */
};

/* A stem begins as its word does: most words of a text are told from the wanted by their first letter. */
static uint64_t first_letter(const char *word)
{
	unsigned char c = (unsigned char)*word;
	return UINT64_C(1) << ((c < 0x80 ? c : (unsigned char)word[1]) & 63);
}

static struct words grams_of(struct arena *a, const char *run)
{
	struct words all = words_cut(a, run);
	int count = 0;

	for (int i = 0; i < all.count; i++)
		if (all.at[i].role == WORD_GRAM)
			all.at[count++] = all.at[i];
	all.count = count > 1 ? count - 1 : count; /* without the last letter alone */
	return all;
}

static struct wanted make_ready(struct arena *a, const struct marks *marks)
{
	struct wanted w = {.arena = a, .marks = marks};

	w.runs = ARENA_ARRAY(a, struct words, (size_t)marks->words.count + 1);
	for (int i = 0; i < marks->words.count; i++) {
		w.firsts |= first_letter(marks->words.at[i]);
		if (word_is_unspaced(marks->words.at[i]))
			w.runs[w.run_count++] = grams_of(a, marks->words.at[i]);
	}
	for (int i = 0; i < marks->lexemes.count; i++)
		w.firsts |= first_letter(marks->lexemes.at[i]);
	return w;
}

/* A marked word that ends in an asterisk is the beginning of what is wanted. */
static bool is_word(const char *asked, const char *word)
{
	size_t len = strcspn(asked, "*");
	return !strncmp(asked, word, len) && ((asked[len] == '*' && !asked[len + 1]) || !word[len]);
}

static bool is_wanted(const struct wanted *wanted, const char *word)
{
	const struct marks *marks = wanted->marks;

	if (!(wanted->firsts & first_letter(word)))
		return false;
	for (int i = 0; i < marks->words.count; i++)
		if (is_word(marks->words.at[i], word))
			return true;
	const char *stem = marks->lexemes.count ? word_stem(wanted->arena, word) : NULL;
	for (int i = 0; stem && i < marks->lexemes.count; i++)
		if (!strcmp(marks->lexemes.at[i], stem))
			return true;
	return false;
}

/* How many pairs from the one at `i` on are a wanted run; *letter: only the first letter of one. */
static int run_at(const struct wanted *wanted, const struct words *words, int i, bool *letter)
{
	for (int r = 0; r < wanted->run_count; r++) {
		const struct words *run = &wanted->runs[r];
		int n = 0;
		*letter = run->count == 1 && !run->at[0].from && utf8_length(run->at[0].text) == 1;
		if (*letter && !strncmp(words->at[i].text, run->at[0].text, strlen(run->at[0].text)))
			return 1;
		while (n < run->count && i + n < words->count && words->at[i + n].role == WORD_GRAM &&
		       !strcmp(words->at[i + n].text, run->at[n].text))
			n++;
		if (n && n == run->count)
			return n;
	}
	return 0;
}

/* In order of where they begin, those that touch as one. */
static void range_add(struct ranges *rs, int32_t from, int32_t to)
{
	struct range *last = rs->count ? &rs->at[rs->count - 1] : NULL;

	if (last && from <= last->to)
		last->to = to > last->to ? to : last->to;
	else if (rs->count < RANGES_MAX)
		rs->at[rs->count++] = (struct range){from, to};
}

/* What is marked in a piece of the text. */
static void ranges_find(const struct wanted *wanted, const char *text, int32_t base, int32_t end,
			struct ranges *out)
{
	const char *piece = arena_strn(wanted->arena, text + base, (size_t)(end - base));
	const struct words words = words_cut(wanted->arena, piece);

	for (int i = 0; i < words.count; i++) {
		const struct word *w = &words.at[i];
		bool letter = false;
		const int pairs = w->role == WORD_GRAM ? run_at(wanted, &words, i, &letter) : 0;
		const bool more = i + 1 < words.count && w[1].role == WORD_GRAM && w[1].from < w->to;
		if (pairs)
			range_add(out, base + w->from, base + (letter && more ? w[1].from : w[pairs - 1].to));
		else if (w->role != WORD_GRAM && w->role != WORD_RUN && is_wanted(wanted, w->text))
			range_add(out, base + w->from, base + w->to);
	}
}

static void escape(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		switch (s[i]) {
		case '<': buf_str(out, "&lt;"); break;
		case '>': buf_str(out, "&gt;"); break;
		case '&': buf_str(out, "&amp;"); break;
		case '"': buf_str(out, "&quot;"); break;
		case '\'': buf_str(out, "&#39;"); break;
		default: buf_char(out, s[i]);
		}
}

/* The end of a piece of some size, between words. */
static int32_t piece_end(const char *text, int32_t from, int32_t len)
{
	int32_t to = from + PIECE < len ? from + PIECE : len;

	while (to < len && text[to] != ' ' && text[to] != '\n')
		to++;
	return to;
}

/* Where the first marked word begins; -1: nowhere. */
static int32_t first_wanted(const struct wanted *wanted, const char *text, int32_t len)
{
	for (int32_t from = 0, to; from < len; from = to) {
		struct ranges found = {.count = 0};
		to = piece_end(text, from, len);
		ranges_find(wanted, text, from, to, &found);
		if (found.count)
			return found.at[0].from;
	}
	return -1;
}

static const char *mark_range(const struct wanted *wanted, const char *text, int32_t from, int32_t to,
			      bool more)
{
	struct buf out = {.arena = wanted->arena};
	struct ranges found = {.count = 0};

	ranges_find(wanted, text, from, to, &found);
	buf_str(&out, from > 0 ? "… " : "");
	for (int i = 0; i < found.count; i++) {
		const struct range *r = &found.at[i];
		escape(&out, text + from, (size_t)(r->from - from));
		buf_str(&out, "<mark>");
		escape(&out, text + r->from, (size_t)(r->to - r->from));
		buf_str(&out, "</mark>");
		from = r->to;
	}
	escape(&out, text + from, (size_t)(to - from));
	buf_str(&out, more ? " …" : "");
	return arena_str(wanted->arena, buf_text(&out));
}

/* Moves forward to the start of a word, at most to `limit`. */
static int32_t word_start(const char *text, int32_t at, int32_t limit)
{
	while (at > 0 && at < limit && text[at - 1] != ' ' && text[at - 1] != '\n')
		at++;
	return at;
}

const char *text_mark(struct arena *a, const struct marks *marks, const char *text, size_t cut)
{
	const struct wanted wanted = make_ready(a, marks);
	int32_t len = (int32_t)strlen(text), from, to;

	if (!cut)
		return mark_range(&wanted, text, 0, len, false);
	int32_t first = first_wanted(&wanted, text, len);
	if (first < 0)
		return NULL;
	from = first;
	for (size_t n = 0; n < cut / 4 && from > 0; n++)
		U8_BACK_1((const uint8_t *)text, 0, from);
	from = word_start(text, from, first);
	to = from + (int32_t)text_cut_bytes(text + from, cut);
	return mark_range(&wanted, text, from, to, to < len);
}

/* --- Taking marks out again --- */

/* What text_mark puts in, and what stands for it. */
static const struct {
	const char *put;
	char is;
} put_in[] = {{"<mark>", 0}, {"</mark>", 0},  {"&amp;", '&'}, {"&lt;", '<'},
	      {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};

static size_t unmark_one(struct buf *out, const char *s)
{
	for (size_t i = 0; i < sizeof put_in / sizeof *put_in; i++) {
		size_t len = strlen(put_in[i].put);
		if (strncmp(s, put_in[i].put, len) != 0)
			continue;
		if (put_in[i].is)
			buf_char(out, put_in[i].is);
		return len;
	}
	buf_char(out, *s);
	return 1;
}

const char *text_unmark(struct arena *a, const char *marked)
{
	struct buf out = {.arena = a};

	while (*marked)
		marked += unmark_one(&out, marked);
	return arena_str(a, buf_text(&out));
}
