/* What other modules may know of auth: who a user is, what became of them, and how to ask. */
#ifndef CONTRACTS_AUTH_H
#define CONTRACTS_AUTH_H

#include "vobe/event.h"
#include "vobe/service.h"

/* What may be shown of a user to everybody. A deleted or unknown user has a NULL username. */
struct user_card {
	struct uuid id;
	const char *username; /* in the ctx's arena */
	bool is_active;
};

/* How many of something each of `count` users has; counts[i] belongs to ids[i]. */
typedef err (*user_counter)(struct ctx *cx, const struct uuid *ids, int count, int64_t *counts);

struct auth_cards {
	/* cards[i] belongs to ids[i]; never an error for an unknown id. One batch, cached. */
	err (*user_cards)(struct ctx *cx, const struct uuid *ids, int count, struct user_card *cards);

	/* Begins what user_cards of the same ids will wait for, without waiting: for callers of several
	 * services. */
	void (*user_cards_ahead)(struct ctx *cx, const struct uuid *ids, int count);

	/* The id of a username, any letter case; nil when there is none. */
	err (*user_by_username)(struct ctx *cx, const char *username, struct uuid *id);

	/* Who counts for public profiles (posts_count, comments_count); called from their start(). Unset:
	 * null there. */
	void (*count_posts_with)(user_counter counter);
	void (*count_comments_with)(user_counter counter);
};
SERVICE(auth_cards, "auth.cards");

struct auth_staff {
	/* is_staff[i]: whether ids[i] is an active account of a moderator or superuser, as the database knows
	 * it now. One batch, not cached. */
	err (*are_staff)(struct ctx *cx, const struct uuid *ids, int count, bool *is_staff);
};
SERVICE(auth_staff, "auth.staff");

struct auth_sessions {
	/*
	 * Who the bearer of `token` is. In memory unless the key is new; checks the revocation set, so a
	 * session ended is ended. Errors: TOKEN_EXPIRED, TOKEN_INVALID with the reason
	 * in its detail, SESSION_ENDED.
	 */
	err (*authenticate)(struct ctx *cx, const char *token, struct viewer *viewer);

	/* Whether a session that was valid is so still, by what is known. For streams. Does not suspend. */
	bool (*session_is_live)(struct uuid user_id, struct uuid session_id);

	/* NULL: what had ended two seconds ago is known. Otherwise UNAVAILABLE: whoever is shown something
	 * may have been sent away. For what goes on after authenticate. Suspends, two seconds at most. */
	err (*endings_must_be_known)(struct ctx *cx);
};
SERVICE(auth_sessions, "auth.sessions");

/* A letter that carries a link, as mail writes it. */
struct link_letter {
	const char *recipient;         /* NULL: nobody wants the letter any more */
	const char *kind;              /* see LINK_EVENT_FIELDS */
	const char *username, *locale; /* "en" or "ru" */
	const char *token;             /* NULL for what only tells */
	int hours;                     /* for which it is good */
	int64_t expires_at;
};

struct auth_links {
	/* Mints the token of a link, of which only the hash is kept; one minted before is good no longer. In
	 * the arena. Suspends. */
	err (*mint)(struct ctx *cx, struct uuid link_id, struct link_letter *out);

	/* Whether letters are sent: told by who sends them, from its start(). Without, none are asked for. */
	void (*letters_are_sent)(bool yes);
};
SERVICE(auth_links, "auth.links");

#define USER_EVENT_FIELDS(F, T)                                                                    \
	F(T, UUID, user_id, IN, "The user")                                                        \
	F(T, TEXT, username, IN | NULLABLE, "Current name; null once deleted")                     \
	F(T, TEXT, old_username, IN | NULLABLE, "user.updated: the name before, when it changed")  \
	F(T, TEXT, role, IN | NULLABLE, "user, moderator or superuser")                            \
	F(T, BOOL, is_active, IN, "Whether the account may be used")                               \
	F(T, TIME, created_at, IN | NULLABLE, "When it was registered")
PAYLOAD(user_event, USER_EVENT_FIELDS, "A user changed");

#define SESSION_EVENT_FIELDS(F, T)                                                                 \
	F(T, UUID, user_id, IN, "The user; also the aggregate")                                    \
	F(T, UUID, session_id, IN | NULLABLE, "The session; null: all of the user's")              \
	F(T, UUID, kept_session_id, IN | NULLABLE, "session.revoked of all: the one left alive")   \
	F(T, TEXT, reason, IN | NULLABLE, \
	  "logout, password_changed, email_changed, deactivated, deleted, role_changed, reuse, admin," \
	  " too_many")
PAYLOAD(session_event, SESSION_EVENT_FIELDS, "A session began or ended");

/* No token and no address: an event goes further than they may. */
#define LINK_EVENT_FIELDS(F, T)                              \
	F(T, UUID, link_id, IN, "The link")                  \
	F(T, UUID, user_id, IN, "Whose account it is about") \
	F(T, TEXT, kind, IN, "reset, verify, new_email; without a link: email_asked, email_changed,"  \
	  " password_changed, deleted, notice (of before)")
PAYLOAD(link_event, LINK_EVENT_FIELDS, "A letter is wanted");

#define AUTH_EVENTS(E)                                                                             \
	E(user_registered,        "user.registered",        user_event, 1)                         \
	E(user_updated,           "user.updated",           user_event, 1)                         \
	E(user_deactivated,       "user.deactivated",       user_event, 1)                         \
	E(user_reactivated,       "user.reactivated",       user_event, 1)                         \
	E(user_deleted,           "user.deleted",           user_event, 1)                         \
	E(user_role_changed,      "user.role_changed",      user_event, 1)                         \
	E(user_password_changed,  "user.password_changed",  user_event, 1)                         \
	E(user_link_wanted,       "user.link_wanted",       link_event, 1)                         \
	E(session_created,        "session.created",        session_event, 1)                      \
	E(session_revoked,        "session.revoked",        session_event, 1)                      \
	E(session_reuse_detected, "session.reuse_detected", session_event, 1)
EVENTS(AUTH_EVENTS)

#endif
