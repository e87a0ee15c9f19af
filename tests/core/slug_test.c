/* Slugs and transliteration, by the table readers expect; ICU on the small stack of a task. */
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "support/test.h"
#include "vobe/text.h"

#include <stdlib.h>
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

static const struct {
	const char *text, *slug;
} expected[] = {
	/* Russian, the whole alphabet in both cases */
	{"абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "abvgdeyozhziyklmnoprstufkhtschshshchyeyuya"},
	{"АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ", "abvgdeyozhziyklmnoprstufkhtschshshchyeyuya"},
	{"Группа крови", "gruppa-krovi"},
	{"Подъезд. Объявление", "podezd-obyavlenie"},
	{"Щедрый вечер, хорошая чаща", "shchedryy-vecher-khoroshaya-chashcha"},
	{"Ёлка й\xd0\xb8\xcc\x86", "yolka-yy"}, /* a decomposed й is composed first */
	{"а\xcc\x81льт", "alt"},                /* a stress mark is dropped */
	/* Ukrainian */
	{"Щедрик, їжак, Єва, ґанок, Київ", "shchedrik-yizhak-yeva-ganok-kiyiv"},
	{"п'ять п’ять пʼять", "p-yat-p-yat-p-yat"},
	/* Belarusian */
	{"Уладзімір Ўласаў", "uladzimir-ulasau"},
	/* Serbian is left to ICU */
	{"Љубав", "lubav"},
	/* Latin */
	{"Don't Stop Me Now!", "don-t-stop-me-now"},
	{"Sigur Rós: Ágætis byrjun", "sigur-ros-agaetis-byrjun"},
	{"Motörhead, Mötley Crüe, Ænima, Łódź, Çelik, Škoda, Straße",
	 "motorhead-motley-crue-aenima-lodz-celik-skoda-strasse"},
	{"İSTANBUL ıI", "istanbul-ii"},
	{"AC/DC", "ac-dc"},
	{"R&B", "r-and-b"},
	{"Simon & Garfunkel", "simon-and-garfunkel"},
	{"100% №5 ½ (2020)", "100-no5-1-2-2020"},
	{"ﬁle ①", "file"},
	/* other scripts through ICU */
	{"Ελλάδα", "ellada"},
	{"東京", "dong-jing"},
	{"서울", "seoul"},
	{"さくら", "sakura"},
	{"فيروز", "fyrwz"},
	/* the edges */
	{"  --  a  --  b  --  ", "a-b"},
	{"a_b.c~d", "a-b-c-d"},
	{"", ""},
	{"!!!", ""},
	{"🎵🎶", ""},
	{"♫ Кино ♫", "kino"},
	{"\t\n", ""},
	{"\u200b\u202e\ufeff", ""},
};

SCENE(open_arena, close_arena);

TEST(slugs_are_as_expected)
{
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		ck_assert_str_eq(text_slug(a, expected[i].text), expected[i].slug);
}

TEST(a_slug_of_a_slug_is_itself)
{
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		const char *slug = text_slug(a, expected[i].text);
		ck_assert_str_eq(text_slug(a, slug), slug);
		ck_assert_uint_eq(strspn(slug, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(slug));
	}
}

/* `word` so many times, with blanks between. */
static const char *repeated(const char *word, int times)
{
	char *text = arena_alloc(a, (strlen(word) + 1) * (size_t)times + 1);

	for (int i = 0; i < times; i++) {
		strcat(text, word);
		strcat(text, i + 1 < times ? " " : "");
	}
	return text;
}

TEST(long_slugs_are_cut_at_a_word)
{
	static const struct {
		const char *word;
		int times;
		size_t length;
	} cases[] = {
		{"abcdefghi", 8, 79},                /* 8 * 10 - 1 */
		{"abcdefghi", 9, 79},                /* the ninth word does not fit */
		{"abcdefg", 10, 79},                 /* 10 * 8 - 1 */
		{"ab", 27, 80},                      /* 27 * 3 - 1: exactly */
		{"ab", 28, 80},       {"щ", 17, 79}, /* 16 * 5 - 1: a word is one letter, but four in Latin */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *slug = text_slug(a, repeated(cases[i].word, cases[i].times));
		ck_assert_uint_eq(strlen(slug), cases[i].length);
		ck_assert_int_ne(slug[strlen(slug) - 1], '-');
	}
	/* one long word has no better place */
	char *word = arena_alloc(a, 201);
	memset(word, 'x', 200);
	ck_assert_uint_eq(strlen(text_slug(a, word)), 80);
}

TEST(latin_keeps_words_apart_by_blanks)
{
	ck_assert_str_eq(text_latin(a, "Виктор Цой — «Группа крови» & Ко"),
			 "viktor tsoy gruppa krovi and ko");
	ck_assert_str_eq(text_latin(a, ""), "");
	ck_assert_uint_eq(strlen(text_latin(a, repeated("щ", 1000))), 4999); /* not cut */
}

/* Texts that grow in transliteration find room. */
TEST(what_grows_finds_room)
{
	const char *latin = text_latin(a, repeated("ﷺ꿹㍿", 200));

	ck_assert_uint_gt(strlen(latin), 1000);
}

static err transliterate(struct ctx *cx, void *arg)
{
	(void)arg;
	ck_assert_str_eq(text_slug(cx->arena, "東京 Ελλάδα فيروز Кино"), "dong-jing-ellada-fyrwz-kino");
	ck_assert_str_eq(text_fold(cx->arena, "ЁЛКА Straße"), "ёлка strasse");
	ck_assert_str_eq(text_skeleton(cx->arena, "сору"), "copy");
	ck_assert_str_eq(text_nfc(cx->arena, "и\xcc\x86"), "й");
	return NULL;
}

/* The first call opens ICU's rules, and may well be made on a task of 64 KiB. */
TEST(a_tasks_stack_is_enough)
{
	loop_open();
	tasks_open(10, 65536);
	ck_assert_ptr_null(loop_call(transliterate, NULL, 10000));
	tasks_close();
	loop_close();
}
