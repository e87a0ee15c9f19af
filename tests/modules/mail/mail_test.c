/* Letters: written once for a link that is still wanted, sent by the job, kept without their text; the real
 * SMTP server is in tests/api. */
#include "contracts/audit.h"
#include "contracts/auth.h"
#include "support/client.h"
#include "support/expect.h"
#include "support/pg.h"
#include "support/scene.h"
#include "support/test.h"
#include "vobe/clock.h"

#include <stdlib.h>
#include <string.h>

extern const struct module mail_module;

#define LINK_ID "0190aaaa-0000-7000-8000-0000000000aa"
#define USER_ID "0190aaaa-0000-7000-8000-00000000000a"
#define ROOT    "superuser:0190aaaa-0000-7000-8000-00000000000e"

/* Lives as long as the scene. */
#define sql(...) arena_given(test_sql(scene_conninfo(), __VA_ARGS__))

static const char *kind, *locale, *recipient, *audited;
static bool told_on;

static const char *arena_given(char *made)
{
	const char *kept = made ? arena_str(scene_arena(), made) : NULL;
	free(made);
	return kept;
}

static err fake_mint(struct ctx *cx, struct uuid link_id, struct link_letter *out)
{
	(void)link_id;
	*out = (struct link_letter){.recipient = recipient,
				    .kind = kind,
				    .username = "ann",
				    .locale = locale,
				    .token =
					    strcmp(kind, "notice") ? arena_str(cx->arena, "the-token") : NULL,
				    .hours = 1,
				    .expires_at = clock_now() + 3600 * SECOND_US};
	return NULL;
}

static void fake_letters_are_sent(bool yes)
{
	told_on = yes;
}

static err fake_record(struct ctx *cx, const char *action, const char *address, const char *details)
{
	(void)cx;
	ck_assert_ptr_nonnull(address);
	audited = arena_fmt(scene_arena(), "%s %s", action, details);
	return NULL;
}

static void open_with(const char *host)
{
	static const struct auth_links fake_links = {fake_mint, fake_letters_are_sent};
	static const struct auth_audit fake_audit = {fake_record};
	static const struct service fakes[] = {
		OFFER(auth_links, fake_links), OFFER(auth_audit, fake_audit), {0}};
	const char *settings[] = {host, "mail.port=1", "mail.reset_page=https://x.example/{token}/new", NULL};

	audited = NULL;
	kind = "reset";
	locale = "en";
	recipient = "ann@example.org";
	scene_start(&mail_module, fakes, settings);
}

static void open_on(void)
{
	open_with("mail.host=127.0.0.1");
}

static void want(void)
{
	const struct link_event fact = {
		.link_id = uuid_from(LINK_ID), .user_id = uuid_from(USER_ID), .kind = kind};
	ck_assert_ptr_null(scene_hear(&user_link_wanted, fact.user_id, 1, &fact));
}

SCENE(open_on, scene_stop);

TEST(a_letter_is_written_once_in_the_readers_language)
{
	ck_assert(told_on);
	want();
	want(); /* the event may be heard again */
	ck_assert_str_eq(sql("SELECT count(*) FROM mail.letters"), "1");
	ck_assert_ptr_nonnull(
		strstr(sql("SELECT body FROM mail.letters"), "https://x.example/the-token/new"));
	ck_assert_str_eq(sql("SELECT subject FROM mail.letters"), "New password for VobeMusic");
	sql("DELETE FROM mail.letters");
	locale = "ru";
	kind = "notice";
	want();
	ck_assert_ptr_nonnull(strstr(sql("SELECT body FROM mail.letters"), "Здравствуйте, ann!"));
}

TEST(a_link_that_nobody_wants_any_more_has_no_letter)
{
	recipient = NULL;
	want();
	ck_assert_str_eq(sql("SELECT count(*) FROM mail.letters"), "0");
}

TEST(a_letter_that_cannot_be_sent_waits_and_is_given_up_with_its_link)
{
	want();
	ck_assert_ptr_null(scene_job("mail.send")); /* nobody listens on port 1 */
	ck_assert_str_eq(
		sql("SELECT status || tries || (next_at > now() + interval '10 s') FROM mail.letters"),
		"waiting1true");
	ck_assert_ptr_null(scene_job("mail.send"));
	ck_assert_str_eq(sql("SELECT tries FROM mail.letters"), "1"); /* it is not due */
	sql("UPDATE mail.letters SET next_at = now(), expires_at = now() + interval '1 s'");
	ck_assert_ptr_null(scene_job("mail.send"));
	ck_assert_str_eq(sql("SELECT status || tries || (body IS NULL) FROM mail.letters"), "failed2true");
}

TEST(a_letter_whose_link_has_ended_is_not_sent)
{
	want();
	sql("UPDATE mail.letters SET expires_at = now() - interval '1 s'");
	ck_assert_ptr_null(scene_job("mail.send"));
	ck_assert_str_eq(sql("SELECT status || tries || (body IS NULL) FROM mail.letters"), "failed0true");
}

TEST(operators_see_the_outbox_and_hurry_what_waits)
{
	want();
	struct answer a = api("GET", "/api/v1/admin/mails", ROOT, NULL);
	expect_status(a, 200);
	ck_assert_str_eq(at(&a, "items.0.recipient"), "ann@example.org");
	ck_assert_ptr_null(strstr(a.body, "the-token"));
	expect_code(api("GET", "/api/v1/admin/mails?cursor=x", ROOT, NULL), 400, "invalid_cursor");
	expect_status(api("POST", "/api/v1/admin/mails/" USER_ID "/retry", ROOT, NULL), 404);
	ck_assert_ptr_null(audited);
	expect_status(api("POST", "/api/v1/admin/mails/" LINK_ID "/retry", ROOT, NULL), 204);
	ck_assert_str_eq(audited, "mail.retried {\"id\":\"" LINK_ID "\"}");
}

TEST(a_letter_that_is_being_sent_is_not_hurried)
{
	want();
	sql("UPDATE mail.letters SET tries = 1, next_at = now() + interval '40 s',"
	    " leased_until = now() + interval '40 s'");
	expect_status(api("POST", "/api/v1/admin/mails/" LINK_ID "/retry", ROOT, NULL), 204);
	ck_assert_str_eq(sql("SELECT next_at > now() + interval '30 s' FROM mail.letters"), "t");
	sql("UPDATE mail.letters SET leased_until = now() - interval '1 s'"); /* who had it has died */
	expect_status(api("POST", "/api/v1/admin/mails/" LINK_ID "/retry", ROOT, NULL), 204);
	ck_assert_str_eq(sql("SELECT next_at <= now() FROM mail.letters"), "t");
}
