/* Client addresses: counted, so that one cannot take all connections; as text for handlers and logs. */
#include "core/memory/memory.h"
#include "http/wire/peers.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE = 4096 };

/* An address with at least one connection. */
struct counted {
	struct counted *next;
	struct peer peer;
	int connections;
};

static struct counted *table[TABLE];

static const uint8_t v4_prefix[12] = {[10] = 0xff, [11] = 0xff};

bool peer_is_v4(const struct peer *p)
{
	return memcmp(p->address, v4_prefix, sizeof v4_prefix) == 0;
}

size_t peer_key_len(const struct peer *p)
{
	return peer_is_v4(p) ? sizeof p->address : sizeof p->address / 2;
}

static struct counted **place_of(const struct peer *p)
{
	static unsigned char key[crypto_shorthash_KEYBYTES];
	static bool keyed;
	unsigned char hash[crypto_shorthash_BYTES];
	size_t len = peer_key_len(p);
	uint16_t slot;

	if (!keyed)
		randombytes_buf(key, sizeof key);
	keyed = true;
	crypto_shorthash(hash, p->address, len, key);
	memcpy(&slot, hash, sizeof slot);

	struct counted **at = &table[slot % TABLE];
	while (*at && memcmp((*at)->peer.address, p->address, len) != 0)
		at = &(*at)->next;
	return at;
}

bool peer_enter(const struct peer *p, int most)
{
	struct counted **at = place_of(p);
	if (!*at) {
		*at = memory_take(sizeof **at);
		**at = (struct counted){.peer = *p};
	}
	if ((*at)->connections >= most)
		return false;
	(*at)->connections++;
	return true;
}

void peer_leave(const struct peer *p)
{
	struct counted **at = place_of(p), *gone = *at;
	if (!gone || --gone->connections > 0)
		return;
	*at = gone->next;
	free(gone);
}

uint64_t peer_network(const struct peer *p)
{
	uint64_t n = 1; /* tells the families apart, as it ends elsewhere */
	int from = peer_is_v4(p) ? 12 : 0, to = peer_is_v4(p) ? 15 : 6;
	for (int i = from; i < to; i++)
		n = n << 8 | p->address[i];
	return n;
}

/* inet_ntop goes through printf, which is as dear as the rest of a small request. */
static void v4_text(const unsigned char *bytes, char *out)
{
	for (int i = 0; i < 4; i++) {
		unsigned n = bytes[i];
		if (n >= 100)
			*out++ = (char)('0' + n / 100);
		if (n >= 10)
			*out++ = (char)('0' + n / 10 % 10);
		*out++ = (char)('0' + n % 10);
		*out++ = i < 3 ? '.' : '\0';
	}
}

void peer_text(const struct peer *p, char out[ADDRESS_TEXT])
{
	if (peer_is_v4(p))
		v4_text((const unsigned char *)p->address + sizeof v4_prefix, out);
	else
		inet_ntop(AF_INET6, p->address, out, ADDRESS_TEXT);
}

bool peer_read(const char *s, size_t len, struct peer *out)
{
	char text[ADDRESS_TEXT];
	if (len == 0 || len >= sizeof text)
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET6, text, out->address) == 1)
		return true;
	memcpy(out->address, v4_prefix, sizeof v4_prefix);
	return inet_pton(AF_INET, text, out->address + sizeof v4_prefix) == 1;
}
