/* Who is at the other end of a connection: addresses. */
#ifndef HTTP_PEERS_H
#define HTTP_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer {
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
};

/* Connections counted by address. peer_enter: false, the address has `most` already. */
bool peer_enter(const struct peer *p, int most);
void peer_leave(const struct peer *p);
bool peer_is_v4(const struct peer *p);

/* Bytes of the address that tell customers apart: all of IPv4, the /64 of IPv6, which is one customer (RFC
 * 6177). */
size_t peer_key_len(const struct peer *p);

/* The network as a number that is not 0: the /24 of IPv4, the /48 of IPv6, which is one site (RFC 6177). */
uint64_t peer_network(const struct peer *p);

/* Addresses as text and back; ADDRESS_TEXT holds any. */
enum { ADDRESS_TEXT = 46 };
void peer_text(const struct peer *p, char out[ADDRESS_TEXT]);
bool peer_read(const char *s, size_t len, struct peer *out);

#endif
