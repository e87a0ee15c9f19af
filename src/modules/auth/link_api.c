/* Lost passwords and proven addresses over HTTP. */
#include "modules/auth/audit.h"
#include "modules/auth/link.h"
#include "modules/auth/password.h"
#include "modules/auth/token.h"

#include "vobe/clock.h"

#include <string.h>

enum { ANSWER_MS = 60 };

#define LOST_PASSWORD_FIELDS(F, T) \
	F(T, TEXT, email, IN | REQ, "E-mail address of the account", .min = 3, .max = 254, \
	  .format = FORMAT_EMAIL)
STRUCT(lost_password, LOST_PASSWORD_FIELDS);
SCHEMA(lost_password, LOST_PASSWORD_FIELDS, "Whose password is lost");

#define RESET_FIELDS(F, T)                                                                         \
	F(T, TEXT, token, IN | REQ | NO_OUT, "What the letter's link holds", .min = 1, .max = 200) \
	F(T, TEXT, new_password, IN | REQ | NO_OUT, "The next password", .min = 8, .max = 128,     \
	  .rule = password_rule, .says = PASSWORD_SAYS, .example = "correct horse battery")
STRUCT(reset, RESET_FIELDS);
SCHEMA(reset, RESET_FIELDS, "A new password, by a link");

#define PROOF_FIELDS(F, T) \
	F(T, TEXT, token, IN | REQ | NO_OUT, "What the letter's link holds", .min = 1, .max = 200)
STRUCT(proof, PROOF_FIELDS);
SCHEMA(proof, PROOF_FIELDS, "That the address is read");

/* A letter, if there is such an account that may be used and has not been sent too many. */
static err want_reset(struct ctx *cx, const char *email)
{
	struct user u;
	int64_t lately;

	err e = user_find_login(cx, email, &u);
	if (problem_is(e, NOT_FOUND))
		return NULL;
	TRY(e);
	TRY(links_lately(cx, u.id, "reset", &lately));
	if (!u.is_active || lately >= LETTERS_AN_HOUR)
		return NULL;
	struct change *ch = change_begin(cx);
	link_want(ch, &u, "reset", u.email);
	return change_commit(cx, ch);
}

/* The answer says nothing of the account, and neither does the time it takes: it comes when both ways have
 * long ended. */
HANDLER(forget_password, none, lost_password, none);
static err forget_password(struct req *rq, struct lost_password *in)
{
	const int64_t until = clock_mono() + ANSWER_MS * 1000;
	TRY(want_reset(&rq->cx, in->email));
	const int64_t left_ms = (until - clock_mono()) / 1000;
	if (left_ms > 0)
		TRY(wait_ms(&rq->cx, (int)left_ms));
	return reply_empty(rq);
}

/* Whose new password it is, by the link. */
static err find_by_link(struct ctx *cx, const struct reset *in, struct link *l, struct user *u)
{
	TRY(link_find(cx, "reset", in->token, l));
	return user_find(cx, &(struct by_id){l->user_id}, u);
}

FINDER(find_reset_faults, none, reset);
static err find_reset_faults(struct req *rq, const struct reset *in, struct faults *fs)
{
	struct link l;
	struct user u;
	err e = in->token ? find_by_link(&rq->cx, in, &l, &u) : NOT_FOUND;
	faults_take(rq->cx.arena, fs, e);
	if (!e && in->new_password)
		faults_take(rq->cx.arena, fs,
			    password_must_fit(&rq->cx, "/new_password", in->new_password, &u));
	return e;
}

HANDLER(reset_password, none, reset, none);
static err reset_password(struct req *rq, struct reset *in)
{
	struct ctx *cx = &rq->cx;
	const struct origin from = origin_of(rq);
	struct user before;
	struct link l;

	TRY(find_by_link(cx, in, &l, &before));
	TRY(password_must_fit(cx, "/new_password", in->new_password, &before));
	TRY(change_password(cx, &before, in->new_password, (struct uuid){0}, &l, &from));
	return reply_empty(rq);
}

HANDLER(want_verification, none, none, none);
static err want_verification(struct req *rq)
{
	struct ctx *cx = &rq->cx;
	struct user u;
	int64_t lately;

	TRY(user_find(cx, &(struct by_id){cx->viewer.user_id}, &u));
	TRY(links_lately(cx, u.id, "verify", &lately));
	if (u.email_verified_at == TIME_NULL && lately < LETTERS_AN_HOUR) {
		struct change *ch = change_begin(cx);
		link_want(ch, &u, "verify", u.email);
		TRY(change_commit(cx, ch));
	}
	return reply_empty(rq);
}

static err take_address(struct req *rq, const struct proof *in)
{
	const struct origin from = origin_of(rq);
	struct user before;
	struct link l;

	TRY(link_find(&rq->cx, "new_email", in->token, &l));
	TRY(user_find(&rq->cx, &(struct by_id){l.user_id}, &before));
	err e = change_address(&rq->cx, &before, &l, &from);
	if (problem_is(e, EMAIL_TAKEN))
		return problem_at(&rq->cx, EMAIL_TAKEN, "/token");
	return e ? e : reply_empty(rq);
}

FINDER(find_proof_faults, none, proof);
static err find_proof_faults(struct req *rq, const struct proof *in, struct faults *fs)
{
	struct link l;
	err e = in->token ? link_find(&rq->cx, "verify", in->token, &l) : NULL;
	if (problem_is(e, LINK_INVALID))
		e = link_find(&rq->cx, "new_email", in->token, &l);
	faults_take(rq->cx.arena, fs, e);
	return e;
}

HANDLER(verify_email, none, proof, none);
static err verify_email(struct req *rq, struct proof *in)
{
	struct ctx *cx = &rq->cx;
	struct user before, after;
	struct link l;

	err e = link_find(cx, "verify", in->token, &l);
	if (problem_is(e, LINK_INVALID))
		return take_address(rq, in);
	TRY(e);
	TRY(user_find(cx, &(struct by_id){l.user_id}, &before));
	if (strcmp(l.address, before.email) != 0) /* another one since */
		return LINK_INVALID;
	after = before;
	after.version++;
	after.email_verified_at = after.updated_at = clock_now();
	struct change *ch = change_begin(cx);
	link_use(ch, &l);
	const struct user_event fact = user_fact(&after);
	user_update(ch, &before, &after);
	tell_user_updated(ch, after.id, after.version, &fact);
	TRY(change_commit(cx, ch));
	return reply_empty(rq);
}

static const err link_problems[] = {LINK_INVALID, EDIT_CONFLICT, NULL};
static const err address_problems[] = {LINK_INVALID, EDIT_CONFLICT, EMAIL_TAKEN, NULL};

#define BY_LINK .body_max = AUTH_BODY_MOST, .no_idempotency = true, .bucket = "login"
const struct route link_routes[] = {
	ROUTE(POST, "/auth/password/forgot", ANYONE, 202, forget_password,
	      "Ask for a letter with a link for a new password", BY_LINK),
	ROUTE(POST, "/auth/password/reset", ANYONE, 204, reset_password,
	      "Set a new password by that link; all sessions end", BY_LINK, .problems = link_problems,
	      FINDS(find_reset_faults)),
	ROUTE(POST, "/auth/email/verification", USER, 202, want_verification,
	      "Ask for a letter that proves your address", .no_idempotency = true),
	ROUTE(POST, "/auth/email/verify", ANYONE, 204, verify_email,
	      "Prove an address, or take a new one, by the letter's link", BY_LINK,
	      .problems = address_problems, FINDS(find_proof_faults)),
	{0},
};
