/* One's own account over HTTP. */
#include "modules/auth/guess.h"
#include "modules/auth/link.h"
#include "modules/auth/password.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"

#include <string.h>
#include <strings.h>

#define REGISTRATION_FIELDS(F, T)                                                                   \
	F(T, TEXT, email, IN | REQ, "E-mail address", .min = 3, .max = 254, .format = FORMAT_EMAIL) \
	F(T, TEXT, username, IN | REQ, "Public name", .min = 3, .max = 50, .rule = username_rule, \
	  .says = USERNAME_SAYS, .example = "ann")   \
	F(T, TEXT, password, IN | REQ | NO_OUT, "8 to 128 characters, not a common one", .min = 8,  \
	  .max = 128, .rule = password_rule, .says = PASSWORD_SAYS, .example = "correct horse battery")
STRUCT(registration, REGISTRATION_FIELDS);
SCHEMA(registration, REGISTRATION_FIELDS, "A new account");

#define REGISTERED_FIELDS(F, T) F(T, ONE, user, 0, "The account", .of = &user_schema) TOKENS_FIELDS(F, T)
STRUCT(registered, REGISTERED_FIELDS);
SCHEMA(registered, REGISTERED_FIELDS, "The new account, signed in");

#define PASSWORD_CHANGE_FIELDS(F, T)                                                               \
	F(T, TEXT, current_password, IN | REQ | NO_OUT, "The password now", .min = 1, .max = 1000) \
	F(T, TEXT, new_password, IN | REQ | NO_OUT, "The next one", .min = 8, .max = 128,          \
	  .rule = password_rule, .says = PASSWORD_SAYS, .example = "correct horse battery")
STRUCT(password_change, PASSWORD_CHANGE_FIELDS);
SCHEMA(password_change, PASSWORD_CHANGE_FIELDS, "A new password");

/* The language that a browser names first, as far as letters are written in it. */
static const char *locale_of(const char *accepted)
{
	return accepted && !strncasecmp(accepted, "ru", 2) ? "ru" : locales[0];
}

FINDER(find_registration_faults, none, registration);
static err find_registration_faults(struct req *rq, const struct registration *in, struct faults *fs)
{
	struct ctx *cx = &rq->cx;
	const struct user u = user_new(cx->arena, uuid_new(), in->email ? in->email : "",
				       in->username ? in->username : "", ROLE_USER);
	if (in->password)
		faults_take(cx->arena, fs, password_must_fit(cx, "/password", in->password, &u));
	return names_find_taken(cx, &u, fs);
}

HANDLER(register_user, none, registration, registered);
static err register_user(struct req *rq, struct registration *in, struct registered_reply *re)
{
	struct ctx *cx = &rq->cx;
	const struct origin from = origin_of(rq);
	struct user u = user_new(cx->arena, uuid_new(), in->email, in->username, ROLE_USER);
	u.locale = locale_of(req_header(rq, "Accept-Language"));
	const struct user_event fact = user_fact(&u);
	struct grant grant;
	char id[UUID_TEXT];

	TRY(password_must_fit(cx, "/password", in->password, &u));
	TRY(password_hash(cx, in->password, &u.hashed_password));
	struct change *ch = change_begin(cx);
	user_insert(ch, &u);
	link_want(ch, &u, "verify", u.email);
	tell_user_registered(ch, u.id, u.version, &fact);
	session_begin(cx->arena, ch, &u, &from, &grant);
	TRY(name_refused(cx, change_commit(cx, ch)));
	const struct tokens t = tokens_for(rq, &grant);
	uuid_text(u.id, id);
	reply_header(rq, "Location", arena_fmt(cx->arena, "/api/v1/users/%s", id));
	return reply(re,
		     &(struct registered){&u, t.access_token, t.token_type, t.expires_in, t.refresh_token});
}

static err find_me(struct req *rq, struct user *out)
{
	return user_find(&rq->cx, &(struct by_id){rq->cx.viewer.user_id}, out);
}

HANDLER(show_me, none, none, user);
static err show_me(struct req *rq, struct user_reply *re)
{
	struct user u;
	TRY(find_me(rq, &u));
	return reply(re, &u);
}

/*
 * Where letters are sent, another address has to prove itself first: it waits in new_email. Asking again
 * sends another letter. What is taken is told now, and once more when the letter's link is opened.
 */
static err wait_for_proof(struct ctx *cx, struct user *before, struct user *after)
{
	struct user other;
	int64_t lately;

	err e = user_find_login(cx, after->email, &other);
	if (!e && !uuid_equal(other.id, before->id))
		return problem_at(cx, EMAIL_TAKEN, "/email");
	if (e && !problem_is(e, NOT_FOUND))
		return e;
	TRY(links_lately(cx, before->id, "new_email", &lately));
	if (lately >= LETTERS_AN_HOUR)
		return letters_too_many(cx);
	after->new_email = after->email;
	before->new_email = NULL;
	user_rename(cx->arena, after, before->email, after->username);
	return NULL;
}

/* Me, and what the body would make of me. */
static err find_me_edited(struct req *rq, const struct user *body, struct user *before, struct user *after)
{
	TRY(find_me(rq, before));
	TRY(require_match(rq, before->version));
	*after = *before;
	TRY(merge_body(rq, body, after));
	user_rename(rq->cx.arena, after, after->email, after->username);
	return NULL;
}

FINDER(find_my_faults, none, user);
static err find_my_faults(struct req *rq, const struct user *body, struct faults *fs)
{
	struct user before, after;
	TRY(find_me_edited(rq, body, &before, &after));
	if (strcmp(before.email, after.email) != 0)
		faults_take(rq->cx.arena, fs, password_wanted(&rq->cx, after.current_password));
	return names_find_taken(&rq->cx, &after, fs);
}

HANDLER(edit_me, none, user, user);
static err edit_me(struct req *rq, struct user *body, struct user_reply *re)
{
	const struct origin from = origin_of(rq);
	struct user before, after;
	TRY(find_me_edited(rq, body, &before, &after));
	if (strcmp(before.email, after.email) != 0) {
		TRY(password_prove(rq, &before, after.current_password));
		if (letters_are_sent())
			TRY(wait_for_proof(&rq->cx, &before, &after));
	}
	after.current_password = NULL;
	if (!schema_equal(&user_schema, &before, &after))
		TRY(change_names(&rq->cx, &before, &after, &from));
	return reply(re, &after);
}

#define PROOF_FIELDS(F, T) \
	F(T, TEXT, current_password, IN | NULLABLE | NO_OUT, "The password now", .min = 1, .max = 1000)
STRUCT(proof, PROOF_FIELDS);
SCHEMA(proof, PROOF_FIELDS, "That it is you: your password");

FINDER(find_proof_faults, none, proof);
static err find_proof_faults(struct req *rq, const struct proof *in, struct faults *fs)
{
	faults_take(rq->cx.arena, fs, password_wanted(&rq->cx, in->current_password));
	return NULL;
}

HANDLER(delete_me, none, proof, none);
static err delete_me(struct req *rq, struct proof *in)
{
	const struct origin from = origin_of(rq);
	struct user u;
	const err e = find_me(rq, &u);
	if (e)
		return problem_is(e, NOT_FOUND) ? reply_empty(rq) : e; /* deleted meanwhile: as was asked */
	TRY(require_match(rq, u.version));
	TRY(password_prove(rq, &u, in->current_password));
	TRY(delete_user(&rq->cx, &u, &from));
	return reply_empty(rq);
}

/* Not whether the current one is right: that is a guess, and asked when all else is as it must be. */
FINDER(find_password_faults, none, password_change);
static err find_password_faults(struct req *rq, const struct password_change *in, struct faults *fs)
{
	struct user u;
	TRY(find_me(rq, &u));
	if (in->new_password)
		faults_take(rq->cx.arena, fs,
			    password_may_follow(&rq->cx, in->current_password, in->new_password, &u));
	return NULL;
}

HANDLER(change_my_password, none, password_change, none);
static err change_my_password(struct req *rq, struct password_change *in)
{
	const struct origin from = origin_of(rq);
	struct user u;

	TRY(find_me(rq, &u));
	TRY(password_may_follow(&rq->cx, in->current_password, in->new_password, &u));
	TRY(password_prove(rq, &u, in->current_password));
	TRY(change_password(&rq->cx, &u, in->new_password, rq->cx.viewer.session_id, NULL, &from));
	return reply_empty(rq);
}

static const err register_problems[] = {EMAIL_TAKEN, USERNAME_TAKEN, NULL};
static const err name_problems[] = {EMAIL_TAKEN, USERNAME_TAKEN, EDIT_CONFLICT, PRECONDITION_FAILED, NULL};
static const err delete_problems[] = {LAST_SUPERUSER, EDIT_CONFLICT, PRECONDITION_FAILED, NULL};

const struct route user_routes[] = {
	ROUTE(POST, "/auth/register", ANYONE, 201, register_user, "Open an account and sign in",
	      .bucket = "register", .refusals = "refusals", .body_max = AUTH_BODY_MOST,
	      .no_idempotency = true, .problems = register_problems, FINDS(find_registration_faults)),
	ROUTE(POST, "/auth/password/change", USER, 204, change_my_password,
	      "Change your password; your other sessions end", .body_max = AUTH_BODY_MOST,
	      .no_idempotency = true, FINDS(find_password_faults)),
	ROUTE(GET, "/users/me", USER, 200, show_me, "Show your account"),
	ROUTE(PATCH, "/users/me", USER, 200, edit_me,
	      "Change your username, language or e-mail address; another address is proven by a letter first",
	      .refusals = "refusals", .problems = name_problems, FINDS(find_my_faults)),
	ROUTE(DELETE, "/users/me", USER, 204, delete_me, "Delete your account for good",
	      .problems = delete_problems, FINDS(find_proof_faults)),
	{0},
};
