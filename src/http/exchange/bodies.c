/* Bodies counted: see bodies.h. Only what did not come whole with its head is counted, so few requests get
 * here. */
#include "core/memory/memory.h"
#include "http/exchange/bodies.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
	TABLE = 1024,
	SHARES = 16, /* this part of all is the most that one address or one account may hold */
};

/* An address or an account with at least one body on its way. */
struct body_holder {
	struct body_holder *next;
	uint8_t key[1 + 16]; /* which of the two it is, then the address or the id */
	int bodies;
	size_t bytes;
};

static struct body_holder *table[TABLE];
static size_t most, held; /* bytes */

void bodies_open(size_t most_)
{
	most = most_;
}

static struct body_holder **place_of(const uint8_t key[17])
{
	static unsigned char hash_key[crypto_shorthash_KEYBYTES];
	static bool keyed;
	unsigned char hash[crypto_shorthash_BYTES];
	uint16_t slot;

	if (!keyed)
		randombytes_buf(hash_key, sizeof hash_key);
	keyed = true;
	crypto_shorthash(hash, key, 17, hash_key);
	memcpy(&slot, hash, sizeof slot);

	struct body_holder **at = &table[slot % TABLE];
	while (*at && memcmp((*at)->key, key, 17) != 0)
		at = &(*at)->next;
	return at;
}

static struct body_holder *enter(uint8_t kind, const uint8_t *id, size_t len)
{
	uint8_t key[17] = {kind};
	memcpy(key + 1, id, len);
	struct body_holder **at = place_of(key);
	if (!*at) {
		*at = memory_take(sizeof **at);
		**at = (struct body_holder){0};
		memcpy((*at)->key, key, sizeof key);
	}
	(*at)->bodies++;
	return *at;
}

static void leave(struct body_holder *h, size_t bytes)
{
	if (!h)
		return;
	h->bytes -= bytes;
	if (--h->bodies > 0)
		return;
	*place_of(h->key) = h->next;
	free(h);
}

void body_belongs(struct body_share *s, const struct peer *address, const struct uuid *user_id)
{
	s->address = enter('a', address->address, peer_key_len(address));
	if (!uuid_is_nil(*user_id))
		s->account = enter('u', user_id->b, sizeof user_id->b);
}

bool body_may_hold(const struct body_share *s, size_t more)
{
	size_t share = most / SHARES;
	return held + more <= most && (!s->address || s->address->bytes + more <= share) &&
	       (!s->account || s->account->bytes + more <= share);
}

void body_holds(struct body_share *s, size_t more)
{
	held += more;
	s->bytes += more;
	if (s->address)
		s->address->bytes += more;
	if (s->account)
		s->account->bytes += more;
}

void body_ends(struct body_share *s)
{
	held -= s->bytes;
	leave(s->address, s->bytes);
	leave(s->account, s->bytes);
	*s = (struct body_share){0};
}
