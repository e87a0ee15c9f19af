/* Sounds of words: the longest rule that fits what stands next says what it sounds like. */
#include "vobe/sounds.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <stdbool.h>
#include <string.h>

/* What is written, and its sound; longer ones before those they begin with. */
static const struct {
	const char *written, *sound;
} rules[] = {
	{"chael", "kel"}, {"shch", "s"}, {"tch", "s"}, {"sch", "s"}, {"dzh", "s"}, {"chr", "kr"},
	{"chl", "kl"},    {"cho", "ko"}, {"igh", "i"}, {"sh", "s"},  {"zh", "s"},  {"ch", "s"},
	{"ts", "s"},      {"tz", "s"},   {"kh", "h"},  {"ph", "f"},  {"th", "t"},  {"gh", ""},
	{"ck", "k"},      {"qu", "kv"},  {"wh", "v"},  {"ee", "i"},  {"ea", "i"},  {"ie", "i"},
	{"oo", "u"},      {"ou", "u"},   {"ai", "e"},  {"ay", "e"},  {"ei", "e"},  {"ey", "e"},
	{"au", "o"},      {"aw", "o"},   {"q", "k"},   {"x", "ks"},  {"w", "v"},   {"z", "s"},
	{"j", "s"},       {"y", "i"},
};

static bool is_vowel(char c)
{
	return c && strchr("aeiouy", c);
}

/* Silent where it stands: h before a consonant or at the end, j behind a consonant (Björk), e at the end. */
static bool is_silent(const char *word, const char *at)
{
	switch (*at) {
	case 'h': return at > word && !is_vowel(at[1]);
	case 'j': return at > word && !is_vowel(at[-1]);
	case 'e': return !at[1] && at - word > 2;
	default: return false;
	}
}

static const char *sound_of(const char *at, size_t *len)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!strncmp(at, rules[i].written, *len = strlen(rules[i].written)))
			return rules[i].sound;
	*len = 1;
	return *at == 'c' ? at[1] && strchr("eiy", at[1]) ? "s" : "k" : NULL;
}

/* One sound after the other; the same twice is one. */
static void sound_add(struct buf *out, const char *sound, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!out->len || out->at[out->len - 1] != sound[i])
			buf_char(out, sound[i]);
}

char *text_sound(struct arena *a, const char *word)
{
	struct buf out = {.arena = a};
	const char *latin = text_latin(a, word);
	const bool cyrillic = strpbrk(word, "\xd0\xd1") != NULL;

	for (const char *at = latin; *at;) {
		size_t len;
		const char *sound = sound_of(at, &len);
		if (cyrillic && !strncmp(at, "ay", len)) /* ай is as in Michael */
			sound = "i";
		if (!is_silent(latin, at))
			sound_add(&out, sound ? sound : at, sound ? strlen(sound) : 1);
		at += is_silent(latin, at) ? 1 : len;
	}
	return arena_str(a, buf_text(&out));
}

char *sound_key(struct arena *a, const char *sound)
{
	char *key = arena_alloc(a, strlen(sound) + 2), *end = key;

	if (is_vowel(*sound))
		*end++ = 'a';
	for (; *sound; sound++)
		if (!is_vowel(*sound) && *sound != ' ' && (end == key || end[-1] != *sound))
			*end++ = *sound;
	*end = '\0';
	return key;
}
