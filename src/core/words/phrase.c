/* Phrases as regular expressions over the texts themselves: the index holds neither stop words nor
 * places. Letters match what is folded into them, which is asked of text_loose once for all letters. / */
#include "vobe/buf.h"
#include "vobe/text.h"
#include "vobe/words.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* Letters with accents, of another width, of neighbouring languages; lower case, since the comparison is
 * without. */
static const struct {
	UChar32 from, to;
} ranges[] = {{0xDF, 0x24F},    {0x370, 0x3FF},   {0x450, 0x4FF},
	      {0x1E00, 0x1FFF}, {0xFF41, 0xFF5A}, {0xFF66, 0xFF9D}};

#define FIELD_END "\uE000" /* what uses the pattern puts it between fields */

enum { LETTERS_MAX = 1024, LETTER_MAX = 8 };

struct letter {
	char written[LETTER_MAX], folded[LETTER_MAX];
};

/* Made once, for the life of the process. */
static const struct letter *letters_all(int *count)
{
	static struct letter letters[LETTERS_MAX];
	static int made;
	struct arena *a = made ? NULL : arena_new();

	for (size_t r = 0; a && r < sizeof ranges / sizeof *ranges; r++)
		for (UChar32 c = ranges[r].from; c <= ranges[r].to && made < LETTERS_MAX; c++) {
			struct letter it = {{0}, {0}};
			int32_t len = 0;
			if (!u_isalpha(c) || u_tolower(c) != c)
				continue;
			U8_APPEND_UNSAFE(it.written, len, c);
			const char *folded = text_loose(a, it.written);
			if (*folded && strlen(folded) < LETTER_MAX && strcmp(folded, it.written) != 0) {
				memcpy(it.folded, folded, strlen(folded));
				letters[made++] = it;
			}
		}
	if (a)
		arena_free(a);
	*count = made;
	return letters;
}

static void letter_write(struct buf *out, const char *letter, size_t len)
{
	int count;
	const struct letter *all = letters_all(&count);

	buf_char(out, '[');
	buf_add(out, letter, len);
	for (int i = 0; i < count; i++)
		if (strlen(all[i].folded) == len && !memcmp(all[i].folded, letter, len))
			buf_str(out, all[i].written);
	buf_str(out, "]");
}

/* Two letters may be written as one (ss as ß, ae as æ). Returns the bytes of what was written. */
static size_t letters_write(struct buf *out, const char *at)
{
	int count;
	const struct letter *all = letters_all(&count);
	int32_t len = 0, both = 0;

	U8_FWD_1((const uint8_t *)at, len, -1);
	both = len;
	if (at[len])
		U8_FWD_1((const uint8_t *)at, both, -1);
	for (int i = 0; i < count && both > len; i++)
		if (strlen(all[i].folded) == (size_t)both && !memcmp(all[i].folded, at, (size_t)both)) {
			buf_fmt(out, "(%.*s|%s)", (int)both, at, all[i].written);
			return (size_t)both;
		}
	letter_write(out, at, (size_t)len);
	return (size_t)len;
}

/* A sign within a word counts for nothing; between words something must stand that is no letter. */
static void word_write(struct buf *out, const char *word)
{
	static const char sign[] = "['\u2019\u02BC.\u00AD-]?";

	for (bool first = true; *word; first = false) {
		buf_str(out, first || word_is_unspaced(word) ? "" : sign);
		word += letters_write(out, word);
	}
}

/* Whether a blank stands between two words of the phrase; a sign alone may be missing in the text. */
static bool is_parted(const char *text, const struct word *before, const struct word *w)
{
	for (int32_t i = before->to; i < w->from; i++)
		if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n')
			return true;
	return false;
}

const char *phrase_pattern(struct arena *a, const char *text)
{
	static const char edge[] = "[^[:alnum:]]", gap[] = "[^[:alnum:]" FIELD_END "]";
	const struct words words = words_cut(a, text);
	struct buf out = {.arena = a};
	const struct word *last = NULL;

	for (int i = 0; i < words.count; i++) {
		const struct word *w = &words.at[i];
		const bool hangul = w->role == WORD_RUN && last && !strcmp(last->text, w->text);
		if ((w->role != WORD_SINGLE && w->role != WORD_PART && w->role != WORD_RUN) || hangul)
			continue;
		if (last)
			buf_fmt(&out, "%s%s", gap, is_parted(text, last, w) ? "+" : "*");
		else if (!word_is_unspaced(w->text))
			buf_fmt(&out, "(^|%s)", edge);
		word_write(&out, w->text);
		last = w;
	}
	if (last && !word_is_unspaced(last->text))
		buf_fmt(&out, "(%s|$)", edge);
	return arena_str(a, buf_text(&out));
}
