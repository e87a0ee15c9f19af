/* The server as a whole: opened, given routes, drained, closed. */
#include "http/answer/answer.h"
#include "http/answer/cors.h"
#include "http/answer/reply.h"
#include "http/answer/stream.h"
#include "http/connection/connection.h"
#include "http/connection/listener.h"
#include "http/exchange/bodies.h"
#include "http/exchange/exchange.h"
#include "http/openapi/openapi.h"
#include "http/request/access.h"
#include "http/server.h"
#include "http/state.h"
#include "http/wire/blocks.h"
#include "http/wire/proxies.h"
#include "vobe/clock.h"

#include <sodium.h>
#include <stdio.h>

bool http_open(const struct http_config *cfg, const struct http_hooks *hooks)
{
	if (sodium_init() < 0) {
		fputs("libsodium finds no source of random numbers\n", stderr);
		return false;
	}
	server = (struct server){.config = *cfg, .hooks = *hooks};
	if (!proxies_open(cfg->trusted_proxies) || !limits_open(cfg->rates))
		return false;
	bodies_open(cfg->bodies_max);
	answers_open();
	cors_open(cfg->cors_origins);
	conns_open();
	streams_open();
	return true;
}

bool http_routes(const char *module, const struct route *table)
{
	bool fine = true;
	for (const struct route *r = table; r->path; r++)
		fine &= router_add(module, r);
	return fine;
}

int http_port(void)
{
	return server.port;
}

void http_drain(void)
{
	server.draining = true;
	server.drained_at = clock_mono();
	listener_drain();
	conns_drain();
}

bool http_is_idle(void)
{
	return server.stats.connections == 0;
}

void http_close(void)
{
	listener_close();
	conns_close();
	streams_close();
	constants_forget();
	openapi_close();
	answers_close();
	cors_close();
	router_close();
	limits_close();
	access_close();
	exchanges_close();
	blocks_close();
}

void http_read_stats(struct http_stats *out)
{
	*out = server.stats;
}
