/* Cutting text into words: blanks part tokens, signs part the words of a token, scripts part what touches. */
#include "vobe/words.h"

#include "vobe/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

enum { WORD_MAX_LETTERS = 60, PIECES_OF_A_WHOLE = 8, WHOLE_MAX_LETTERS = 40, PIECES_MAX = 64 };

/* What is written without blanks; Han and Kana go together, as Japanese mixes them within words. */
enum writing { SPACED, SIGN, INHERITS, JAPANESE, HANGUL, THAI, LAO, KHMER, BURMESE };

/* A run of word characters of one writing. */
struct piece {
	int32_t from, to;
	enum writing writing;
	const char *text;
};

struct cutting {
	struct arena *arena;
	const char *text;
	struct words words;
	int room;
};

static void word_add(struct cutting *c, const char *text, enum word_role role, int32_t from, int32_t to)
{
	struct words *w = &c->words;

	if (!*text || (strlen(text) > WORD_MAX_LETTERS && utf8_length(text) > WORD_MAX_LETTERS))
		return;
	if (w->count == c->room) {
		const size_t size = (size_t)c->room * sizeof *w->at;
		c->room = c->room * 2 + 32;
		w->at = arena_resize(c->arena, w->at, size, (size_t)c->room * sizeof *w->at);
	}
	w->at[w->count++] = (struct word){text, role, w->tokens, from, to};
}

static enum writing writing_of_script(UChar32 c)
{
	UErrorCode status = U_ZERO_ERROR;

	switch ((int)uscript_getScript(c, &status)) {
	case USCRIPT_HAN:
	case USCRIPT_HIRAGANA:
	case USCRIPT_KATAKANA: return JAPANESE;
	case USCRIPT_HANGUL: return HANGUL;
	case USCRIPT_THAI: return THAI;
	case USCRIPT_LAO: return LAO;
	case USCRIPT_KHMER: return KHMER;
	case USCRIPT_MYANMAR: return BURMESE;
	default: return SPACED;
	}
}

/* Marks, what is not seen, and letters of several scripts such as the Japanese sign of length, belong to
 * what they stand behind. */
static enum writing writing_of(UChar32 c)
{
	enum {
		FIRST_UNSPACED = 0x0E00,
		LENGTH = 0x30FC,
		NARROW_LENGTH = 0xFF70,
		NARROW_VOICED = 0xFF9E,
		NARROW_SEMIVOICED = 0xFF9F,
	};

	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ? SPACED : SIGN;
	const uint32_t mask = U_GET_GC_MASK(c);
	const bool narrow = c == NARROW_LENGTH || c == NARROW_VOICED || c == NARROW_SEMIVOICED;
	if (mask & (U_GC_M_MASK | U_GC_CF_MASK) || c == LENGTH || narrow)
		return INHERITS;
	if (!(mask & (U_GC_L_MASK | U_GC_N_MASK)) || c == 0x02BC || c == 0x02BB || c == 0x02B9)
		return SIGN;
	return c < FIRST_UNSPACED ? SPACED : writing_of_script(c);
}

static UChar32 next(const char *text, int32_t *at)
{
	UChar32 c;
	U8_NEXT((const uint8_t *)text, *at, -1, c);
	return c;
}

/* --- Scripts without blanks --- */

/* Where the letters of a text begin, marks with the letter before them, and where the last ends; returns
 * how many. */
static int letters_of(struct arena *a, const char *text, int32_t **starts)
{
	int32_t len = (int32_t)strlen(text);
	int count = 0;

	*starts = ARENA_ARRAY(a, int32_t, (size_t)len + 1);
	for (int32_t at = 0; at < len;) {
		const int32_t from = at;
		if (!(U_GET_GC_MASK(next(text, &at)) & U_GC_M_MASK) || !from)
			(*starts)[count++] = from;
	}
	(*starts)[count] = len;
	return count;
}

static void grams_add(struct cutting *c, const struct piece *p)
{
	const char *written = arena_strn(c->arena, c->text + p->from, (size_t)(p->to - p->from));
	int32_t *at, *shown;
	const int count = letters_of(c->arena, p->text, &at);
	const bool alike = letters_of(c->arena, written, &shown) == count;

	word_add(c, p->text, WORD_RUN, p->from, p->to);
	for (int i = 0; i < count; i++) {
		const int end = i + 2 < count ? i + 2 : count;
		word_add(c, arena_strn(c->arena, p->text + at[i], (size_t)(at[end] - at[i])), WORD_GRAM,
			 alike ? p->from + shown[i] : p->from, alike ? p->from + shown[end] : p->to);
	}
}

/* --- Tokens --- */

static bool is_word_of(const struct piece *p)
{
	return p->writing == SPACED || p->writing == HANGUL;
}

/* The letter that a sign between letters stands for, as in P!nk, Ke$ha and A$AP; 0: none. */
static char letter_of(UChar32 sign, bool between)
{
	switch (sign) {
	case '$': return 's';
	case '!': return between ? 'i' : 0;
	case '@': return between ? 'a' : 0;
	case 0x20AC: return between ? 'e' : 0;
	default: return 0;
	}
}

static bool is_letter_at(const char *text, int32_t at)
{
	UChar32 c;
	U8_GET((const uint8_t *)text, 0, at, -1, c);
	return c > 0 && u_isalpha(c);
}

/* The token with letters for such signs; NULL: it has none. */
static const char *spelt(struct cutting *c, int32_t from, int32_t to)
{
	char *out = arena_alloc(c->arena, (size_t)(to - from) + 1);
	size_t len = 0;
	bool any = false;

	for (int32_t at = from; at < to;) {
		const int32_t start = at;
		const UChar32 sign = next(c->text, &at);
		if (writing_of(sign) != SIGN) {
			memcpy(out + len, c->text + start, (size_t)(at - start));
			len += (size_t)(at - start);
			continue;
		}
		int32_t last = start;
		if (start > from)
			U8_BACK_1((const uint8_t *)c->text, 0, last);
		const bool before = start > from && is_letter_at(c->text, last),
			   behind = at < to && is_letter_at(c->text, at);
		const char letter = before || behind ? letter_of(sign, before && behind) : 0;
		if (letter)
			out[len++] = letter;
		any |= letter != 0;
	}
	return any ? text_loose(c->arena, out) : NULL;
}

static void wholes_add(struct cutting *c, const struct piece *pieces, int count, int32_t from, int32_t to)
{
	const char *first = NULL, *spelling;
	int words = 0;

	for (int i = 0; i < count; i++)
		if (is_word_of(&pieces[i])) {
			first = words++ ? arena_fmt(c->arena, "%s%s", first, pieces[i].text) : pieces[i].text;
			if (words > PIECES_OF_A_WHOLE)
				return;
		}
	const int32_t start = pieces[0].from, end = pieces[count - 1].to;
	if (words > 1 && utf8_length(first) <= WHOLE_MAX_LETTERS)
		word_add(c, first, WORD_WHOLE, start, end);
	spelling = words ? spelt(c, from, to) : NULL;
	if (spelling && utf8_length(spelling) <= WHOLE_MAX_LETTERS && strcmp(spelling, first))
		word_add(c, spelling, WORD_WHOLE, start - (start > from && c->text[start - 1] == '$'),
			 end + (end < to && c->text[end] == '$'));
}

static void pieces_fold(struct cutting *c, struct piece *pieces, int count)
{
	for (int i = 0; i < count; i++) {
		char *folded = text_loose(c->arena, arena_strn(c->arena, c->text + pieces[i].from,
							       (size_t)(pieces[i].to - pieces[i].from)));
		int32_t to = 0; /* ½ is folded to 1⁄2: its sign goes */
		for (int32_t at = 0; folded[at];) {
			const int32_t from = at;
			if (writing_of(next(folded, &at)) == SIGN)
				continue;
			memmove(folded + to, folded + from, (size_t)(at - from));
			to += at - from;
		}
		folded[to] = '\0';
		pieces[i].text = folded;
	}
}

static void token_add(struct cutting *c, struct piece *pieces, int count, int32_t from, int32_t to)
{
	if (!count)
		return;
	pieces_fold(c, pieces, count);
	if (count > 1 || to - from > pieces[0].to - pieces[0].from)
		wholes_add(c, pieces, count, from, to);
	for (int i = 0; i < count; i++) {
		if (is_word_of(&pieces[i]))
			word_add(c, pieces[i].text, count > 1 ? WORD_PART : WORD_SINGLE, pieces[i].from,
				 pieces[i].to);
		if (pieces[i].writing != SPACED)
			grams_add(c, &pieces[i]);
	}
	c->words.tokens++;
}

/* Signs that end a token though no blank does; a comma and a colon do not within numbers. */
static bool is_end(UChar32 c, bool in_number)
{
	if (c == ',' || c == ':')
		return !in_number;
	if (c < 0x80)
		return c > 0 && strchr("()[]{}<>\";|=?\\", (int)c) != NULL;
	const uint32_t mask = U_GET_GC_MASK(c);
	const bool bracket = mask & (U_GC_PS_MASK | U_GC_PE_MASK | U_GC_PI_MASK | U_GC_PF_MASK);
	const bool apostrophe = c == 0x2018 || c == 0x2019;
	return (bracket && !apostrophe) || c == 0x2013 || c == 0x2014 || c == 0x2026 || c == 0x2022 ||
	       c == 0x3001 || c == 0x3002;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Begins a piece, or lets the one that is there go on; false: what inherits stands behind none. */
static bool piece_add(struct piece *pieces, int *count, int32_t from, int32_t to, enum writing writing)
{
	struct piece *last = *count ? &pieces[*count - 1] : NULL;
	const bool goes_on = last && last->to == from && (writing == INHERITS || writing == last->writing);

	if (goes_on)
		last->to = to;
	else if (writing != INHERITS)
		pieces[(*count)++] = (struct piece){.from = from, .to = to, .writing = writing};
	return goes_on || writing != INHERITS;
}

/* What stands between two blanks. */
static void chunk_add(struct cutting *c, int32_t from, int32_t to)
{
	struct piece pieces[PIECES_MAX];
	int32_t start = from;
	int count = 0;
	bool any = false;

	for (int32_t at = from; at < to;) {
		const int32_t before = at;
		const UChar32 ch = next(c->text, &at);
		const enum writing writing = writing_of(ch);
		const bool in_number =
			before > from && is_digit(c->text[before - 1]) && is_digit(c->text[at]);
		if (writing != SIGN)
			any |= piece_add(pieces, &count, before, at, writing);
		if (count == PIECES_MAX || (writing == SIGN && is_end(ch, in_number))) {
			token_add(c, pieces, count, start, writing == SIGN ? before : at);
			count = 0;
			start = at;
		}
	}
	token_add(c, pieces, count, start, to);
	if (!any)
		word_add(c, text_loose(c->arena, arena_strn(c->arena, c->text + from, (size_t)(to - from))),
			 WORD_SIGNS, from, to);
	c->words.tokens += !any;
}

struct words words_cut(struct arena *a, const char *text)
{
	struct cutting c = {.arena = a, .text = text};
	int32_t start = -1;

	for (int32_t at = 0;;) {
		const int32_t from = at;
		const bool ended = !text[at];
		const UChar32 ch = ended ? ' ' : next(text, &at);
		const bool blank = ch < 0x80 ? ch == ' ' || (ch >= '\t' && ch <= '\r') : u_isUWhiteSpace(ch);
		if (!blank && start < 0)
			start = from;
		if (blank && start >= 0) {
			chunk_add(&c, start, from);
			start = -1;
		}
		if (ended)
			return c.words;
	}
}

bool word_is_unspaced(const char *word)
{
	int32_t at = 0;
	return *word && writing_of(next(word, &at)) >= JAPANESE;
}

uint32_t word_hash(const char *word)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (; *word; word++)
		hash = (hash ^ (unsigned char)*word) * 16777619u;
	return hash & 0x7FFFFFFFu;
}
