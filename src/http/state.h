/* The one server of the process, and how its parts are opened and closed. */
#ifndef HTTP_STATE_H
#define HTTP_STATE_H

#include "http/server.h"

struct server {
	struct http_config config;
	struct http_hooks hooks;
	struct http_stats stats;
	bool draining;
	int64_t drained_at; /* monotonic us: when that began */
};

extern struct server server;

/* Input and output buffers of connections, recycled. */
enum { BLOCK = 16384 };
char *block_take(void);
void block_give(char *block); /* NULL is fine */
void blocks_close(void);

/* Connections counted by address. peer_enter: false, the address has `most` already. */
struct peer {
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
};
bool peer_enter(const struct peer *p, int most);
void peer_leave(const struct peer *p);
bool peer_is_loopback(const struct peer *p);

/* Client addresses as text and back; ADDRESS_TEXT holds any. */
enum { ADDRESS_TEXT = 46 };
void peer_text(const struct peer *p, char out[ADDRESS_TEXT]);
bool peer_read(const char *s, size_t len, struct peer *out);

#endif
