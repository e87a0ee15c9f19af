/* Sessions: what a sign-in begins and a sign-out, a stolen token or a superuser ends. */
#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include "modules/auth/auth.h"
#include "vobe/http.h"

#define SESSION_FIELDS(F, T)                                                                        \
	F(T, UUID, id, 0, "Identifier")                                                             \
	F(T, TIME, created_at, 0, "When it began")                                                  \
	F(T, TIME, last_used_at, 0, "When it last got an access token")                             \
	F(T, TIME, expires_at, 0, "When it ends if it is not used again")                           \
	F(T, TEXT, ip, NULLABLE, "Address of the last sign-in or refresh")                          \
	F(T, TEXT, user_agent, NULLABLE, "Client of the last sign-in or refresh, in its own words") \
	F(T, BOOL, is_current, NO_COLUMN, "Whether this request belongs to it")
STRUCT(session, SESSION_FIELDS);
SCHEMA(session, SESSION_FIELDS, "A signed-in client");

/* Where a request came from; all NULL for the operator's commands. Bounded and valid UTF-8. */
struct origin {
	const char *ip, *user_agent;
};
struct origin origin_of(struct req *rq);

/* What a client gets tokens for. */
struct grant {
	struct uuid user_id, session_id;
	enum role role;
	const char *refresh_token;
};

/* A refresh token as it is stored, with what decides whether it is good. */
#define REFRESH_STATE_FIELDS(F, T)                                        \
	F(T, UUID, session_id, 0, "Its session")                          \
	F(T, UUID, user_id, 0, "Its user")                                \
	F(T, TIME, used_at, NULLABLE, "When it was used")                 \
	F(T, BOOL, is_live, 0, "Whether session and account may be used") \
	F(T, BOOL, is_superuser, 0, "May do everything")                  \
	F(T, BOOL, is_moderator, 0, "May moderate")
STRUCT(refresh_state, REFRESH_STATE_FIELDS);
SCHEMA(refresh_state, REFRESH_STATE_FIELDS, "A refresh token");

/* session_store.c. Begins a session: adds the rows and the event to the change. */
struct user;
void session_begin(struct arena *a, struct change *ch, const struct user *u, const struct origin *from,
		   struct grant *out);

/* Swaps a refresh token for its successor in one statement. *out is nil when it was not good, or used. */
struct refresh_token;
err session_rotate(struct ctx *cx, const struct refresh_token *token, const struct refresh_token *successor,
		   int64_t now, const struct origin *from, struct refresh_state *out);
err refresh_find(struct ctx *cx, const struct refresh_token *token,
		 struct refresh_state *out); /* NOT_FOUND */

/* Which of a user's sessions end, and why (session_event's reasons). */
struct ending {
	struct uuid user_id;
	struct uuid session_id;      /* nil: all ... */
	struct uuid kept_session_id; /* ... but this one, if it is not nil */
	const char *reason;
	struct by_id *ended; /* out: set by the commit */
	int count;           /* out */
};

/*
 * Adds the end and its event to a change; after its commit call sessions_have_ended. *e must live until then.
 * A session that is not the user's, or has ended already, undoes the change with NOT_FOUND.
 */
void sessions_end(struct change *ch, struct ending *e);
void sessions_have_ended(const struct ending *e);

/* A change of its own, with both. */
err sessions_end_now(struct ctx *cx, struct ending *e);

/* Adds to a change: no session of that account says any more from where it came. */
void sessions_forget_origin(struct change *ch, const struct by_id *user);

/* Ends what is beyond `sessions_max` of an account, the least lately used first. */
err sessions_trim(struct ctx *cx, struct uuid user_id);

err sessions_prune(struct ctx *cx); /* a job */

/*
 * revocation.c: what access tokens do not know, sessions that have ended and roles that have changed within
 * the life of a token. Every request asks here. In memory; put right at once by this instance's own commits,
 * by the events of the others, at the start and then now and again from the tables. An entry goes when the
 * last token that could contradict it expires.
 */
void revocation_open(void);
void session_was_ended(struct uuid session_id, int64_t at);
bool session_is_live(struct uuid user_id, struct uuid session_id); /* of contracts/auth.h */
void role_was_changed(struct uuid user_id, enum role role, int64_t version,
		      int64_t at);                       /* newer versions win */
enum role role_now(struct uuid user_id, enum role role); /* given the one in the token */

/*
 * Fails closed: NULL when this process knows what had ended two seconds ago, by the events of other instances
 * or by reading it now. Otherwise UNAVAILABLE: a session that has ended elsewhere must not go on because our
 * database is slow. Suspends only when the events are late.
 */
err revocations_must_be_known(struct ctx *cx);
extern int64_t sessions_heard_until, accounts_heard_until; /* kept by the bus */

/* Reads what ended and changed lately, all of it or of one user. Suspends. */
err revocations_read(struct ctx *cx);
err revocations_read_of(struct ctx *cx, struct uuid user_id);

#endif
