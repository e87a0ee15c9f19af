/* The one server of the process, as its parts see it. */
#ifndef HTTP_STATE_H
#define HTTP_STATE_H

#include "http/server.h"

struct server {
	struct http_config config;
	struct http_hooks hooks;
	struct http_stats stats;
	int port; /* the bound one */
	bool draining;
	int64_t drained_at; /* monotonic us: when that began */
};

extern struct server server;

#endif
