/*
 * The job that sends what is due. A letter is leased before it is given to the mail server and settled after:
 * who dies in between leaves it to the next lease, with the same Message-ID, so that a server or reader who
 * has it already can tell.
 */
#include "modules/mail/mail.h"

#include "vobe/clock.h"
#include "vobe/log.h"
#include "vobe/smtp.h"

#include <stdlib.h>
#include <string.h>

enum {
	TOTAL_S = 30,
	LEASE_S = TOTAL_S + 10,
	FIRST_WAIT_S = 15,
	LONGEST_WAIT_S = 3600,
	AT_ONCE = 8,
	ROUNDS_MAX = 50
};

/* Twice as long after each try, a fifth more or less: so that a thousand letters do not come back at once. */
static int64_t wait_us(int64_t tries)
{
	int64_t s = tries < 9 ? FIRST_WAIT_S << (tries - 1) : LONGEST_WAIT_S;
	s = s < LONGEST_WAIT_S ? s : LONGEST_WAIT_S;
	return s * SECOND_US * (80 + random() % 41) / 100;
}

static void settle_fault(struct ctx *cx, struct mail_letter *l, err e, const struct smtp_answer *answer)
{
	const int64_t now = clock_now();
	l->fault = answer->code ? answer->text : arena_fmt(cx->arena, "%s: %s", e->code, e->detail);
	l->next_at = now + wait_us(l->tries);
	l->status = problem_is(e, SMTP_REFUSED) || l->next_at > l->expires_at ? "failed" : "waiting";
	if (!strcmp(l->status, "failed"))
		log_warn("letter_failed", "A letter (%s) was given up after %lld tries: %s", l->kind,
			 (long long)l->tries, l->fault);
}

static struct smtp_plan plan_of(struct ctx *cx, const struct mail_letter *l, const char *const *to)
{
	static const enum smtp_security securities[] = {SMTP_STARTTLS, SMTP_TLS, SMTP_PLAIN};
	const char *from = option_text(MODULE, "from"), *open = strchr(from, '<');
	const char *message = message_of(cx->arena, l, from);

	return (struct smtp_plan){
		.host = option_text(MODULE, "host"),
		.port = (int)option_int(MODULE, "port"),
		.security = securities[option_choice(MODULE, "security")],
		.user = option_text(MODULE, "user"),
		.password = option_text(MODULE, "password"),
		.ca_file = option_text(MODULE, "ca_file"),
		.from = open ? arena_strn(cx->arena, open + 1, strcspn(open + 1, ">")) : from,
		.to = to,
		.message = message,
		.len = strlen(message),
		.total_ms = TOTAL_S * 1000,
	};
}

/* A `run` of struct branch. What the mail server says is the letter's affair; an error here is the
 * database's. */
static err send_one(struct ctx *cx, void *arg)
{
	struct mail_letter *l = arg;
	const char *const to[] = {l->recipient, NULL};
	const struct smtp_plan plan = plan_of(cx, l, to);
	struct smtp_answer answer = {0};

	err e = smtp_send(cx, &plan, &answer);
	if (problem_is(e, CANCELLED))
		return e;
	if (e) {
		settle_fault(cx, l, e, &answer);
	} else {
		l->status = "sent";
		l->fault = NULL;
		l->sent_at = clock_now();
	}
	return letter_settle(cx, l);
}

err letters_send(struct ctx *cx)
{
	struct mail_letter *rows;
	struct branch branches[AT_ONCE];
	int count = mail_is_on();

	for (int round = 0; count && round < ROUNDS_MAX; round++) { /* as long as any is due */
		TRY(letters_take(cx, LEASE_S, &rows, &count));
		for (int i = 0; i < count; i++)
			branches[i] = (struct branch){.run = send_one, .arg = &rows[i]};
		together(cx, branches, count);
		for (int i = 0; i < count; i++)
			TRY(branches[i].result);
	}
	return NULL;
}
