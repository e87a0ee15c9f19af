/* Trusted proxies: a handful of networks, looked through one by one. */
#include "http/wire/proxies.h"
#include "vobe/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROXIES_MAX = 64 };

static struct network {
	struct peer base;
	int bits; /* of the 128, IPv4 as ::ffff:a.b.c.d */
} networks[PROXIES_MAX];
static int network_count;

/* "address" or "address/bits" of the address's own family. */
static bool network_read(const char *text, size_t len, struct network *out)
{
	const char *slash = memchr(text, '/', len);
	size_t address = slash ? (size_t)(slash - text) : len;
	if (!peer_read(text, address, &out->base))
		return false;
	int most = peer_is_v4(&out->base) && !memchr(text, ':', address) ? 32 : 128, bits = most;
	if (slash) {
		char *end;
		long n = strtol(slash + 1, &end, 10);
		if (slash[1] < '0' || slash[1] > '9' || end != text + len || n > most)
			return false;
		bits = (int)n;
	}
	out->bits = 128 - most + bits;
	return true;
}

static bool refuse(const char *text, size_t len)
{
	fprintf(stderr,
		"http.trusted_proxies: \"%.*s\" is no address and no network such as 10.0.0.0/8 or "
		"fd00::/8\n",
		(int)len, text);
	return false;
}

bool proxies_open(const char *list)
{
	const char *blank = " \t";
	network_count = 0;
	for (const char *at = list ? list : ""; *at;) {
		at += strspn(at, blank);
		size_t part = strcspn(at, ","), len = part;
		while (len > 0 && strchr(blank, at[len - 1]))
			len--;
		if (network_count == PROXIES_MAX || !network_read(at, len, &networks[network_count]))
			return refuse(at, len);
		network_count++;
		at += part + (at[part] == ',');
	}
	if (network_count)
		log_warn("proxies_trusted",
			 "Whoever connects from %s is believed when X-Forwarded-For says who the client is. "
			 "Only proxies that "
			 "write this header themselves may be able to connect from there.",
			 list);
	return true;
}

static bool is_within(const struct peer *p, const struct network *n)
{
	int whole = n->bits / 8, rest = n->bits % 8;
	if (memcmp(p->address, n->base.address, (size_t)whole) != 0)
		return false;
	return rest == 0 || (p->address[whole] ^ n->base.address[whole]) >> (8 - rest) == 0;
}

bool peer_is_proxy(const struct peer *p)
{
	for (int i = 0; i < network_count; i++)
		if (is_within(p, &networks[i]))
			return true;
	return false;
}
