/* Mail to servers that take it, refuse it for now or for good, stall, drop, and speak TLS or not. */
#include "vobe/smtp.h"

#include "transfer/scene.h"
#include "vobe/clock.h"
#include "vobe/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GREET    {SAY, "220 mail ready\r\n"}, {HEAR_LINE}, {SAY, "250-mail.example.org\r\n250 8BITMIME\r\n"}
#define ENVELOPE {HEAR_LINE}, {SAY, "250 2.1.0 ok\r\n"}, {HEAR_LINE}, {SAY, "250 2.1.5 ok\r\n"}
#define DATA {HEAR_LINE}, {SAY, "354 go on\r\n"}, {HEAR_UNTIL, "\r\n.\r\n"}

static const char message[] = "Subject: hello\r\n\r\nOne line.\r\n.a dot\r\n";

struct mail {
	struct smtp_plan plan;
	int code;
	char word[200];
};

static err send_mail(struct ctx *cx, void *arg)
{
	struct mail *m = arg;
	struct smtp_answer answer;
	err e = smtp_send(cx, &m->plan, &answer);

	m->code = answer.code;
	snprintf(m->word, sizeof m->word, "%s", answer.text);
	return e;
}

static const char *const to_ann[] = {"ann@example.org", NULL};
static struct server *server;

static struct mail mail_to(int port)
{
	return (struct mail){.plan = {.host = "127.0.0.1",
				      .port = port,
				      .security = SMTP_PLAIN,
				      .hello = "vobe.example.org",
				      .from = "site@example.org",
				      .to = to_ann,
				      .message = message,
				      .len = sizeof message - 1,
				      .total_ms = 1500}};
}

static struct mail mail_of(const struct step *script)
{
	server = server_start(script);
	return mail_to(server_port(server));
}

SCENE(open_transfers, close_transfers);

TEST(a_message_is_taken_as_it_was_written)
{
	struct mail m = mail_of((const struct step[]){GREET,
						      ENVELOPE,
						      DATA,
						      {SAY, "250 2.0.0 queued as 17\r\n"},
						      {HEAR_LINE},
						      {SAY, "221 bye\r\n"},
						      END});

	expect_fine(run_cancelled(send_mail, &m, 0));
	ck_assert_int_eq(m.code / 100, 2);
	const char *heard = server_heard(server);
	ck_assert_ptr_nonnull(strstr(heard, "EHLO vobe.example.org\r\n"));
	ck_assert_ptr_nonnull(strstr(heard, "MAIL FROM:<site@example.org>"));
	ck_assert_ptr_nonnull(strstr(heard, "RCPT TO:<ann@example.org>\r\n"));
	ck_assert_ptr_nonnull(strstr(heard, "Subject: hello\r\n\r\nOne line.\r\n..a dot\r\n.\r\n"));
	server_end(server);
}

/* Where a server refuses, and what it says. */
static const struct {
	struct step script[16];
	int code;
} refusals[] = {
	{{{SAY, "421 4.3.2 closing down\r\n"}, END}, 421},
	{{{SAY, "554 5.7.1 not you\r\n"}, END}, 554},
	{{GREET, {HEAR_LINE}, {SAY, "451 4.7.1 greylisted\r\n"}, {AWAIT_END}, END}, 451},
	{{GREET,
	  {HEAR_LINE},
	  {SAY, "250 ok\r\n"},
	  {HEAR_LINE},
	  {SAY, "550-5.1.1 no\r\n550 5.1.1 such user\r\n"},
	  {AWAIT_END},
	  END},
	 550},
	{{GREET,
	  {HEAR_LINE},
	  {SAY, "250 ok\r\n"},
	  {HEAR_LINE},
	  {SAY, "452 4.2.2 mailbox full\r\n"},
	  {AWAIT_END},
	  END},
	 452},
	{{GREET, ENVELOPE, {HEAR_LINE}, {SAY, "554 5.5.1 no data\r\n"}, {AWAIT_END}, END}, 554},
	{{GREET,
	  {HEAR_LINE},
	  {SAY, "250 ok\r\n"},
	  {HEAR_LINE},
	  {SAY, "550 5.1.1 no such user\r\n"},
	  {HEAR_LINE},
	  {SAY, "221 goodbye\r\n"},
	  END},
	 550}, /* QUIT is answered, as servers do */
	{{GREET, ENVELOPE, DATA, {SAY, "552 5.3.4 too big\r\n"}, {AWAIT_END}, END}, 552},
	{{GREET, ENVELOPE, DATA, {SAY, "451 4.3.0 try later\r\n"}, {AWAIT_END}, END}, 451},
};

TEST_EACH(a_refusal_is_told_with_its_code_and_words, i, sizeof refusals / sizeof *refusals)
{
	struct mail m = mail_of(refusals[i].script);
	err e = run_cancelled(send_mail, &m, 0);

	expect_problem(e, refusals[i].code / 100 == 4 ? SMTP_DEFERRED : SMTP_REFUSED);
	ck_assert_int_eq(m.code, refusals[i].code);
	ck_assert_int_eq(atoi(m.word), m.code);
	ck_assert_ptr_nonnull(strstr(e->detail, m.word));
	server_end(server);
}

TEST(a_drop_after_the_last_dot_is_neither_taken_nor_refused)
{
	struct mail m = mail_of((const struct step[]){GREET, ENVELOPE, DATA, END});

	expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_BROKEN);
	server_end(server);
}

TEST(a_stall_after_the_last_dot_ends_with_the_total_and_holds_nobody)
{
	struct mail m = mail_of((const struct step[]){GREET, ENVELOPE, DATA, {AWAIT_END}, END});

	watch_loop();
	expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_TIMEOUT);
	ck_assert_int_lt(loop_held_ms(), 300);
	server_end(server);
}

TEST(a_server_that_does_not_say_goodbye_delays_nothing_but_its_thread)
{
	struct mail m = mail_of((const struct step[]){
		GREET, ENVELOPE, DATA, {SAY, "250 2.0.0 queued\r\n"}, {HEAR_LINE}, {AWAIT_END}, END});
	int64_t begun = clock_mono_now();

	m.plan.total_ms = 20 * 1000;
	watch_loop();
	expect_fine(run_cancelled(send_mail, &m, 0));
	ck_assert_int_lt((int)((clock_mono_now() - begun) / 1000), 5000);
	ck_assert_int_lt(loop_held_ms(), 300);
	server_end(server);
}

TEST(a_cancelled_mail_ends_within_two_seconds)
{
	struct mail m = mail_of((const struct step[]){GREET, {AWAIT_END}, END});

	m.plan.total_ms = 20 * 1000;
	expect_problem(run_cancelled(send_mail, &m, 200), CANCELLED);
	ck_assert_int_lt((int)((clock_mono_now() - cancelled_us()) / 1000), 2000);
	server_end(server);
}

TEST(without_tls_neither_password_nor_message_leave_us)
{
	struct mail m = mail_of((const struct step[]){{SAY, "220 ready\r\n"},
						      {HEAR_LINE},
						      {SAY, "250-mail\r\n250 AUTH PLAIN LOGIN\r\n"},
						      {AWAIT_END},
						      END});

	m.plan.security = SMTP_STARTTLS;
	m.plan.user = "site";
	m.plan.password = "secret";
	expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_UNREACHABLE);
	ck_assert_ptr_null(strstr(server_heard(server), "AUTH"));
	ck_assert_ptr_null(strstr(server_heard(server), "MAIL"));
	server_end(server);
}

TEST(what_would_be_a_command_of_its_own_is_refused_before_anything_is_sent)
{
	struct mail m = mail_of((const struct step[]){END});
	static const char *const smuggled[] = {"ann@example.org>\r\nRCPT TO:<eve@example.org", NULL};
	static const char *const two[] = {"ann@example.org> <eve@example.org", NULL}, *const none[] = {NULL};
	const char *const *bad[] = {smuggled, two, none};

	for (int i = 0; i < 3; i++) {
		m.plan.to = bad[i];
		expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_BROKEN);
	}
	m.plan.to = to_ann;
	m.plan.from = "site@example.org\nDATA";
	expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_BROKEN);
	ck_assert(!server_was_asked(server));
	server_end(server);
}

TEST(nobody_there_is_unreachable)
{
	struct mail m = mail_of((const struct step[]){END});

	server_end(server);
	expect_problem(run_cancelled(send_mail, &m, 0), TRANSFER_UNREACHABLE);
	ck_assert_int_eq(m.code, 0);
}
