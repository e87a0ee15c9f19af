/* How often one may guess a password. Counts are in memory of a fixed size, by keyed hash. */
#include "modules/auth/guess.h"

#include "modules/auth/audit.h"
#include "modules/auth/password.h"
#include "modules/auth/user.h"
#include "vobe/clock.h"
#include "vobe/log.h"
#include "vobe/option.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

/* --- counts --- */

/* clang-format off */
enum {
	WAYS = 4,       /* the place of a new one is that of the set's least guilty */
	SETS = 16384,   /* 2 MiB in all */
	BURSTS = 64,    /* that wait for the audit log */
};
/* clang-format on */

#define FORGIVEN_US (15 * 60 * SECOND_US) /* after so long one failure less counts */

/* Of an account, or of an account and a network. Both numbers leak away; `at` is when they were right. */
struct count {
	uint64_t key; /* 0: nobody's */
	double spent, failures;
	int64_t at; /* clock_mono */
};
static struct count counts[SETS][WAYS];
static uint8_t hash_key[crypto_shorthash_KEYBYTES], nobody_key[crypto_generichash_KEYBYTES];

/* How slow an account is: guesses given at first, of those that the settings give, and the time for each
 * more. */
static const struct pace {
	int failures; /* from so many on */
	double share, slowness;
} paces[] = {{0, 1, 1}, {10, 0.5, 15}, {50, 0.5, 150}, {100, 0.5, 900}};
enum { PACES = sizeof paces / sizeof *paces };

static struct burst {
	struct uuid account;
	int failures;
} bursts[BURSTS];
static int burst_count;

void guesses_open(void)
{
	memset(counts, 0, sizeof counts);
	burst_count = 0;
	crypto_shorthash_keygen(hash_key);
	crypto_generichash_keygen(nobody_key);
}

struct uuid guess_nobody(const char *folded)
{
	struct uuid id;
	uint8_t hash[crypto_generichash_BYTES];
	crypto_generichash(hash, sizeof hash, (const uint8_t *)folded, strlen(folded), nobody_key,
			   sizeof nobody_key);
	memcpy(id.b, hash, sizeof id.b);
	return id;
}

static double leaked(double amount, double by)
{
	return amount > by ? amount - by : 0;
}

static double guilt(const struct count *c)
{
	return c->spent + c->failures;
}

static struct count *count_of(struct uuid account, const void *network, size_t len)
{
	uint8_t name[sizeof account + 17] = {0}, hash[crypto_shorthash_BYTES];
	uint64_t key;
	memcpy(name, account.b, sizeof account.b);
	name[sizeof account.b] = (uint8_t)len;
	memcpy(name + sizeof account.b + 1, network, len);
	crypto_shorthash(hash, name, sizeof name, hash_key);
	memcpy(&key, hash, sizeof key);
	key = key ? key : 1;

	struct count *set = counts[key % SETS], *least = set;
	for (int i = 0; i < WAYS; i++) {
		if (set[i].key == key)
			return &set[i];
		if (guilt(&set[i]) < guilt(least))
			least = &set[i];
	}
	*least = (struct count){.key = key, .at = clock_mono()};
	return least;
}

static const struct pace *pace_of(double failures)
{
	int i = PACES - 1;
	while (i > 0 && failures < paces[i].failures)
		i--;
	return &paces[i];
}

/* --- one guess --- */

/* Where it comes from, narrow and wide. */
struct network {
	uint8_t at[16];
	size_t narrow, wide; /* bytes; wide 0: none */
};

/* What cannot be read as an address is a network of its own. */
static struct network network_of(const char *address)
{
	struct network n = {.narrow = 4};
	if (inet_pton(AF_INET, address, n.at) == 1)
		return n;
	n.narrow = 8;
	n.wide = 6;
	inet_pton(AF_INET6, address, n.at);
	return n;
}

/* Seconds until `c` has room for one guess more of `width` times `pace`; 0: now. */
static int wait_of(struct count *c, const struct pace *pace, int width)
{
	const double attempts = (double)option_int("auth", "login_attempts");
	const double most = (attempts * pace->share < 1 ? 1 : attempts * pace->share) * width;
	const double per_us =
		attempts * width / pace->slowness / ((double)option_int("auth", "login_window") * SECOND_US);
	const int64_t now = clock_mono();

	c->spent = leaked(c->spent, (double)(now - c->at) * per_us);
	c->failures = leaked(c->failures, (double)(now - c->at) / FORGIVEN_US);
	c->at = now;
	return c->spent + 1 <= most ? 0 : (int)((c->spent + 1 - most) / per_us / SECOND_US) + 1;
}

struct guess {
	struct uuid account;
	struct network from;
	bool exists, known;
};

/* Found anew after each wait: another guess may have taken its place. */
static struct count *account_of(const struct guess *g)
{
	return count_of(g->account, "", 0);
}
static struct count *narrow_of(const struct guess *g)
{
	return count_of(g->account, g->from.at, g->from.narrow);
}

static void note_burst(const struct guess *g, double before, double after)
{
	for (int i = 1; i < PACES && g->exists; i++)
		if (before < paces[i].failures && after >= paces[i].failures && burst_count < BURSTS)
			bursts[burst_count++] = (struct burst){g->account, paces[i].failures};
}

/* Counts it as a failure until it is known to be right: guesses under way at once are all counted. */
static int guess_begin(const struct guess *g)
{
	static const struct pace unhurried = {0, 1, 1};
	struct count *account = account_of(g), *wide = NULL;
	wait_of(account, &unhurried, 1); /* brings it up to now */
	const double failures = account->failures;
	struct count *narrow = narrow_of(g);
	const int narrow_s = wait_of(narrow, pace_of(g->known ? narrow->failures : failures), 1);
	int wide_s = 0;
	if (g->from.wide && !g->known) {
		wide = count_of(g->account, g->from.at, g->from.wide);
		wide_s = wait_of(wide, pace_of(failures), 4);
	}
	if (narrow_s || wide_s)
		return narrow_s > wide_s ? narrow_s : wide_s;
	narrow->spent += 1;
	narrow->failures += 1;
	if (wide)
		wide->spent += 1;
	account = account_of(g);
	account->failures += 1;
	note_burst(g, failures, account->failures);
	return 0;
}

static void guess_was_right(const struct guess *g)
{
	struct count *narrow = narrow_of(g), *account = account_of(g);
	narrow->spent = narrow->failures = 0;
	account->failures = leaked(account->failures, 1);
}

static void guess_was_not_made(const struct guess *g)
{
	struct count *narrow = narrow_of(g), *account = account_of(g);
	narrow->spent = leaked(narrow->spent, 1);
	narrow->failures = leaked(narrow->failures, 1);
	account->failures = leaked(account->failures, 1);
}

/* --- passwords --- */

#define ORIGIN_FIELDS(F, T)                          \
	F(T, UUID, user_id, 0, "Who wants to get in") \
	F(T, TEXT, ip, 0, "From where")
STRUCT(origin_asked, ORIGIN_FIELDS);
SCHEMA(origin_asked, ORIGIN_FIELDS, "An account and an address");

#define KNOWN_FIELDS(F, T) F(T, BOOL, known, 0, "Whether it signed in from there before")
STRUCT(origin_known, KNOWN_FIELDS);
SCHEMA(origin_known, KNOWN_FIELDS, "Whether an address is known");

static QUERY_ROW(origin_look_up, origin_asked, origin_known,
		 "SELECT EXISTS (SELECT FROM sessions WHERE user_id = $user_id AND ip = $ip) AS known");

static err too_many(struct ctx *cx, int wait_s)
{
	struct problem *later = arena_copy(cx->arena, TOO_MANY_REQUESTS, sizeof *later);
	later->retry_after_s = wait_s;
	return later;
}

err password_guess(struct req *rq, struct uuid account, const char *stored, const char *password, bool *right,
		   const char **rehashed)
{
	const char *address = req_address(rq);
	struct guess g = {.account = account, .from = network_of(address), .exists = stored != NULL};
	struct origin_known origin;

	TRY(origin_look_up(&rq->cx, &(struct origin_asked){account, address}, &origin));
	g.known = origin.known;
	const int wait_s = guess_begin(&g);
	if (wait_s)
		return too_many(&rq->cx, wait_s);
	err e = password_verify(&rq->cx, password, stored, right, rehashed);
	if (e)
		guess_was_not_made(&g);
	else if (*right)
		guess_was_right(&g);
	return e;
}

err password_prove(struct req *rq, const struct user *u, const char *current_password)
{
	const char *rehashed;
	bool right;
	if (!current_password)
		return problem_fault(&rq->cx, "/current_password", "required",
				     "Send your password with this: it must be you who asks.");
	TRY(password_guess(rq, u->id, u->hashed_password, current_password, &right, &rehashed));
	return right ? NULL
		     : problem_fault(&rq->cx, "/current_password", "wrong_password",
				     "This is not your password.");
}

/* --- what is told of them --- */

err guesses_tell(struct ctx *cx)
{
	static const struct origin nowhere; /* they come from everywhere */
	struct burst told[BURSTS];
	const int count = burst_count;
	char id[UUID_TEXT];

	if (!count)
		return NULL;
	memcpy(told, bursts, sizeof told);
	burst_count = 0;
	struct change *ch = change_begin(cx);
	for (int i = 0; i < count; i++) {
		uuid_text(told[i].account, id);
		log_warn("password_guessed", "%d wrong passwords for account %s", told[i].failures, id);
		audit_add(cx, ch, "user.password_guessed", told[i].account, &nowhere,
			  arena_fmt(cx->arena, "{\"failures\":%d}", told[i].failures));
	}
	return change_commit(cx, ch);
}
