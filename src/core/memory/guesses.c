/* Guesses at secrets, counted in memory of a fixed size, by keyed hash. */
#include "vobe/guesses.h"

#include "vobe/clock.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <string.h>

enum {
	WAYS = 4,     /* the place of a new one is that of the set's least guilty */
	SETS = 16384, /* 2 MiB in all */
	BURSTS = 64,  /* that wait to be told */
};

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

static struct guess_burst bursts[BURSTS];
static int burst_count;
static double attempts, window_us;

void guesses_open(int64_t most, int64_t within_s)
{
	attempts = (double)most;
	window_us = (double)within_s * SECOND_US;
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

/* What cannot be read as an address is a network of its own. */
static struct guess_network network_of(const char *address)
{
	struct guess_network n = {.narrow = 4};
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
	const double most = (attempts * pace->share < 1 ? 1 : attempts * pace->share) * width;
	const double per_us = attempts * width / pace->slowness / window_us;
	const int64_t now = clock_mono();

	c->spent = leaked(c->spent, (double)(now - c->at) * per_us);
	c->failures = leaked(c->failures, (double)(now - c->at) / FORGIVEN_US);
	c->at = now;
	return c->spent + 1 <= most ? 0 : (int)((c->spent + 1 - most) / per_us / SECOND_US) + 1;
}

struct guess guess_of(struct uuid account, const char *address)
{
	return (struct guess){.account = account, .from = network_of(address)};
}

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
			bursts[burst_count++] = (struct guess_burst){g->account, paces[i].failures};
}

/* Counts it as a failure until it is known to be right: guesses under way at once are all counted. */
int guess_begin(const struct guess *g)
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

void guess_was_right(const struct guess *g)
{
	struct count *narrow = narrow_of(g), *account = account_of(g);
	narrow->spent = narrow->failures = 0;
	account->failures = leaked(account->failures, 1);
}

void guess_was_not_made(const struct guess *g)
{
	struct count *narrow = narrow_of(g), *account = account_of(g);
	narrow->spent = leaked(narrow->spent, 1);
	narrow->failures = leaked(narrow->failures, 1);
	account->failures = leaked(account->failures, 1);
}

int guesses_take_bursts(struct guess_burst *out, int room)
{
	const int count = burst_count < room ? burst_count : room;
	memcpy(out, bursts, (size_t)count * sizeof *out);
	burst_count = 0;
	return count;
}
