/* Nearness of words, by bounded edit distance of letters and of sounds. */
#include "vobe/nearness.h"

#include "vobe/sounds.h"
#include "vobe/text.h"

#include <string.h>

int word_edits(const char *typed)
{
	const size_t length = utf8_length(typed);

	if (length < 3 || strpbrk(typed, "0123456789"))
		return 0;
	return length <= 5 ? 1 : 2;
}

static bool is_same_start(const char *typed, const char *word)
{
	return !strncmp(typed, word, 1 + ((unsigned char)*typed >= 0x80));
}

struct nearness word_nearness(const char *typed, const char *word)
{
	const int allowed = word_edits(typed), edits = text_distance(typed, word, allowed);

	return (struct nearness){edits <= allowed, edits, 4 * edits + 2 * !is_same_start(typed, word)};
}

static bool is_same_script(const char *typed, const char *word)
{
	return ((unsigned char)*typed < 0x80) == ((unsigned char)*word < 0x80);
}

struct nearness word_sounds(struct arena *a, const char *typed, const char *word)
{
	enum { OF_A_SLIP = 2, LETTERS_MOST = 4 };
	const char *sound = text_sound(a, typed);
	const int most = strlen(sound) < 4 ? 0 : strlen(sound) < 7 ? 1 : 2;
	const int apart = text_distance(sound, text_sound(a, word), most);
	const int letters = is_same_script(typed, word) ? text_distance(typed, word, LETTERS_MOST) : 0;
	const int halves = letters > apart * OF_A_SLIP ? letters : apart * OF_A_SLIP;
	const int edits = (halves + 1) / OF_A_SLIP;

	return (struct nearness){apart <= most, edits < 2 ? edits : 2, 2 * halves - !!apart};
}

const char *word_sound_key(struct arena *a, const char *word)
{
	const char *sound = text_sound(a, word);
	const bool says_enough = strlen(sound) > 2 && strpbrk(sound, "aeiou");

	return says_enough ? sound_key(a, sound) : "?";
}

int word_halves(struct arena *a, const char *word, const char **out)
{
	enum { SPLIT_LEAST = 6, LEFT_LEAST = 2, RIGHT_LEAST = 3 };
	const int letters = (int)utf8_length(word);
	int n = 0, left = 0;

	for (const char *at = word; *at && letters >= SPLIT_LEAST; at++) {
		if (((unsigned char)*at & 0xC0) == 0x80)
			continue;
		if (left >= LEFT_LEAST && letters - left >= RIGHT_LEAST) {
			out[n++] = arena_strn(a, word, (size_t)(at - word));
			out[n++] = at;
		}
		left++;
	}
	return n;
}
