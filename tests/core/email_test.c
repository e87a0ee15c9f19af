/* E-mail addresses, of any script. */
#include "support/test.h"
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

static const char *filled(size_t local, size_t label, int labels)
{
	char *text = arena_alloc(a, local + 1 + (label + 1) * (size_t)labels + 1), *at = text;

	memset(at, 'l', local);
	at += local;
	*at++ = '@';
	for (int i = 0; i < labels; i++, *at++ = '.') {
		memset(at, 'd', label);
		at += label;
	}
	at[-1] = '\0';
	return text;
}

SCENE(open_arena, close_arena);

TEST(addresses_are_kept_with_the_domain_in_ascii)
{
	static const char *const pairs[][2] = {
		{"x@пример.рф", "x@xn--e1afmkfd.xn--p1ai"},
		{"x@ПРИМЕР.РФ", "x@xn--e1afmkfd.xn--p1ai"},
		{"и\u0306ван@пример.рф", "йван@xn--e1afmkfd.xn--p1ai"},
		{"Anna@Example.org", "Anna@Example.org"},
		{"x@xn--e1afmkfd.xn--p1ai", "x@xn--e1afmkfd.xn--p1ai"},
		{"x@straße.example", "x@xn--strae-oqa.example"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		ck_assert_str_eq(text_email(a, pairs[i][0]), pairs[i][1]);
	ck_assert_ptr_null(text_email(a, "nonsense"));
}

TEST(addresses)
{
	static const char *const good[] = {
		"a@b.c",
		"first.last+tag@sub.example.com",
		"!#$%&'*+-/=?^_`{|}~@x.y",
		"0@0.0",
		"a@xn--e1afmkfd.xn--p1ai",
		"x@пример.рф",
		"иван.петров@почта.рф",
		"имя@b.c",
		"zoë@bücher.example",
		"a@ab--cd.example",
	};
	static const char *const bad[] = {
		"",
		"@",
		"a",
		"a@",
		"@b.c",
		"a@b",
		"a@b.",
		"a@.b",
		"a@b..c",
		".a@b.c",
		"a.@b.c",
		"a..b@c.d",
		"a b@c.d",
		"a@b c.d",
		"a@-b.c",
		"a@b-.c",
		"\"a\"@b.c",
		"a@[127.0.0.1]",
		"a@b@c.d",
		"и\u200bмя@b.c",
		"ａ@b.c",
		"ﬀ@b.c",
		"ªa@b.c",
		"имя .я@b.c",
		"a@при мер.рф",
		"a@-пример.рф",
		"a@пример",
		"🎸@b.c",
		"a@🎸🎸.рф\u2028",
		"a@b.c\n",
		"a@b_c.d",
		"a,b@c.d",
		"<a@b.c>",
	};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ck_assert_msg(text_is_email(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!text_is_email(bad[i]), "%s", bad[i]);
	ck_assert(text_is_email(filled(64, 63, 2)) && !text_is_email(filled(65, 63, 2)));
	ck_assert(!text_is_email(filled(1, 64, 2)));
	ck_assert(text_is_email(filled(61, 15, 12)) && strlen(filled(62, 15, 12)) == 254);
	ck_assert(text_is_email(filled(62, 15, 12)) && !text_is_email(filled(63, 15, 12)));
}
