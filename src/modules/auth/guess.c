/* Passwords that are asked for, slower where too many were wrong (vobe/guesses.h). */
#include "modules/auth/guess.h"

#include "modules/auth/audit.h"
#include "modules/auth/password.h"
#include "modules/auth/user.h"
#include "vobe/guesses.h"

#define ORIGIN_FIELDS(F, T)                          \
	F(T, UUID, user_id, 0, "Who wants to get in") \
	F(T, TEXT, ip, 0, "From where")
STRUCT(origin_asked, ORIGIN_FIELDS);
SCHEMA(origin_asked, ORIGIN_FIELDS, "An account and an address");

static QUERY_ROW(sign_ins_from, origin_asked, total,
		 "SELECT count(*) AS total"
		 " FROM (SELECT FROM sessions WHERE user_id = $user_id AND ip = $ip LIMIT 1) one");

static err too_many(struct ctx *cx, int wait_s)
{
	struct problem *later = arena_copy(cx->arena, TOO_MANY_REQUESTS, sizeof *later);
	later->retry_after_s = wait_s;
	return later;
}

void tell_sign_in(struct req *rq, enum log_level level, const char *event, const struct uuid *account,
		  int wait_s)
{
	static struct log_site site; /* a flood of guesses is told in part, and counted */
	char user[UUID_TEXT] = "";

	if (account)
		uuid_text(*account, user);
	const struct log_fact facts[] = {{"log", "security", 0},
					 {"user", user, 0},
					 {"address", req_address(rq), 0},
					 {wait_s ? "wait_s" : NULL, NULL, wait_s},
					 {0}};
	log_record_some(&site, level, event, facts, "a password was tried");
}

err password_guess(struct req *rq, struct uuid account, const char *stored, const char *password, bool *right,
		   const char **rehashed)
{
	const char *address = req_address(rq);
	struct guess g = guess_of(account, address);
	struct total before;

	TRY(sign_ins_from(&rq->cx, &(struct origin_asked){account, address}, &before));
	g.exists = stored != NULL;
	g.known = before.total > 0;
	const int wait_s = guess_begin(&g);
	if (wait_s) {
		tell_sign_in(rq, LOG_WARN_, "sign_in_slowed", g.exists ? &g.account : NULL, wait_s);
		return too_many(&rq->cx, wait_s);
	}
	err e = password_verify(&rq->cx, password, stored, right, rehashed);
	if (e)
		guess_was_not_made(&g);
	else if (*right)
		guess_was_right(&g);
	return e;
}

err password_wanted(struct ctx *cx, const char *current_password)
{
	return current_password ? NULL
				: problem_fault(cx, "/current_password", "required",
						"Send your password with this: it must be you who asks.");
}

err password_prove(struct req *rq, const struct user *u, const char *current_password)
{
	const char *rehashed;
	bool right;
	TRY(password_wanted(&rq->cx, current_password));
	TRY(password_guess(rq, u->id, u->hashed_password, current_password, &right, &rehashed));
	return right ? NULL
		     : problem_fault(&rq->cx, "/current_password", "wrong_password",
				     "This is not your password.");
}

/* --- what is told of them --- */

err guesses_tell(struct ctx *cx)
{
	static const struct origin nowhere; /* they come from everywhere */
	struct guess_burst told[64];
	const int count = guesses_take_bursts(told, 64);

	if (!count)
		return NULL;
	struct change *ch = change_begin(cx);
	for (int i = 0; i < count; i++)
		audit_add(cx, ch, "user.password_guessed", told[i].account, &nowhere,
			  arena_fmt(cx->arena, "{\"failures\":%d}", told[i].failures));
	return change_commit(cx, ch);
}
