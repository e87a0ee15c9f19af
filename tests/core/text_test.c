/* Text: UTF-8, normal forms, case, cutting, scripts, look-alikes, distance, formats, base64url. */
#include "core/text/text_scan.h"
#include "core/value/utf8.h"
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

/* --- UTF-8 --- */

/* RFC 3629 section 4, written a second time, as a table of ranges. */
static size_t reference_sequence(const unsigned char *s, size_t n)
{
	static const struct {
		unsigned char from[4], to[4];
		size_t len;
	} rows[] = {
		{{0x00}, {0x7F}, 1},
		{{0xC2, 0x80}, {0xDF, 0xBF}, 2},
		{{0xE0, 0xA0, 0x80}, {0xE0, 0xBF, 0xBF}, 3},
		{{0xE1, 0x80, 0x80}, {0xEC, 0xBF, 0xBF}, 3},
		{{0xED, 0x80, 0x80}, {0xED, 0x9F, 0xBF}, 3},
		{{0xEE, 0x80, 0x80}, {0xEF, 0xBF, 0xBF}, 3},
		{{0xF0, 0x90, 0x80, 0x80}, {0xF0, 0xBF, 0xBF, 0xBF}, 4},
		{{0xF1, 0x80, 0x80, 0x80}, {0xF3, 0xBF, 0xBF, 0xBF}, 4},
		{{0xF4, 0x80, 0x80, 0x80}, {0xF4, 0x8F, 0xBF, 0xBF}, 4},
	};
	for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
		size_t i = 0;
		while (i < rows[r].len && i < n && s[i] >= rows[r].from[i] && s[i] <= rows[r].to[i])
			i++;
		if (i == rows[r].len)
			return i;
	}
	return 0;
}

SCENE(open_arena, close_arena);

/* Every lead and second byte, with tails at and beyond their limits, whole and cut. */
TEST(sequences_are_those_of_the_rfc)
{
	static const unsigned char tails[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};

	for (unsigned lead = 0; lead < 256; lead++)
		for (unsigned second = 0; second < 256; second++)
			for (size_t t = 0; t < 36; t++) {
				unsigned char tail = tails[t / 6], last = tails[t % 6];
				unsigned char s[4] = {(unsigned char)lead, (unsigned char)second, tail, last};
				for (size_t n = 0; n <= 4; n++)
					if (utf8_sequence((char *)s, (char *)s + n) !=
					    reference_sequence(s, n))
						ck_abort_msg("%02x %02x %02x %02x, %zu bytes", lead, second,
							     tail, last, n);
			}
}

TEST(every_code_point_is_written_and_read_back)
{
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		char text[5] = "";
		const char *at = text;
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t len = utf8_put(text, c);
		if (!utf8_valid(text, len) || utf8_length(text) != 1 || utf8_next(&at) != c ||
		    at != text + len)
			ck_abort_msg("U+%04X", c);
	}
}

TEST(validity_at_every_alignment)
{
	char text[64];

	for (size_t at = 0; at < 40; at++) {
		memset(text, 'a', sizeof text);
		ck_assert(utf8_valid(text, 48));
		text[at] = (char)0x80;
		ck_assert(!utf8_valid(text, 48));
		ck_assert_uint_eq(utf8_whole(text, 48), at);
		memcpy(text + at, "\xf0\x9f\x8e\xb5", 4);
		ck_assert(utf8_valid(text, 48));
		for (size_t cut = 1; cut < 4; cut++) {
			ck_assert(!utf8_valid(text, at + cut));
			ck_assert_uint_eq(utf8_whole(text, at + cut), at);
		}
	}
	ck_assert(utf8_valid("", 0));
	ck_assert(utf8_valid("a\0b", 3));
	ck_assert_uint_eq(utf8_length("aЖ€🎵"), 4);
}

/* --- Unicode --- */

TEST(normal_form_c)
{
	ck_assert_str_eq(text_nfc(a, ""), "");
	ck_assert_str_eq(text_nfc(a, "plain"), "plain");
	ck_assert_str_eq(text_nfc(a, "e\xcc\x81 и\xcc\x86 \xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), "é й 한");
	ck_assert_str_eq(text_nfc(a, "\xf0\x9d\x85\xa0"),
			 "\xf0\x9d\x85\x98\xf0\x9d\x85\xa5\xf0\x9d\x85\xae"); /* three times longer */
	ck_assert_str_eq(text_nfc(a, "ﬁ"), "ﬁ");                              /* no compatibility mapping */
}

TEST(folding_makes_case_equal)
{
	static const struct {
		const char *x, *y;
	} same[] = {
		{"КИНО", "Кино"},       {"ABC", "abc"},     {"Straße", "STRASSE"},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ"}, {"É", "e\xcc\x81"}, {"ΐ", "Ϊ\xcc\x81"},
	};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		ck_assert_str_eq(text_fold(a, same[i].x), text_fold(a, same[i].y));
	ck_assert_str_ne(text_fold(a, "ёлка"), text_fold(a, "елка"));
	ck_assert_str_ne(text_fold(a, "a"), text_fold(a, "а")); /* Latin, Cyrillic */
	ck_assert_str_eq(text_fold(a, "@AZ[`az{"), "@az[`az{");
}

TEST(trimming_takes_unicode_white_space)
{
	ck_assert_str_eq(text_trim(a, " \t\r\n a b \u00a0\u2003\u3000"), "a b");
	ck_assert_str_eq(text_trim(a, "\u2028Жук\u2029"), "Жук");
	ck_assert_str_eq(text_trim(a, " \n"), "");
	ck_assert_str_eq(text_trim(a, ""), "");
	ck_assert_str_eq(text_trim(a, "\u200bx"), "\u200bx"); /* is no white space */
	ck_assert(text_is_blank("\ufffe\U0001ffff\ufdd0") && text_is_blank("\ufffc"));
	ck_assert(text_is_blank("\u3000 \t") && text_is_blank("") && !text_is_blank(" . "));
}

TEST(cutting_ends_at_a_word)
{
	static const struct {
		const char *text;
		size_t max;
		const char *cut;
	} cases[] = {
		{"short", 5, "short"},
		{"one two three", 13, "one two three"},
		{"one two three", 12, "one two…"},
		{"one two three", 9, "one two…"},
		{"one two three", 8, "one two…"},
		{"one two three", 7, "one…"},
		{"Группа крови на рукаве", 16, "Группа крови на…"},
		{"onelongword without", 8, "onelong…"}, /* no word ends before */
		{"a onelongword", 9, "a onelon…"},      /* cutting at the word would lose over half */
		{"🎵🎵🎵🎵", 3, "🎵🎵…"},
		{"abc", 1, "…"},
		{"abc", 0, ""},
		{"", 0, ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *cut = text_cut(a, cases[i].text, cases[i].max);
		ck_assert_str_eq(cut, cases[i].cut);
		ck_assert_uint_le(utf8_length(cut), cases[i].max);
	}
}

TEST(look_alikes_have_equal_skeletons)
{
	static const struct {
		const char *x, *y;
	} same[] = {
		{"admin", "аdmin"},   /* Cyrillic а */
		{"paypal", "PayPaI"}, /* a capital i for an l */
		{"copy", "сору"},     /* all Cyrillic */
		{"Bob", "Вob"},       /* Cyrillic В */
		{"google", "gοοgle"}, /* Greek omicron */
	};
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		ck_assert_str_eq(text_skeleton(a, same[i].x), text_skeleton(a, same[i].y));
	ck_assert_str_ne(text_skeleton(a, "mail"), text_skeleton(a, "mall"));
	ck_assert_str_ne(text_skeleton(a, "кино"), text_skeleton(a, "кини"));
	ck_assert_str_eq(text_skeleton(a, ""), "");
}

TEST(one_script_is_latin_or_cyrillic)
{
	static const char *const one[] = {"", "abc", "кино", "Zoë_99", "ёлка-1", "123", "...", "ѓ"};
	static const char *const more[] = {"kинo", "аdmin", "ελ", "日本", "ab日", "عربي", "aα"};

	for (size_t i = 0; i < sizeof one / sizeof *one; i++)
		ck_assert_msg(text_single_script(one[i]), "%s", one[i]);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		ck_assert_msg(!text_single_script(more[i]), "%s", more[i]);
}

/* --- distance --- */

TEST(distances)
{
	static const struct {
		const char *x, *y;
		int distance;
	} cases[] = {
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"abc", "acb", 1},
		{"abc", "ab", 1},
		{"abc", "xabc", 1},
		{"abc", "abd", 1},
		{"kitten", "sitting", 3},
		{"титул", "титле", 2},
		{"ca", "abc", 3}, /* optimal alignment, not full Damerau */
		{"abcdef", "badcfe", 3},
		{"flaw", "lawn", 2},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_int_eq(text_distance(cases[i].x, cases[i].y, 10), cases[i].distance);
		ck_assert_int_eq(text_distance(cases[i].y, cases[i].x, 10), cases[i].distance);
		for (int limit = 0; limit < cases[i].distance; limit++)
			ck_assert_int_eq(text_distance(cases[i].x, cases[i].y, limit), limit + 1);
	}
	char long_text[200];
	memset(long_text, 'a', 199);
	long_text[199] = '\0';
	ck_assert_int_eq(text_distance(long_text, long_text, 2), 0);
	ck_assert_int_eq(text_distance(long_text, long_text + 1, 2), 3); /* too long to be compared */
}

TEST(the_nearest_name)
{
	static const char *const names[] = {"title", "tile", "cover_image_url", "id", "artist_id", NULL};
	static const struct {
		const char *word, *nearest;
	} cases[] = {
		{"titel", "title"},
		{"TITLE", "title"},
		{"til", "tile"},
		{"coverImageUrl", "cover_image_url"},
		{"cover-image-url", "cover_image_url"},
		{"artistid", "artist_id"},
		{"ID", "id"},
		{"x", NULL},
		{"", NULL},
		{"something", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *nearest = text_nearest(cases[i].word, names);
		ck_assert_str_eq(nearest ? nearest : "none", cases[i].nearest ? cases[i].nearest : "none");
	}
	char long_word[2000];
	memset(long_word, 0xD0, sizeof long_word - 1); /* not even UTF-8 where it is cut */
	long_word[sizeof long_word - 1] = '\0';
	ck_assert_ptr_null(text_nearest(long_word, names));
	ck_assert_ptr_null(text_nearest("title", (const char *[]){NULL}));
}

/* --- formats --- */

TEST(urls)
{
	static const char *const good[] = {
		"http://a.b",
		"https://example.com",
		"HTTPS://Example.COM:8443/a/b?c=d&e=%20#f",
		"http://localhost/",
		"http://127.0.0.1:1/x",
		"http://[::1]:80/",
		"https://пример.рф/путь",
		"https://en.wikipedia.org/wiki/Kino_(band)",
		"http://a-b_c.d/~x;y=1,2:@!$'()*+",
		"https://a.b/?x=[1]",
	};
	static const char *const bad[] = {
		"",
		"example.com",
		"//a.b",
		"ftp://a.b",
		"javascript:alert(1)",
		"http:/a.b",
		"http://",
		"http:///x",
		"http://:80/",
		"https://?x",
		"http://user@a.b",
		"http://u:p@a.b/",
		"http://a.b:0",
		"http://a.b:65536",
		"http://a.b:",
		"http://a.b:8x",
		"http://a b",
		"http://a.b/ x",
		"http://a.b/\t",
		"http://a.b/\n",
		"http://a.b/\x7f",
		"http://a.b/\u00a0",
		"http://a.b/\u2028",
		"http://a.b/<x>",
		"http://a.b/\"",
		"http://a.b/\\",
		"http://a.b/%zz",
		"http://a.b/%2",
		"http://a.b/%",
		"http://.a",
		"http://a..b",
		"http://[::1",
		"http://[]/",
		"http://[x]/",
		"http://a.b/{x}",
		" http://a.b",
		"http://a.b/`",
		"data:text/html,x",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ck_assert_msg(text_is_url(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!text_is_url(bad[i]), "%s", bad[i]);
}

TEST(slugs_and_lines)
{
	ck_assert(text_is_slug("a") && text_is_slug("a-1") && text_is_slug("2020-best-of"));
	ck_assert(!text_is_slug("") && !text_is_slug("-a") && !text_is_slug("a-") && !text_is_slug("a--b") &&
		  !text_is_slug("A") && !text_is_slug("a_b") && !text_is_slug("ж") && !text_is_slug("a b"));
	ck_assert(!text_has_line_break("a\tb") && !text_has_line_break(""));
	static const char *const broken[] = {"a\nb", "a\r", "\x0b", "\x0c", "\xc2\x85", "\u2028", "a\u2029"};
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
		ck_assert(text_has_line_break(broken[i]));
}

TEST(base64url)
{
	/* RFC 4648 section 10, without padding */
	static const struct {
		const char *plain, *coded;
	} vectors[] = {
		{"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
		{"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"},
	};
	static const char *const malformed[] = {
		"Z",      "Zg==", "Zg=",   "Zh", "Zm9",   "Zm 9v",
		"Zm9v\n", "Zm+/", "Zm9vY", "ж",  "Zm9v.", "\xf0\x9f\x8e\xb5\xed\xa0\x80\xff",
		"Zm9\x80"};
	size_t len;

	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		size_t n = strlen(vectors[i].plain);
		const char *coded = base64url_encode(a, vectors[i].plain, n);
		ck_assert_str_eq(coded, vectors[i].coded);
		const char *plain = base64url_decode(a, coded, strlen(coded), &len);
		ck_assert_uint_eq(len, n);
		ck_assert_mem_eq(plain, vectors[i].plain, n + 1); /* with a NUL behind it */
	}
	for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
		ck_assert_msg(!base64url_decode(a, malformed[i], strlen(malformed[i]), &len), "%s",
			      malformed[i]);
	ck_assert_ptr_null(base64url_decode(a, "Zg\0Zg", 5, &len));
}
