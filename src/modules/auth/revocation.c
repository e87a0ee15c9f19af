/* The revocation set and the roles that have changed: a table in memory, and where it is read from. */
#include "modules/auth/sql.h"
#include "modules/auth/token.h"
#include "modules/auth/user.h"
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

/* A session that has ended (role ROLE_GUEST: it lets nobody in), or a user's role and what version set it. */
struct entry {
	struct uuid id; /* nil: free */
	int64_t until;  /* wall clock, microseconds: when it no longer matters */
	int64_t version;
	enum role role;
};

enum { ROOM_LEAST = 64 };

/* Open addressing, at most half full, a power of two. Rebuilding leaves out what no longer matters. */
static struct revocations {
	struct arena *arena;
	struct entry *entries;
	uint32_t room, used;
} set;
static int64_t read_at;  /* 0: never */
static int64_t known_us; /* monotonic: what had ended by then has been read */
int64_t sessions_heard_until, accounts_heard_until;
static bool is_catching_up;
static struct bell caught_up;

enum { LATE_US = 2 * SECOND_US, CATCH_UP_MS = 2000 };

static void allot(uint32_t room)
{
	struct arena *a = arena_new();
	set = (struct revocations){a, ARENA_ARRAY(a, struct entry, room), room, 0};
}

void revocation_close(void)
{
	if (set.arena)
		arena_free(set.arena);
	set.arena = NULL;
}

void revocation_open(void)
{
	revocation_close(); /* of a start that failed */
	allot(ROOM_LEAST);
	read_at = 0;
}

/* The entry of the id, or the free one where it would go. The last bytes of an id are random. */
static struct entry *place_of(struct uuid id)
{
	uint32_t i;
	memcpy(&i, id.b + 12, sizeof i);
	for (;; i++) {
		struct entry *e = &set.entries[i & (set.room - 1)];
		if (uuid_is_nil(e->id) || uuid_equal(e->id, id))
			return e;
	}
}

static void place(const struct entry *e)
{
	struct entry *at = place_of(e->id);
	set.used += uuid_is_nil(at->id);
	*at = *e;
}

static void rebuild(int64_t now)
{
	const struct revocations old = set;
	uint32_t live = 0, room = ROOM_LEAST;
	for (uint32_t i = 0; i < old.room; i++)
		live += old.entries[i].until > now;
	while (room < live * 4)
		room *= 2;
	allot(room);
	for (uint32_t i = 0; i < old.room; i++)
		if (old.entries[i].until > now)
			place(&old.entries[i]);
	arena_free(old.arena);
}

/* NULL: nothing that matters is known. */
static const struct entry *find(struct uuid id)
{
	const struct entry *e = place_of(id);
	return e->until > clock_now() ? e : NULL;
}

static void put(const struct entry *e)
{
	if (set.used * 2 >= set.room)
		rebuild(clock_now());
	place(e);
}

void session_was_ended(struct uuid session_id, int64_t at)
{
	put(&(struct entry){.id = session_id, .until = at + jwt_memory_us(), .role = ROLE_GUEST});
}

/* Whatever ends a user ends the sessions. */
bool session_is_live(struct uuid user_id, struct uuid session_id)
{
	(void)user_id;
	return !find(session_id);
}

void role_was_changed(struct uuid user_id, enum role role, int64_t version, int64_t at)
{
	const struct entry *known = find(user_id);
	if (!known || known->version < version)
		put(&(struct entry){user_id, at + jwt_memory_us(), version, role});
}

enum role role_now(struct uuid user_id, enum role role)
{
	const struct entry *known = find(user_id);
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
