/* Words, queries and marks: pure functions. */
#include "modules/search/query.h"
#include "support/test.h"
#include "vobe/buf.h"
#include "vobe/mark.h"
#include "vobe/name_queries.h"
#include "vobe/stop_runs.h"
#include "vobe/text.h"
#include "vobe/vectors.h"
#include "vobe/word_lists.h"
#include "vobe/words.h"

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

/* What is made of a title, and of a text that is none. */
static struct vectors made(const char *title, const char *content)
{
	const struct part parts[] = {{title, 'A', true}, {content, 'D', false}};
	return vectors_make(a, parts, 2);
}

SCENE(open_arena, close_arena);

TEST(exact_words_are_bare_and_in_parts_and_in_latin_letters_and_names_are_whole)
{
	static const struct {
		const char *title, *words;
	} cases[] = {
		{"AC/DC", "' ac dc':1B ' ac/dc':1A ' acdc':1B,2 'ac' 'acdc' 'dc'"},
		{"The Who", "' the who':1A,2B,3 ' thewho':1C ' who':1C 'the' 'who'"},
		{"!!!", "' !!!':1A '!!!'"},
		{"", ""},
		{"word word WORD", "' word word word':1A,2B,3 ' wordwordword':1C 'word'"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(made(cases[i].title, NULL).exact, cases[i].words);
}

TEST(stems_stand_as_often_as_their_words_and_once_without_a_place)
{
	ck_assert_str_eq(made("Songs", "A song, AC/DC and songs. Motörhead's naïve cafés").doc,
			 "'ac' 'acdc' 'cafe' 'dc' 'motorhead' 'naiv' 'song':1A,2,3");
	ck_assert_str_eq(made("Песни", "о песне в ёлках").doc, "'pesni':1A 'елк' 'песн':1A,2");
	ck_assert_str_eq(made("", "the and rock of").doc, "'rock'");
	ck_assert_str_eq(made("", "椎名林檎の").doc, "'の' '名林' '林檎' '椎名' '檎の'");
}

TEST(a_text_of_any_length_makes_a_vector_that_postgresql_takes)
{
	struct buf text = {.arena = a};
	for (int i = 0; i < 190000; i++)
		buf_fmt(&text, "w%d ", i * 7919);
	ck_assert_int_lt(strlen(made("", buf_text(&text)).doc), 1000000);
	text.len = 0;
	for (int i = 0; i < 1000; i++)
		buf_str(&text, "echo ");
	ck_assert_ptr_nonnull(strstr(made("", buf_text(&text)).doc, ",255"));
	ck_assert_ptr_null(strstr(made("", buf_text(&text)).doc, ",256"));
}

static bool is_set(const char *hexadecimal, uint32_t bit)
{
	const char digit = hexadecimal[bit / 8 * 2 + (bit % 8 < 4)];

	return (digit <= '9' ? digit - '0' : digit - 'a' + 10) >> bit % 4 & 1;
}

/* As term_score does (sql/search/0016_room.sql). */
static bool passes(const char *forms, const char *word)
{
	const uint32_t hash = word_hash(word), bits = (uint32_t)strlen(forms) * 4;

	return is_set(forms, hash % bits) && is_set(forms, hash / bits % bits) &&
	       is_set(forms, (hash % bits + hash / bits) % bits);
}

TEST(every_form_that_stands_there_passes_and_of_others_one_in_eleven)
{
	struct buf text = {.arena = a};
	int others = 0;

	for (int i = 0; i < 200; i++)
		buf_fmt(&text, "word%d ", i);
	const char *forms = made("", buf_text(&text)).forms;
	ck_assert_int_eq(strlen(forms) * 4, 1000);
	for (int i = 0; i < 10000; i++)
		if (i < 200)
			ck_assert(passes(forms, arena_fmt(a, "word%d", i)));
		else
			others += passes(forms, arena_fmt(a, "word%d", i));
	ck_assert_int_lt(others, 9800 / 10);
}

TEST(plain_words_stand_in_order)
{
	ck_assert_str_eq(words_plain(a, "  The\tWho! "), "the who");
	ck_assert_str_eq(words_plain(a, "t.A.T.u. & P!nk"), "tatu pnk");
	ck_assert_str_eq(words_plain(a, "Ёж И ёж"), "еж и еж");
	ck_assert_str_eq(words_plain(a, "?!"), "");
	ck_assert_str_eq(words_plain(a, "宇多田ヒカル BoA 방탄소년단"), "宇多田ヒカル boa 방탄소년단");
}

static const char *forms_of(const char *name)
{
	struct name_form forms[NAME_FORMS_MAX];
	struct buf out = {.arena = a};
	const int count = name_forms(a, name, forms);

	for (int i = 0; i < count; i++)
		buf_fmt(&out, "%s%c:%s", i ? "|" : "", forms[i].rank, forms[i].text);
	return arena_str(a, buf_text(&out));
}

TEST(a_name_has_all_the_forms_that_it_may_be_asked_for_as)
{
	ck_assert_str_eq(forms_of("P!nk"), "A:p!nk|B:pnk|B:p nk|B:pink|D:pnk");
	ck_assert_str_eq(forms_of("Земфира"), "A:земфира|B:земфира|C:zemfira|D:земфир");
	ck_assert_str_eq(forms_of("Earth, Wind & Fire"),
			 "A:earth, wind & fire|B:earth wind fire|B:earth wind and fire|C:earthwindfire|"
			 "D:earth wind fire");
	ck_assert_str_eq(forms_of("Led Zeppelin IV"),
			 "A:led zeppelin iv|B:led zeppelin iv|C:ledzeppeliniv|C:led zeppelin 4|"
			 "D:led zeppelin iv");
	ck_assert_str_eq(forms_of("Король и Шут"),
			 "A:король и шут|B:король и шут|C:korol i shut|C:корольишут|D:корол и шут");
	ck_assert_str_eq(forms_of("C++"), "A:c++|B:c|D:c");
	ck_assert_str_eq(forms_of("( )"), "A:( )");
}

TEST(three_stop_words_in_a_row_are_a_lexeme_that_counts_for_no_length)
{
	const char *asked = stop_runs_tsquery(a, "to be, or");
	const char *lexeme = arena_strn(a, asked + 1, strlen(asked) - 2);

	ck_assert_str_eq(made("", "To be -- or!").doc, lexeme);
	ck_assert_str_eq(made("", "to be rock or").doc, "'rock'");
	ck_assert_int_eq(made("", "rock to be or").length, 1);
	ck_assert_str_eq(stop_runs_tsquery(a, "to be"), "");
	ck_assert_str_eq(stop_runs_tsquery(a, "be or to"), stop_runs_tsquery(a, "rock be or to roll"));
	ck_assert_str_ne(stop_runs_tsquery(a, "be or to"), asked);
}

TEST(a_phrase_fits_what_is_folded_alike)
{
	ck_assert_str_eq(phrase_pattern(a, "?!"), "");
	const char *p = phrase_pattern(a, "let it");
	ck_assert_ptr_nonnull(strstr(p, "é"));
	ck_assert_ptr_nonnull(strstr(p, "[^[:alnum:]\uE000]+"));
	ck_assert_ptr_nonnull(strstr(phrase_pattern(a, "at&t now"), "[^[:alnum:]\uE000]*"));
	ck_assert_ptr_nonnull(strstr(phrase_pattern(a, "ещё"), "ё"));
}

TEST(keys_of_the_other_layout)
{
	ck_assert_str_eq(word_other_layout(a, "ptvabhf"), "земфира");
	ck_assert_str_eq(word_other_layout(a, "зштл"), "pink");
	ck_assert_str_eq(word_other_layout(a, ",b-2"), "би-2");
	ck_assert_ptr_null(word_other_layout(a, "123"));
	ck_assert_ptr_null(word_other_layout(a, "日本"));
}

static struct query parsed(const char *q)
{
	struct query out;
	query_parse(a, q, NULL, &out);
	return out;
}

static const char *words_of(const struct query *q)
{
	struct buf out = {.arena = a};
	for (int i = 0; i < q->count; i++)
		buf_fmt(&out, "%s%s%s", i ? " " : "", q->words[i].bare, q->words[i].prefix ? "*" : "");
	return arena_str(a, buf_text(&out));
}

TEST(a_query_falls_into_words_phrases_and_filters)
{
	static const struct {
		const char *q, *words, *without;
		int phrases;
	} cases[] = {
		{"The Who", "the who", "", 0},
		{"who who WHO", "who", "", 0},
		{"\"dark side\" moon", "dark side moon", "", 1},
		{"\"one\"", "one", "", 0},
		{"rock -live -\"best of\"", "rock", "('live')", 0},
		{"rock \u2212live -AC/DC", "rock", "('live') | ('acdc')", 0},
		{"-M-", "m", "", 0},
		{"-word", "word", "", 0},
		{"-one -two tag:rock", "", "('one') | ('two')", 0},
		{"queen,abba at&t rock-n-roll", "queen abba att at t rocknroll rock n roll", "", 0},
		{"\u201Clet it be\u201D", "let it be", "", 1},
		{"кто поёт в «Алых зорях»", "кто поет в алых зорях", "", 0},
		{"!!! & +/-", "!!! +/-", "", 0},
		{"宇多田ヒカル rockの", "宇多田ヒカル rock の", "", 0},
		{"gui* tar", "gui* tar", "", 0},
		{"a OR b or c", "a b or c", "", 0},
		{"AC/DC", "acdc ac dc", "", 0},
		{"artist:", "artist", "", 0},
		{"year:soon", "year soon", "", 0},
		{"foo:bar", "foo bar", "", 0},
		{"\"never closed", "never closed", "", 1},
		{"- * \" \"\" -\"", "", "", 0},
		{"", "", "", 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct query q = parsed(cases[i].q);
		ck_assert_msg(!strcmp(words_of(&q), cases[i].words), "`%s` has the words [%s]", cases[i].q,
			      words_of(&q));
		ck_assert_msg(!strcmp(q.without, cases[i].without), "`%s` is without [%s]", cases[i].q,
			      q.without);
		ck_assert_msg(q.phrase_count == cases[i].phrases, "`%s` has %d phrases", cases[i].q,
			      q.phrase_count);
	}
}

TEST(filters_are_read)
{
	struct query q = parsed("artist:\"Boards of Canada\" author:Ann tag:hip-hop year:1990..1999 song");
	ck_assert_str_eq(q.filters.artists.at[0], "Boards of Canada");
	ck_assert_str_eq(q.filters.authors.at[0], "Ann");
	ck_assert_str_eq(q.filters.tags.at[0], "hip-hop");
	ck_assert_int_eq(q.filters.year_from, 1990);
	ck_assert_int_eq(q.filters.year_to, 1999);
	ck_assert_str_eq(words_of(&q), "song");
	q = parsed("year:1994");
	ck_assert(q.filters.year_from == 1994 && q.filters.year_to == 1994);
	q = parsed("year:..1994");
	ck_assert(q.filters.year_from == INT_NULL && q.filters.year_to == 1994);
	q = parsed("YEAR:1994..");
	ck_assert(q.filters.year_from == 1994 && q.filters.year_to == INT_NULL);
	q = parsed("-tag:jazz");
	ck_assert_int_eq(q.filters.tags.count, 0);
	q = parsed("artist: queen tag:  \"hip hop\" year: 1975 artist:abba");
	ck_assert_str_eq(q.filters.artists.at[0], "queen");
	ck_assert_str_eq(q.filters.artists.at[1], "abba");
	ck_assert_str_eq(q.filters.tags.at[0], "hip hop");
	ck_assert_int_eq(q.filters.year_from, 1975);
	ck_assert_int_eq(q.count, 0);
	ck_assert(parsed("*").everything && !parsed("*a").everything && !parsed("-*").everything);
}

TEST(filters_become_facts)
{
	static const struct {
		const char *q, *facts;
	} cases[] = {
		{"tag:\"Hip Hop\"", "':tag:hip-hop'"},
		{"artist:\"The Who\" artist:!!!", "':artist:the who' & ':artist:!!!'"},
		{"artist:\"''\"", "':artist:'''''"},
		{"artist:\"Rage Against the Machine\"",
		 "(':#xn0f6m6Uqw' | ':artist:rage against the machine')"},
		{"author:Ann author:BOB", "(':author:ann' | ':author:bob')"},
		{"year:1994", "(':year:1994')"},
		{"year:1988..2001",
		 "(':year:1988' | ':year:1989' | ':year:199':* | ':year:2000' | ':year:2001')"},
		{"year:1900..2099", "(':year:19':* | ':year:20':*)"},
		{"year:7000..", "(':year:7':* | ':year:8':* | ':year:9':*)"},
		{"year:1999..1990", "':year:none'"},
		{"words", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct query q = parsed(cases[i].q);
		const char *facts = filters_tsquery(a, &q.filters);
		ck_assert_msg(!strcmp(facts, cases[i].facts), "`%s` asks for [%s]", cases[i].q, facts);
	}
}

TEST(a_query_of_a_thousand_words_keeps_the_first)
{
	struct buf many = {.arena = a};
	for (int i = 0; i < 1000; i++)
		buf_fmt(&many, "w%d \"p %d\" ", i, i);
	struct query q = parsed(buf_text(&many));
	ck_assert_int_eq(q.count, QUERY_WORDS_MAX);
	ck_assert_int_eq(q.phrase_count, QUERY_PHRASES_MAX);
}

/* Marked are these words (ending in * as beginnings) and these stems. */
static const char *marked(const char *word, const char *stem, const char *given, size_t cut)
{
	struct marks marks = {.words = {&word, word != NULL}, .lexemes = {&stem, stem != NULL}};
	return text_mark(a, &marks, given, cut);
}

TEST(words_and_their_forms_are_marked)
{
	ck_assert_str_eq(marked("songs", "song", "Song, songs and SONG", 0),
			 "<mark>Song</mark>, <mark>songs</mark> and <mark>SONG</mark>");
	ck_assert_str_eq(marked("песня", "песн", "Песни о Песне", 0),
			 "<mark>Песни</mark> о <mark>Песне</mark>");
	ck_assert_str_eq(marked("елка", "елк", "Ёлки", 0), "<mark>Ёлки</mark>");
	ck_assert_str_eq(marked("gui*", NULL, "A guitar", 0), "A <mark>guitar</mark>");
	ck_assert_str_eq(marked("the", NULL, "The Who", 0), "<mark>The</mark> Who");
	ck_assert_str_eq(marked("x", NULL, "nothing here", 0), "nothing here");
	ck_assert_str_eq(marked("straße", NULL, "STRASSE", 0),
			 "STRASSE"); /* asked words come folded: "strasse" */
	ck_assert_str_eq(marked("strasse", NULL, "Straße", 0), "<mark>Straße</mark>");
}

TEST(what_was_written_cannot_become_html)
{
	ck_assert_str_eq(marked("script", NULL, "<script>alert('x')</script>", 0),
			 "&lt;<mark>script</mark>&gt;alert(&#39;x&#39;)&lt;/<mark>script</mark>&gt;");
	ck_assert_str_eq(marked("b", NULL, "a & \"b\" <mark>", 0),
			 "a &amp; &quot;<mark>b</mark>&quot; &lt;mark&gt;");
	ck_assert_str_eq(marked("mark", NULL, "</mark><img src=x onerror=alert(1)>", 0),
			 "&lt;/<mark>mark</mark>&gt;&lt;img src=x onerror=alert(1)&gt;");
	ck_assert_str_eq(marked("amp", NULL, "&amp;", 0), "&amp;<mark>amp</mark>;");
}

TEST(a_piece_is_cut_between_words_and_never_inside_a_character)
{
	struct buf long_text = {.arena = a};
	for (int i = 0; i < 200; i++)
		buf_str(&long_text, "жёлтый 日本語 😀 ");
	buf_str(&long_text, "находка здесь");
	for (int i = 0; i < 200; i++)
		buf_str(&long_text, " зелёный😀");
	for (size_t cut = 1; cut < 300; cut += 7) {
		const char *piece = marked("находка", NULL, buf_text(&long_text), cut);
		ck_assert_ptr_nonnull(piece);
		ck_assert_msg(utf8_valid(piece, strlen(piece)), "cut %zu: %s", cut, piece);
		ck_assert(utf8_length(piece) <= cut + strlen("… <mark></mark> …"));
		ck_assert(cut < 60 || strstr(piece, "<mark>находка</mark>"));
		ck_assert(strncmp(piece, "… ", strlen("… ")) == 0);
	}
	ck_assert_ptr_null(marked("нет", NULL, buf_text(&long_text), 100));
	ck_assert_str_eq(marked("one", NULL, "one two", 100), "<mark>one</mark> two");
}

TEST(a_piece_ends_behind_a_word)
{
	static const struct {
		const char *text;
		size_t cut;
		const char *piece;
	} cases[] = {
		{"one two three four", 18, "<mark>one</mark> two three four"},
		{"one two three four", 17, "<mark>one</mark> two three …"},
		{"one two three four", 14, "<mark>one</mark> two three …"},
		{"one two three four", 13, "<mark>one</mark> two three …"},
		{"one two three four", 12, "<mark>one</mark> two …"},
		{"one two\n\tthree four", 10, "<mark>one</mark> two …"},
		{"one два\u00a0три", 9, "<mark>one</mark> два …"},
		{"one, twothreefourfive", 15, "<mark>one</mark>, twothreefo …"}, /* the half would go */
		{"one 日本語の文章には空白がない", 10, "<mark>one</mark> 日本語の文章 …"},
		{"one ones", 6, "<mark>one</mark> …"}, /* "on" is no word of the text */
	};
	struct buf many = {.arena = a};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(marked("one", NULL, cases[i].text, cases[i].cut), cases[i].piece);
	for (int i = 0; i < 60; i++)
		buf_fmt(&many, "%s<w%d>", i ? " " : "", i * 1237);
	for (size_t cut = 40; cut < 300; cut++) {
		const char *piece = text_unmark(a, marked("w37110", NULL, buf_text(&many), cut));
		ck_assert_msg(strstr(piece, "<w37110>") && strstr(piece, "> …"), "cut %zu: %s", cut, piece);
	}
}
