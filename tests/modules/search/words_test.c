/* Words, queries and marks: pure functions. */
#include "modules/search/mark.h"
#include "modules/search/query.h"
#include "modules/search/words.h"
#include "support/test.h"
#include "vobe/buf.h"
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

static const char *exact(const char *title)
{
	struct texts words = words_exact(a, &title, 1);
	struct buf out = {.arena = a};
	for (int i = 0; i < words.count; i++)
		buf_fmt(&out, "%s%s", i ? " " : "", words.at[i]);
	return arena_str(a, buf_text(&out));
}

SCENE(open_arena, close_arena);

TEST(exact_words_are_bare_and_in_parts_and_in_latin_letters)
{
	static const struct {
		const char *title, *words;
	} cases[] = {
		{"AC/DC", "ac acdc dc"},
		{"t.A.T.u.", "a t tatu u"},
		{"P!nk", "nk p pnk"},
		{"The Who", "the who"},
		{"Би-2", "2 bi bi2 би би2"},
		{"Кто Я", "kto ya кто я"},
		{"Ёлка", "elka елка"},
		{"ёлка ЕЛКА", "elka елка"},
		{"C++", "c"},
		{"", ""},
		{"!!!", ""},
		{"😀 \t\xc2\xa0", ""},
		{"word word WORD", "word"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_str_eq(exact(cases[i].title), cases[i].words);
}

TEST(a_word_too_long_for_any_index_is_left_out)
{
	char *longest = arena_alloc(a, 4001);
	memset(longest, 'x', 4000);
	ck_assert_str_eq(exact(longest), "");
	ck_assert_str_eq(exact(arena_fmt(a, "short %s", longest)), "short");
}

TEST(plain_words_stand_in_order)
{
	ck_assert_str_eq(words_plain(a, "  The\tWho! "), "the who");
	ck_assert_str_eq(words_plain(a, "t.A.T.u. & P!nk"), "tatu pnk");
	ck_assert_str_eq(words_plain(a, "Ёж И ёж"), "еж и еж");
	ck_assert_str_eq(words_plain(a, "?!"), "");
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
		{"rock -live -\"best of\"", "rock", "('live') | ('best' <-> 'of')", 0},
		{"gui* tar", "gui* tar", "", 0},
		{"a OR b or c", "a b or c", "", 0},
		{"AC/DC", "acdc", "", 0},
		{"artist:", "artist", "", 0},
		{"year:soon", "year soon", "", 0},
		{"foo:bar", "foobar", "", 0},
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
