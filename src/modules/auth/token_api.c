/* The token endpoint (RFC 6749), revocation (RFC 7009), public keys (RFC 7517), and who a bearer is. */
#include "modules/auth/audit.h"
#include "modules/auth/guess.h"
#include "modules/auth/key.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/guesses.h"
#include "vobe/option.h"
#include "vobe/subscription.h"
#include "vobe/text.h"

#include <string.h>

#define TOKEN_REQUEST_FIELDS(F, T)                                                             \
	F(T, TEXT, grant_type, IN | NULLABLE, "password or refresh_token", .max = 100)         \
	F(T, TEXT, username, IN | NULLABLE | NO_OUT, "Username or e-mail address", .max = 254, \
	  .example = "ann") \
	F(T, TEXT, password, IN | NULLABLE | NO_OUT, "Password", .max = 1000, \
	  .example = "correct horse battery") \
	F(T, TEXT, refresh_token, IN | NULLABLE | NO_OUT, "The newest refresh token", .max = 200)
STRUCT(token_request, TOKEN_REQUEST_FIELDS);
SCHEMA(token_request, TOKEN_REQUEST_FIELDS, "What a client wants a token for");

#define REVOCATION_FIELDS(F, T)                                                                   \
	F(T, TEXT, token, IN | REQ | NO_OUT, "An access or refresh token", .min = 1, .max = 2048) \
	F(T, TEXT, token_type_hint, IN | NULLABLE, "Ignored: the token says what it is", .max = 100)
STRUCT(revocation, REVOCATION_FIELDS);
SCHEMA(revocation, REVOCATION_FIELDS, "A token that shall not be used any more");

#define JWK_FIELDS(F, T)                                \
	F(T, TEXT, kty, 0, "OKP (RFC 8037)")            \
	F(T, TEXT, crv, 0, "Ed25519")                   \
	F(T, TEXT, x, 0, "The public key")              \
	F(T, TEXT, kid, 0, "Its thumbprint (RFC 7638)") \
	F(T, TEXT, use, 0, "sig")                       \
	F(T, TEXT, alg, 0, "EdDSA")
STRUCT(jwk, JWK_FIELDS);
SCHEMA(jwk, JWK_FIELDS, "A public key");

#define JWKS_FIELDS(F, T) \
	F(T, MANY, keys, 0, "The key that signs, and those it replaced lately", .of = &jwk_schema)
STRUCT(jwks, JWKS_FIELDS);
SCHEMA(jwks, JWKS_FIELDS, "Public keys");

static const struct variant grants[] = {
	{"password_grant", "grant_type", "password", (const char *const[]){"username", "password", NULL}},
	{"refresh_grant", "grant_type", "refresh_token", (const char *const[]){"refresh_token", NULL}},
	{0},
};

PROBLEM(UNSUPPORTED_GRANT_TYPE, 400, "unsupported_grant_type", "Grant type not supported",
	"grant_type must be password or refresh_token.");
PROBLEM(INVALID_REQUEST, 400, "invalid_request", "Parameter missing",
	"grant_type=password needs username and password; grant_type=refresh_token needs refresh_token.");
PROBLEM(ACCOUNT_DISABLED, 400, "invalid_grant", "Account disabled",
	"This account has been disabled by an administrator.");

/* Clients with one refresh token this close together are one client that asked twice, not a thief. */
#define RACE_US (10 * SECOND_US)

struct tokens tokens_for(struct req *rq, const struct grant *g)
{
	const int64_t now_s = clock_now() / SECOND_US, life_s = option_int("auth", "access_life");
	const struct claims claims = {g->user_id, g->session_id, role_now(g->user_id, g->role), now_s,
				      now_s + life_s};
	reply_header(rq, "Cache-Control", "no-store");
	return (struct tokens){jwt_write(rq->cx.arena, &claims), "Bearer", life_s, g->refresh_token};
}

static err reply_tokens(struct tokens_reply *re, const struct grant *g)
{
	const struct tokens tokens = tokens_for(re->rq, g);
	return reply(re, &tokens);
}

/* An account that does not exist takes the same steps, and the same time, as a wrong password. */
static err user_prove(struct req *rq, const char *login, const char *password, struct user *u,
		      const char **rehashed)
{
	bool right;
	err missing = user_find_login(&rq->cx, login, u);
	if (missing && !problem_is(missing, NOT_FOUND))
		return missing;
	TRY(password_guess(rq, missing ? guess_nobody(text_fold(rq->cx.arena, login)) : u->id,
			   missing ? NULL : u->hashed_password, password, &right, rehashed));
	if (!right || !u->is_active)
		tell_sign_in(rq, LOG_WARN_, right ? "sign_in_disabled" : "sign_in_failed",
			     missing ? NULL : &u->id, 0);
	if (!right)
		return INVALID_GRANT;
	return u->is_active ? NULL : ACCOUNT_DISABLED;
}

static err grant_password(struct req *rq, const struct token_request *in, struct tokens_reply *re)
{
	const struct origin from = origin_of(rq);
	const char *rehashed;
	struct grant grant;
	struct user u;

	TRY(spend_as_guest(rq, "login"));
	if (!in->username || !in->password)
		return INVALID_REQUEST;
	TRY(user_prove(rq, in->username, in->password, &u, &rehashed));
	struct change *ch = change_begin(&rq->cx);
	user_update_login(ch, &u, rehashed);
	session_begin(rq->cx.arena, ch, &u, &from, &grant);
	TRY(change_commit(&rq->cx, ch));
	tell_sign_in(rq, LOG_INFO_, "signed_in", &u.id, 0);
	TRY(sessions_trim(&rq->cx, u.id));
	return reply_tokens(re, &grant);
}

/* A used token came back: somebody else has its successor, or had it. Nobody keeps the session. */
static err session_was_stolen(struct ctx *cx, const struct refresh_state *state, const struct origin *from)
{
	struct ending ending = {
		.user_id = state->user_id, .session_id = state->session_id, .reason = "reuse"};
	const struct session_event fact = {
		.user_id = state->user_id, .session_id = state->session_id, .reason = "reuse"};
	struct change *ch = change_begin(cx);
	char id[UUID_TEXT];

	uuid_text(state->session_id, id);
	sessions_end(ch, &ending);
	audit_add(cx, ch, session_reuse_detected.event.topic, state->user_id, from,
		  arena_fmt(cx->arena, "{\"session_id\":\"%s\"}", id));
	tell_session_reuse_detected(ch, state->user_id, 0, &fact);
	err e = change_commit(cx, ch);
	if (e)
		return problem_is(e, NOT_FOUND) ? INVALID_GRANT : e; /* it has ended meanwhile */
	sessions_have_ended(&ending);
	return INVALID_GRANT;
}

static err reply_successor(struct tokens_reply *re, const struct refresh_state *state,
			   const struct refresh_token *successor)
{
	const struct user u = {.is_superuser = state->is_superuser, .is_moderator = state->is_moderator};
	return reply_tokens(re,
			    &(struct grant){state->user_id, state->session_id, role_of(&u), successor->text});
}

/* The token was not good at `now`: a client that raced with itself gets what the first got. */
static err grant_refresh_again(struct tokens_reply *re, const struct refresh_token *token,
			       const struct refresh_token *successor, int64_t now, const struct origin *from)
{
	struct ctx *cx = &re->rq->cx;
	struct refresh_state state;
	TRY(refresh_find(cx, token, &state));
	if (!state.is_live || state.used_at == TIME_NULL)
		return INVALID_GRANT;
	if (now - state.used_at > RACE_US)
		return session_was_stolen(cx, &state, from);
	return reply_successor(re, &state, successor);
}

/* Many people refresh from one address, so it is the session that pays; a token that is none, its sender. */
static err spend_of_session(struct req *rq, const struct refresh_token *token)
{
	struct refresh_state state;
	err e = refresh_find(&rq->cx, token, &state);
	if (problem_is(e, NOT_FOUND)) {
		TRY(spend_as_guest(rq, NULL));
		return INVALID_GRANT;
	}
	TRY(e);
	return spend_of(rq, "refresh", state.session_id);
}

static err grant_refresh(struct req *rq, const struct token_request *in, struct tokens_reply *re)
{
	const struct origin from = origin_of(rq);
	const int64_t now = clock_now();
	struct refresh_token token, successor;
	struct refresh_state state;

	if (!in->refresh_token)
		return INVALID_REQUEST;
	if (!refresh_read(rq->cx.arena, in->refresh_token, &token, &successor))
		return INVALID_GRANT;
	TRY(spend_of_session(rq, &token));
	TRY(session_rotate(&rq->cx, &token, &successor, now, &from, &state));
	if (uuid_is_nil(state.session_id))
		return grant_refresh_again(re, &token, &successor, now, &from);
	return reply_successor(re, &state, &successor);
}

HANDLER(give_token, none, token_request, tokens);
static err give_token(struct req *rq, struct token_request *in, struct tokens_reply *re)
{
	if (!in->grant_type)
		return INVALID_REQUEST;
	if (!strcmp(in->grant_type, "password"))
		return grant_password(rq, in, re);
	if (!strcmp(in->grant_type, "refresh_token"))
		return grant_refresh(rq, in, re);
	return UNSUPPORTED_GRANT_TYPE;
}

/* Whose session a token belongs to, of either kind, however old. NOT_FOUND, or one of 401: nobody's. */
static err session_of_token(struct ctx *cx, const char *text, struct ending *e)
{
	struct refresh_token token, successor;
	struct refresh_state state;
	struct viewer viewer;

	if (!refresh_read(cx->arena, text, &token, &successor)) {
		TRY(authenticate(cx, text, &viewer));
		e->user_id = viewer.user_id;
		e->session_id = viewer.session_id;
		return NULL;
	}
	TRY(refresh_find(cx, &token, &state));
	e->user_id = state.user_id;
	e->session_id = state.session_id;
	return NULL;
}

HANDLER(revoke_token, none, revocation, none);
static err revoke_token(struct req *rq, struct revocation *in)
{
	struct ending ending = {.reason = "logout"};
	err e = session_of_token(&rq->cx, in->token, &ending);

	if (!e)
		e = sessions_end_now(&rq->cx, &ending);
	if (problem_is(e, NOT_FOUND) || (e && e->status == 401))
		return reply_empty(rq); /* it is not valid any more, as was asked */
	return e ? e : reply_empty(rq);
}

HANDLER(show_keys, none, none, jwks);
static err show_keys(struct req *rq, struct jwks_reply *re)
{
	const struct key *keys;
	const int count = keys_all(&keys);
	struct jwk *jwks = ARENA_ARRAY(rq->cx.arena, struct jwk, (size_t)count);

	for (int i = 0; i < count; i++)
		jwks[i] = (struct jwk){"OKP", "Ed25519", keys[i].x, keys[i].kid, "sig", "EdDSA"};
	reply_header(rq, "Cache-Control", "public, max-age=300");
	return reply(re, &(struct jwks){{jwks, count}});
}

err authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	const int64_t now_s = clock_now() / SECOND_US;
	struct claims claims;
	const char *fault = jwt_read(cx->arena, token, now_s, &claims);

	if (fault == JWT_UNKNOWN_KEY) { /* another instance may have made one */
		TRY(keys_reload(cx));
		fault = jwt_read(cx->arena, token, now_s, &claims);
	}
	if (fault)
		return problem_detail(cx, fault == JWT_EXPIRED ? TOKEN_EXPIRED : TOKEN_INVALID, "%s", fault);
	TRY(revocations_must_be_known(cx));
	if (!session_is_live(claims.user_id, claims.session_id))
		return SESSION_ENDED;
	*viewer = (struct viewer){claims.user_id, claims.session_id, role_now(claims.user_id, claims.role)};
	return NULL;
}

static const err token_problems[] = {INVALID_GRANT, INVALID_REQUEST, UNSUPPORTED_GRANT_TYPE, NULL};

const struct route token_routes[] = {
	ROUTE(POST, "/auth/token", ANYONE, 200, give_token, "Sign in, or refresh (RFC 6749)", .form = true,
	      .variants = grants, .oauth = true, .body_max = AUTH_BODY_MOST, .spends_itself = true,
	      .no_idempotency = true, .problems = token_problems),
	ROUTE(POST, "/auth/revoke", ANYONE, 200, revoke_token, "End the session of a token (RFC 7009)",
	      .form = true, .oauth = true, .body_max = AUTH_BODY_MOST, .no_idempotency = true),
	ROUTE(GET, "//.well-known/jwks.json", ANYONE, 200, show_keys,
	      "Show the keys that access tokens are signed with"),
	{0},
};
