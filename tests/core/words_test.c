/* Text folded for comparing, and cut into words. */
#include "support/test.h"
#include "vobe/buf.h"
#include "vobe/text.h"
#include "vobe/words.h"

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

TEST(what_people_leave_out_is_folded_away)
{
	static const struct {
		const char *text, *loose;
	} cases[] = {
		{"Motörhead, Sigur Rós", "motorhead, sigur ros"},
		{"Dvořák BEYONCÉ naïve", "dvorak beyonce naive"},
		{"Queensrÿche Hammarskjöld", "queensryche hammarskjold"},
		{"Ёлка Съёмка ещё", "елка съемка еще"},
		{"Йод чай", "йод чай"},
		{"за́мок", "замок"},
		{"Straße STRASSE", "strasse strasse"},
		{"Łódź Ørsted Đorđe İstanbul ılık", "lodz orsted dorde istanbul ilik"},
		{"Æsir œuvre ﬁn", "aesir oeuvre fin"},
		{"ＡＢＣ １２３ ﾋｶﾙ ｶﾞ", "abc 123 ヒカル ガ"},
		{"Ⅱ H₂O CO² ①", "ii h2o co2 1"},
		{"ґанок қазақ Ўзбек", "ганок казак ўзбек"},
		{"Ελλάς ΕΛΛΑΣ", "ελλασ ελλασ"},
		{"Don’t Donʼt Don´t", "don't don't don't"},
		{"a\u2212b c\u2011d", "a-b c-d"},
		{"mo\u00adtor", "motor"},
		{"!!! +/- ††† ∆", "!!! +/- ††† ∆"},
		{"が 방탄 ไทย हिन्दी", "が 방탄 ไทย हिन्दी"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(text_loose(a, cases[i].text), cases[i].loose);
}

/* Words with a sign for their role; tokens parted by a stroke. */
static const char *cut(const char *text)
{
	static const char *const roles[] = {"", "=", "+", ":", "~", "!"};
	const struct words words = words_cut(a, text);
	struct buf out = {.arena = a};

	for (int i = 0; i < words.count; i++) {
		const struct word *w = &words.at[i];
		buf_fmt(&out, "%s%s%s", i ? w->token != w[-1].token ? " | " : " " : "", roles[w->role],
			w->text);
	}
	return arena_str(a, buf_text(&out));
}

TEST(tokens_are_whole_and_in_parts)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"The  Who\n", "the | who"},
		{"AC/DC", "=acdc +ac +dc"},
		{"P!nk", "=pnk =pink +p +nk"},
		{"Ke$ha $uicideboy$", "=keha =kesha +ke +ha | =suicideboys uicideboy"},
		{"$100 wow!", "100 | wow"},
		{"t.A.T.u.", "=tatu +t +a +t +u"},
		{"Би-2", "=би2 +би +2"},
		{"rock-n-roll at&t", "=rocknroll +rock +n +roll | =att +at +t"},
		{"l'été d’amour Don't", "=lete +l +ete | =damour +d +amour | =dont +don +t"},
		{"queen,abba queen|abba title:madonna", "queen | abba | queen | abba | title | madonna"},
		{"queen+abba madonna/prince", "=queenabba +queen +abba | =madonnaprince +madonna +prince"},
		{"(sic) [a](b) \"word\"", "sic | a | b | word"},
		{"1,000 12:30 ½", "=1000 +1 +000 | =1230 +12 +30 | 12"},
		{"H₂O Ⅱ C++", "h2o | ii | c"},
		{"!!! +/- ( ) 🎵 ❤️", "!!!! | !+/- | !( | !) | !🎵 | !❤"},
		{"word – word", "word | !- | word"},
		{"a.b.c.d.e.f.g.h.i", "+a +b +c +d +e +f +g +h +i"},
		{" \t\xc2\xa0", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!strcmp(cut(cases[i].text), cases[i].words), "`%s` is cut into [%s]",
			      cases[i].text, cut(cases[i].text));
}

TEST(scripts_without_blanks_are_cut_into_pairs)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"邓丽君", ":邓丽君 ~邓丽 ~丽君 ~君"},
		{"宇多田ヒカル", ":宇多田ヒカル ~宇多 ~多田 ~田ヒ ~ヒカ ~カル ~ル"},
		{"ﾋｶﾙ", ":ヒカル ~ヒカ ~カル ~ル"},
		{"君", ":君 ~君"},
		{"rockの", "+rock :の ~の"},
		{"방탄소년단", "방탄소년단 :방탄소년단 ~방탄 ~탄소 ~소년 ~년단 ~단"},
		{"ラーメン", ":ラーメン ~ラー ~ーメ ~メン ~ン"},
		{"ไทยดี", ":ไทยดี ~ไท ~ทย ~ยดี ~ดี"},
		{"曲、歌", ":曲 ~曲 | :歌 ~歌"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(!strcmp(cut(cases[i].text), cases[i].words), "`%s` is cut into [%s]",
			      cases[i].text, cut(cases[i].text));
	ck_assert(word_is_unspaced("丽君") && word_is_unspaced("방탄") && word_is_unspaced("ไทย"));
	ck_assert(!word_is_unspaced("motör") && !word_is_unspaced("") && !word_is_unspaced("!"));
}

TEST(words_know_where_they_stood)
{
	const char *text = " «Motörhead», P!nk ﾋｶﾙ宇";
	const struct words words = words_cut(a, text);
	const char *const stood[] = {"Motörhead", "P!nk", "P!nk", "P",   "nk",
				     "ﾋｶﾙ宇",     "ﾋｶ",   "ｶﾙ",   "ﾙ宇", "宇"};

	ck_assert_int_eq(words.count, 10);
	for (int i = 0; i < words.count; i++) {
		const struct word *w = &words.at[i];
		ck_assert_str_eq(arena_strn(a, text + w->from, (size_t)(w->to - w->from)), stood[i]);
	}
	ck_assert_int_eq(words.tokens, 3);
}

TEST(long_words_are_left_out_and_long_texts_end)
{
	struct buf text = {.arena = a};

	for (int i = 0; i < 61; i++)
		buf_str(&text, "щ");
	ck_assert_str_eq(cut(buf_text(&text)), "");
	buf_str(&text, " short");
	ck_assert_str_eq(cut(buf_text(&text)), "short");
	text.len = 0;
	for (int i = 0; i < 20000; i++)
		buf_str(&text, "a-曲");
	ck_assert_int_eq(words_cut(a, buf_text(&text)).count, 60000);
}
