/* Cutting text into words, for the exact field and for queries alike. */
#include "modules/search/words.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

enum { WORD_MAX_BYTES = 180 };

struct word_list {
	struct arena *arena;
	const char **at;
	int count, room;
};

static void word_add(struct word_list *list, const char *word)
{
	if (!*word || strlen(word) > WORD_MAX_BYTES)
		return;
	if (list->count == list->room) {
		const char **wider =
			arena_array(list->arena, (size_t)(list->room = list->room * 2 + 32), sizeof *wider);
		if (list->count)
			memcpy(wider, list->at, (size_t)list->count * sizeof *wider);
		list->at = wider;
	}
	list->at[list->count++] = word;
}

char *text_even(struct arena *a, const char *text)
{
	char *folded = text_fold(a, text);
	for (char *yo = folded; (yo = strstr(yo, "ё"));)
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): in the midst of a text */
		memcpy(yo, "е", strlen("е"));
	return folded;
}

static bool is_word_character(UChar32 c)
{
	return u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK);
}

/* Adds the word's parts between punctuation and its bare form; `token` holds no white space. */
static void token_add(struct word_list *list, const char *token, size_t len, bool parts)
{
	char *bare = arena_alloc(list->arena, len + 1), *part = arena_alloc(list->arena, len + 1);
	size_t bare_len = 0, part_len = 0;
	int32_t i = 0;
	bool cut = false;

	while (i < (int32_t)len) {
		int32_t from = i;
		UChar32 c;
		U8_NEXT((const uint8_t *)token, i, (int32_t)len, c);
		if (c >= 0 && is_word_character(c)) {
			memcpy(bare + bare_len, token + from, (size_t)(i - from));
			memcpy(part + part_len, token + from, (size_t)(i - from));
			bare_len += (size_t)(i - from);
			part_len += (size_t)(i - from);
		} else if (part_len) {
			if (parts)
				word_add(list, arena_strn(list->arena, part, part_len));
			part_len = 0;
			cut = true;
		}
	}
	if (parts && cut && part_len)
		word_add(list, arena_strn(list->arena, part, part_len));
	word_add(list, bare);
}

static void tokens_add(struct word_list *list, const char *text, bool parts)
{
	int32_t i = 0, len = (int32_t)strlen(text), start = -1;
	while (i <= len) {
		int32_t from = i;
		UChar32 c = ' ';
		if (i < len)
			U8_NEXT((const uint8_t *)text, i, len, c);
		else
			i++;
		if (!u_isUWhiteSpace(c) && start < 0)
			start = from;
		if (u_isUWhiteSpace(c) && start >= 0) {
			token_add(list, text + start, (size_t)(from - start), parts);
			start = -1;
		}
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct texts words_ordered(const char **words, int count)
{
	int kept = 0;
	if (count)
		qsort(words, (size_t)count, sizeof *words, by_text);
	for (int i = 0; i < count; i++)
		if (!i || strcmp(words[i], words[kept - 1]))
			words[kept++] = words[i];
	return (struct texts){words, kept};
}

struct texts words_exact(struct arena *a, const char *const *texts, int count)
{
	struct word_list list = {.arena = a};
	for (int i = 0; i < count; i++) {
		if (!texts[i])
			continue;
		const char *even = text_even(a, texts[i]);
		int from = list.count;
		tokens_add(&list, even, true);
		for (int j = from, to = list.count; j < to; j++) {
			const char *latin = text_latin(a, list.at[j]);
			if (strcmp(latin, list.at[j]) && !strchr(latin, ' '))
				word_add(&list, latin);
		}
	}
	return words_ordered(list.at, list.count);
}

char *words_plain(struct arena *a, const char *text)
{
	struct word_list list = {.arena = a};
	struct buf out = {.arena = a};

	tokens_add(&list, text_even(a, text), false);
	for (int i = 0; i < list.count; i++) {
		if (i)
			buf_char(&out, ' ');
		buf_str(&out, list.at[i]);
	}
	return arena_str(a, buf_text(&out));
}

char *words_tsquery(struct arena *a, const char *plain, const char *join)
{
	char *copy = arena_str(a, plain), *rest = NULL;
	struct buf out = {.arena = a};
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		buf_fmt(&out, "%s'%s'", out.len ? join : "", word);
	return arena_str(a, buf_text(&out));
}

/* The letters of a QWERTY keyboard and of the Russian one (ЙЦУКЕН), key by key. */
static const char latin_keys[] = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
static const char *const russian_keys[] = {
	"й", "ц", "у", "к", "е", "н", "г", "ш", "щ", "з", "х", "ъ", "ф", "ы", "в", "а", "п",
	"р", "о", "л", "д", "ж", "э", "я", "ч", "с", "м", "и", "т", "ь", "б", "ю", "е",
};

char *word_other_layout(struct arena *a, const char *word)
{
	struct buf out = {.arena = a};
	bool changed = false;

	for (const char *p = word; *p;) {
		const char *key = (unsigned char)*p < 0x80 ? strchr(latin_keys, *p) : NULL;
		size_t i = 0, n = sizeof russian_keys / sizeof *russian_keys;
		while (!key && i < n && strncmp(p, russian_keys[i], strlen(russian_keys[i])))
			i++;
		if (key)
			buf_str(&out, russian_keys[key - latin_keys]);
		else if (i < n)
			buf_char(&out, latin_keys[i]);
		else
			buf_char(&out, *p);
		changed |= key || i < n;
		p += !key && i < n ? strlen(russian_keys[i]) : 1;
	}
	return changed ? arena_str(a, buf_text(&out)) : NULL;
}
