/* The forms of names and titles, as a whole. */
#include "vobe/names.h"

#include "vobe/text.h"
#include "vobe/words.h"

#include <string.h>

enum {
	FORM_WORDS = 6, /* titles of more words are not asked for by stems or in other letters */
	SPAN_WORDS = 6, /* of a name within other words */
	FORMS_OF_A_SPAN = 3,
	TOKENS_MOST = 32,
};

/* Folded, one blank for every run of white space. */
static char *as_written(struct arena *a, const char *text)
{
	char *folded = text_trim(a, text_loose(a, text)), *to = folded;

	for (const char *from = folded; *from; from++) {
		const bool blank = (unsigned char)*from <= ' ';
		if (!blank || (to > folded && to[-1] != ' '))
			*to++ = (char)(blank ? ' ' : *from);
	}
	*to = '\0';
	return folded;
}

struct forms {
	struct name_form *at;
	int count;
};

static void form_add(struct forms *fs, char rank, const char *text)
{
	if (!*text || fs->count == NAME_FORMS_MAX)
		return;
	for (int i = 0; i < fs->count; i++) {
		const char has = fs->at[i].rank;
		if (!strcmp(fs->at[i].text, text) && (has == rank || (has == 'B' && rank == 'C')))
			return;
	}
	fs->at[fs->count++] = (struct name_form){rank, text};
}

static const char *article_end(const char *plain)
{
	static const char *const articles[] = {"the ", "a ", "an "};
	for (size_t i = 0; i < sizeof articles / sizeof *articles; i++)
		if (!strncmp(plain, articles[i], strlen(articles[i])))
			return plain + strlen(articles[i]);
	return "";
}

/* The name with its last word as a number, where that is a Roman numeral. */
static const char *numbered(struct arena *a, const char *plain)
{
	static const char *const numerals[] = {"ii", "iii", "iv", "v",   "vi",   "vii", "viii",
					       "ix", "x",   "xi", "xii", "xiii", "xiv", "xv"};
	const char *last = strrchr(plain, ' ');

	for (int i = 0; last && i < (int)(sizeof numerals / sizeof *numerals); i++)
		if (!strcmp(last + 1, numerals[i]))
			return arena_fmt(a, "%.*s %d", (int)(last - plain), plain, i + 2);
	return "";
}

static bool is_cyrillic(const char *text)
{
	return strpbrk(text, "\xd0\xd1") != NULL;
}

static char *joined(struct arena *a, const struct words *words, struct manner manner)
{
	return words_joined(a, words, 0, words->count, manner);
}

int name_forms(struct arena *a, const char *text, struct name_form *out)
{
	const struct words words = words_cut(a, text);
	struct forms fs = {.at = out};
	const char *written = as_written(a, text), *plain = words_plain(a, text);
	const char *and = is_cyrillic(plain) ? "и" : "and";

	form_add(&fs, 'A', written);
	form_add(&fs, 'B', plain);
	form_add(&fs, 'B', joined(a, &words, (struct manner){.gap = " ", .and = and}));
	if (words.tokens > FORM_WORDS)
		return fs.count;
	form_add(&fs, 'B', joined(a, &words, (struct manner){.gap = " ", .pieces = true}));
	form_add(&fs, 'B', joined(a, &words, (struct manner){.gap = " ", .spelt = true}));
	form_add(&fs, 'C', text_latin(a, plain));
	form_add(&fs, 'C', article_end(plain));
	form_add(&fs, 'C', joined(a, &words, (struct manner){0}));
	form_add(&fs, 'C', numbered(a, plain));
	form_add(&fs, 'D', joined(a, &words, (struct manner){.gap = " ", .stems = true}));
	return fs.count;
}

/* --- Names between other words --- */

/* Names of one word of grammar stand in most texts. */
static bool says_nothing(const struct words *words, int from, int to)
{
	return to - from == 1 && word_is_stop(words->at[from].text);
}

static void span_add(struct arena *a, struct forms *fs, const struct words *words, int from, int to)
{
	const char *plain = words_joined(a, words, from, to, (struct manner){.gap = " "});
	const char *stemmed = words_joined(a, words, from, to, (struct manner){.gap = " ", .stems = true});
	const char *latin = text_latin(a, plain);

	if (!*plain || says_nothing(words, from, to) || fs->count + FORMS_OF_A_SPAN > NAME_SPANS_MAX)
		return;
	fs->at[fs->count++] = (struct name_form){'B', plain};
	if (*latin && strcmp(latin, plain) != 0)
		fs->at[fs->count++] = (struct name_form){'C', latin};
	fs->at[fs->count++] = (struct name_form){'D', stemmed};
}

int name_spans(struct arena *a, const char *text, struct name_form *out)
{
	const struct words words = words_cut(a, text);
	struct forms fs = {.at = out};
	int starts[TOKENS_MOST + 1], tokens = 0;

	for (int i = 0; i < words.count && tokens < TOKENS_MOST; i++)
		if (!i || words.at[i].token != words.at[i - 1].token)
			starts[tokens++] = i;
	starts[tokens] = words.count;
	const int longest = tokens - 1 < SPAN_WORDS ? tokens - 1 : SPAN_WORDS;
	for (int i = 0; i < tokens; i++)
		for (int n = 1; n <= longest && i + n <= tokens; n++)
			span_add(a, &fs, &words, starts[i], starts[i + n]);
	return fs.count;
}

/* --- Beginnings --- */

struct begins {
	const char **at;
	int count;
};

static void begin_add(struct begins *b, const char *text)
{
	for (int i = 0; i < b->count; i++)
		if (!strcmp(b->at[i], text))
			return;
	if (*text && b->count < NAME_BEGINS_MAX)
		b->at[b->count++] = text;
}

/* Whether the form is what was typed without its article, which was typed for a reason. */
static bool lacks_article(const char *form, const char *typed)
{
	const char *blank = strchr(typed, ' ');
	return blank && !strcmp(form, blank + 1);
}

int name_begins(struct arena *a, const char *typed, const char **out, int *exactly)
{
	struct name_form forms[NAME_FORMS_MAX] = {{0}};
	struct begins begins = {out, 0};
	const int count = name_forms(a, typed, forms);

	for (int i = 0; i < count; i++)
		if (forms[i].rank == 'B')
			begin_add(&begins, forms[i].text);
	if (begins.count && strcmp(out[0], "the") != 0)
		begin_add(&begins, arena_fmt(a, "the %s", out[0]));
	*exactly = begins.count;
	for (int i = 0; i < count; i++)
		if (forms[i].rank == 'C' && !(begins.count && lacks_article(forms[i].text, out[0])))
			begin_add(&begins, forms[i].text);
	for (int i = 0; i < count && !begins.count; i++)
		begin_add(&begins, forms[i].text); /* of signs alone */
	return begins.count;
}

const char *name_literal(struct arena *a, const char *typed)
{
	const char *written = as_written(a, typed), *plain = words_plain(a, typed);
	const size_t len = strlen(typed);
	const bool ended = *written && len && (unsigned char)typed[len - 1] <= ' ';

	if (!ended && !strcmp(written, plain))
		return "";
	return ended ? arena_fmt(a, "%s ", written) : written;
}
