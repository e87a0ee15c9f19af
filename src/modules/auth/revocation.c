/* Sessions that have ended and roles that have changed: where what access tokens do not know is read from. */
#include "modules/auth/sql.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
#include "vobe/revoked.h"
#include "vobe/work.h"

#include <string.h>

/* A session that has ended, or a user whose role has changed. */
#define NEWS_FIELDS(F, T)                                \
	F(T, UUID, id, 0, "Session or user")             \
	F(T, TIME, at, 0, "When")                        \
	F(T, BOOL, is_superuser, 0, "May do everything") \
	F(T, BOOL, is_moderator, 0, "May moderate")      \
	F(T, INT, version, 0, "Of the user; 0: a session")
STRUCT(news, NEWS_FIELDS);
SCHEMA(news, NEWS_FIELDS, "What access tokens do not know");

#define LATELY_FIELDS(F, T)                                \
	F(T, UUID, user_id, NULLABLE, "Only of this user") \
	F(T, TIME, since, 0, "Not before")
STRUCT(lately, LATELY_FIELDS);
SCHEMA(lately, LATELY_FIELDS, "What to read");

static QUERY(news_since, lately, news, NEWS_SINCE_SQL, .lane = LANE_SLOW);

/* Times in the tables are of other machines' clocks and of commits that took a while: readings overlap. */
#define OVERLAP_US (60 * SECOND_US)

static int64_t read_at;  /* 0: never */
static int64_t known_us; /* monotonic: what had ended by then has been read */
int64_t sessions_heard_until, accounts_heard_until;
static bool is_catching_up;
static struct bell caught_up;

enum { LATE_US = 2 * SECOND_US, CATCH_UP_MS = 2000 };

void revocation_open(void)
{
	revoked_open();
	read_at = 0;
}

void session_was_ended(struct uuid session_id, int64_t at)
{
	revoked_put(&(struct revoked){.id = session_id, .until = at + jwt_memory_us(), .role = ROLE_GUEST});
}

/* Whatever ends a user ends the sessions. */
bool session_is_live(struct uuid user_id, struct uuid session_id)
{
	(void)user_id;
	return !revoked_find(session_id);
}

void role_was_changed(struct uuid user_id, enum role role, int64_t version, int64_t at)
{
	const struct revoked *known = revoked_find(user_id);
	if (!known || known->version < version)
		revoked_put(&(struct revoked){user_id, at + jwt_memory_us(), version, role});
}

enum role role_now(struct uuid user_id, enum role role)
{
	const struct revoked *known = revoked_find(user_id);
	return known ? known->role : role;
}

static err read_since(struct ctx *cx, struct uuid user_id, int64_t since)
{
	const struct lately lately = {user_id, since};
	struct news *news;
	int count;

	TRY(news_since(cx, &lately, &news, &count));
	for (int i = 0; i < count; i++) {
		const struct user u = {.is_superuser = news[i].is_superuser,
				       .is_moderator = news[i].is_moderator};
		if (news[i].version)
			role_was_changed(news[i].id, role_of(&u), news[i].version, news[i].at);
		else
			session_was_ended(news[i].id, news[i].at);
	}
	return NULL;
}

err revocations_read(struct ctx *cx)
{
	const int64_t now = clock_now(), now_us = clock_mono();
	TRY(read_since(cx, (struct uuid){0}, read_at ? read_at - OVERLAP_US : now - jwt_memory_us()));
	read_at = now;
	known_us = now_us;
	return NULL;
}

static bool is_late(void)
{
	const int64_t heard =
		sessions_heard_until < accounts_heard_until ? sessions_heard_until : accounts_heard_until;
	return clock_mono() - (heard > known_us ? heard : known_us) > LATE_US;
}

/* One reads for all who ask meanwhile, and none waits longer than two seconds. */
err revocations_must_be_known(struct ctx *cx)
{
	if (!is_late())
		return NULL;
	if (is_catching_up) {
		TRY(bell_wait(cx, &caught_up, CATCH_UP_MS));
		return is_late() ? UNAVAILABLE : NULL;
	}
	struct ctx brief = *cx;
	const int64_t until = clock_mono() + CATCH_UP_MS * 1000;
	if (!brief.deadline_us || brief.deadline_us > until)
		brief.deadline_us = until;
	is_catching_up = true;
	err e = revocations_read(&brief);
	is_catching_up = false;
	bell_ring(&caught_up);
	return e ? UNAVAILABLE : NULL;
}

err revocations_read_of(struct ctx *cx, struct uuid user_id)
{
	return read_since(cx, user_id, clock_now() - jwt_memory_us());
}
