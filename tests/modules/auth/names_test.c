/* Which usernames and passwords may be: without a database. */
#include "modules/auth/password.h"
#include "modules/auth/user.h"

#include "support/test.h"
#include "vobe/text.h"

#include <sodium.h>
#include <string.h>

static struct arena *a;

static void start(void)
{
	a = arena_new();
	ck_assert_int_ge(sodium_init(), 0);
}

static void stop(void)
{
	arena_free(a);
}

SCENE(start, stop);

static const char *name_fault(const char *name)
{
	return username_rule(a, &name);
}

TEST(names_of_one_script_are_welcome)
{
	static const char *const fine[] = {
		"anna",
		"Анна",
		"anna_k",
		"anna.k-2",
		"Zoë",
		"Łukasz",
		"ёлка",
		"Їжак",
		"DJ_2000",
		"a-1",
		"007",
		"Ŵyn",
		"Абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
		"supporter",
		"rooted",
		"adminka",
		"mod_wheel",
		NULL,
	};

	for (const char *const *name = fine; *name; name++)
		ck_assert_msg(!name_fault(*name), "%s: %s", *name, name_fault(*name));
}

TEST(other_names_are_refused)
{
	static const char *const bad[] = {
		"an na",
		"anna!",
		"a@b.org",
		"анnа",
		"Aлиса",
		"αννα",
		"アンナ",
		"anna\u200b",
		"anna\u0301\u0301",
		"...",
		"---",
		"_-_",
		"no\nline",
		"tab\t",
		"<b>",
		"an/na",
		"\u202eanna",
		"anna😀",
		"ａａ anna",
		"１２３",
		"٣٣٣",
		"é\u0301e",
		"ᴀᴅᴍɪɴ",
		"ꜱᴜᴘᴘᴏʀᴛ",
		"ｍｏｄｅｒａｔｏｒ",
		"ｗide",
		"ªbcd",
		"ſtop",
		NULL,
	};

	for (const char *const *name = bad; *name; name++)
		ck_assert_msg(name_fault(*name), "%s", *name);
}

TEST(names_of_the_house_are_reserved)
{
	static const char *const reserved[] = {"admin",
					       "ADMIN",
					       "ADMlN",
					       "Root",
					       "me",
					       "api",
					       "арі",
					       "Модератор",
					       "vobemusic",
					       "rооt",
					       "аdmin",
					       "adm1n",
					       "vobernusic",
					       "АДМИН",
					       "ádmin",
					       "admin.",
					       "_admin_",
					       "ad.min",
					       "admin1",
					       "vobemusic-support",
					       "admin-1",
					       "the.root",
					       "St.aff_2024",
					       "ROOT007",
					       "модератор.5",
					       "Поддержка_вобе",
					       "séc_urity",
					       "служба.поддержки",
					       "Модераторы",
					       "the-admins",
					       "user99",
					       "deleted-01890000-0000-7000-8000-000000000001",
					       "deleted_01890000-0000-7000-8000-000000000001",
					       "DELETED-01890000-0000-7000-8000-0000000000012",
					       "deleted.01890000",
					       "deleted",
					       "sysadmin",
					       "техподдержка",
					       "адмін",
					       "official",
					       "help.desk",
					       "postmaster",
					       NULL};

	for (const char *const *name = reserved; *name; name++)
		ck_assert_msg(username_is_reserved(a, *name), "%s", *name);
	ck_assert(!username_is_reserved(a, "adminka"));
	ck_assert(!username_is_reserved(a, "deleted-scenes"));
}

TEST(names_that_look_alike_have_one_skeleton)
{
	static const char *const pairs[][2] = {
		{"cop", "сор"}, {"Ivan", "lvan"}, {"РАУ", "PAY"}, {"user10", "userl0"}, {"modern", "modem"}};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct user one = user_new(a, uuid_new(), "a@b.org", pairs[i][0], ROLE_USER);
		struct user two = user_new(a, uuid_new(), "a@b.org", pairs[i][1], ROLE_USER);
		ck_assert_msg(!strcmp(one.username_skeleton, two.username_skeleton), "%s %s", pairs[i][0],
			      pairs[i][1]);
	}
}

TEST(a_deleted_user_has_names_nobody_can_take)
{
	struct user u = user_new(a, uuid_new(), "anna@example.org", "anna", ROLE_SUPERUSER);

	user_anonymise(a, &u);
	ck_assert_ptr_null(strstr(u.email, "anna"));
	ck_assert_ptr_null(strstr(u.username, "anna"));
	ck_assert(!u.is_active && !u.is_superuser && strcmp(u.hashed_password, NO_PASSWORD) == 0);
	ck_assert_ptr_nonnull(name_fault(u.username_fold));
	ck_assert(!text_is_email(u.email_fold));
	ck_assert_uint_le(strlen(u.username), 50);
}

static const char *password_fault(const char *password)
{
	return password_rule(a, &password);
}

TEST(common_and_short_passwords_are_refused)
{
	static const char *const bad[] = {"",
					  "short",
					  "1234567",
					  "password",
					  "PASSWORD",
					  "Password123",
					  "iloveyou2024",
					  "pass word 1234",
					  "password password",
					  "aaaabbbbcccc",
					  "i love you",
					  "P@ssw0rd2024",
					  "123456789012",
					  "changeme12",
					  "summer2025",
					  "vobemusic2026",
					  "aaaaaaaaa1",
					  "\u200b\u200b\u200b\u200b\u200b\u200b\u200b\u200b",
					  "P@$$w0rd!!",
					  "Princess#1",
					  "2024password",
					  "abcabcabc",
					  "hunter2hunter2",
					  "привет2024",
					  "Sunshine_99!",
					  "zyxwvuts9",
					  "qwertyuiop",
					  "йцукенгш",
					  "ПАРОЛЬ123",
					  "12345678",
					  "iloveyou",
					  "e\u0301e\u0301e\u0301e\u0301",
					  NULL};
	static const char *const fine[] = {"correct horse battery", "пароль от пианино", "eight ch",
					   "trumpet kiln 9 oboe",   "🎸🥁🎷🎻🎹🎺🪕🎶",  NULL};
	char text[200] = {0};

	for (const char *const *p = bad; *p; p++)
		ck_assert_msg(password_fault(*p), "%s", *p);
	for (const char *const *p = fine; *p; p++)
		ck_assert_msg(!password_fault(*p), "%s: %s", *p, password_fault(*p));
	for (int i = 0; i < 128; i++)
		text[i] = "correct horse battery "[i * i % 22];
	ck_assert_ptr_null(password_fault(text));
	text[128] = 'x';
	ck_assert_ptr_nonnull(password_fault(text));
}

TEST(a_password_is_not_the_name_or_address)
{
	struct ctx cx = {.arena = a};
	struct user u = user_new(a, uuid_new(), "Anna.Karenina@example.org", "KareninaAnna", ROLE_USER);

	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "kareninaanna", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "anna.karenina@EXAMPLE.org", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "ANNA.karenina", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "KareninaAnna1", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "!kareninaanna2024", &u));
	ck_assert_ptr_nonnull(password_must_fit(&cx, "/password", "Anna.Karenina99", &u));
	ck_assert_ptr_null(password_must_fit(&cx, "/password", "anna.of.karenina", &u));
	err e = password_must_fit(&cx, "/new_password", "12345678", &u);
	ck_assert_int_eq(e->status, 422);
	ck_assert_str_eq(e->faults[0].pointer, "/new_password");
}
