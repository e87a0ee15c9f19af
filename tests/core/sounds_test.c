/* Names as they sound, in either script. */
#include "support/test.h"
#include "vobe/sounds.h"
#include "vobe/text.h"

#include <string.h>

static struct arena *a;

static void open_arena(void)
{
	a = arena_new();
}

static void close_arena(void)
{
	arena_free(a);
}

SCENE(open_arena, close_arena);

TEST(names_written_by_ear_sound_alike)
{
	static const char *const pairs[][2] = {
		{"металлика", "metallica"}, {"битлз", "beatles"},       {"бейонсе", "beyonce"},
		{"бьорк", "bjork"},         {"раммштайн", "rammstein"}, {"моторхед", "motorhead"},
		{"радиохед", "radiohead"},  {"квин", "queen"},          {"нирвана", "nirvana"},
		{"колдплей", "coldplay"},   {"депеш", "depeche"},       {"флойд", "floyd"},
		{"шакира", "shakira"},      {"джексон", "jackson"},     {"селин", "celine"},
		{"эдит", "edith"},          {"кеша", "kesha"},          {"чайковский", "tchaikovsky"},
		{"майкл", "michael"},       {"эминем", "eminem"},       {"милен", "mylene"},
		{"metalica", "metallica"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const char *one = text_sound(a, pairs[i][0]), *other = text_sound(a, pairs[i][1]);
		ck_assert_msg(!strcmp(sound_key(a, one), sound_key(a, other)), "%s is %s, %s is %s",
			      pairs[i][0], one, pairs[i][1], other);
		ck_assert_msg(text_distance(one, other, 3) <= 3, "%s and %s are far apart", one, other);
	}
}

TEST(names_that_sound_otherwise_are_told_apart)
{
	static const char *const pairs[][2] = {
		{"битлз", "battery"}, {"кино", "queen"}, {"сплин", "spleens"}, {"abba", "bob"}};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		ck_assert_str_ne(text_sound(a, pairs[i][0]), text_sound(a, pairs[i][1]));
	ck_assert_str_eq(sound_key(a, text_sound(a, "")), "");
	ck_assert_str_eq(text_sound(a, "x"), "ks");
	ck_assert_str_eq(sound_key(a, "aiu"), "a");
}
