/* Tokens: access tokens (JWT, RFC 9068), refresh tokens, and the reply that carries both (RFC 6749). */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "modules/auth/session.h"

PROBLEM(INVALID_GRANT, 400, "invalid_grant", "Not accepted",
	"The username or password is wrong, or the refresh token is not valid any more."
	" Sign in with the password.");

enum { AUTH_BODY_MOST = 4096 }; /* bytes: no body of these routes is larger */

/* What an access token says. Times are seconds (RFC 7519 NumericDate). */
struct claims {
	struct uuid user_id, session_id;
	enum role role; /* when it was signed; revocation.h knows better */
	int64_t issued_at, expires_at;
};

/* token_jwt.c. Needs a signing key. */
const char *jwt_write(struct arena *a, const struct claims *c);

/*
 * NULL and *out, or why the token is refused: one sentence, static. Two are told apart by comparing pointers:
 * after JWT_UNKNOWN_KEY see keys_reload, after JWT_EXPIRED a refresh helps. Verified tokens are remembered,
 * by SHA-256, in bounded memory, until they expire.
 */
extern const char JWT_UNKNOWN_KEY[], JWT_EXPIRED[];
const char *jwt_read(struct arena *a, const char *token, int64_t now_s, struct claims *out);
void jwt_forget_all(void);

/*
 * How long after something ended access tokens may still speak of it: their life and a margin for requests
 * under way and for clocks of several machines. Microseconds.
 */
int64_t jwt_memory_us(void);

/* 256 bits, shown once, base64url. */
struct refresh_token {
	const char *text;
	const char *stored; /* SHA-256 of the 256 bits, in hexadecimal: who reads the table cannot sign in */
};
struct refresh_token refresh_new(struct arena *a);

/* False: not one. The successor is derived: racing clients get the same one though only hashes are stored. */
bool refresh_read(struct arena *a, const char *text, struct refresh_token *token,
		  struct refresh_token *successor);

/* RFC 6749 section 5.1. */
#define TOKENS_FIELDS(F, T)                                                 \
	F(T, TEXT, access_token, 0, "Send it as Authorization: Bearer ...") \
	F(T, TEXT, token_type, 0, "Bearer")                                 \
	F(T, INT, expires_in, 0, "Seconds until the access token ends")     \
	F(T, TEXT, refresh_token, 0, "Buys the next pair, once, with grant_type=refresh_token")
STRUCT(tokens, TOKENS_FIELDS);
SCHEMA(tokens, TOKENS_FIELDS, "An access token and a refresh token");

/* Signs an access token for the session, and forbids caches to keep the answer. */
struct tokens tokens_for(struct req *rq, const struct grant *g);

/* Of contracts/auth.h. */
err authenticate(struct ctx *cx, const char *token, struct viewer *viewer);

#endif
