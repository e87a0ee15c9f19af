/*
 * Our whole HTTP stack without modules or database: router, rate limits, request ids, security headers, a
 * task for each request; the handler answers 200 bytes of JSON. To be compared with minimal_server.c. Prints
 * its port; ends with SIGTERM.
 */
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "http/server.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { BODY = 200 };

static char body[BODY];

HANDLER(get_static, none, none, none);
static err get_static(struct req *rq)
{
	return reply_bytes(rq, "application/json", body, sizeof body);
}

static const struct route routes[] = {
	ROUTE(GET, "/static", ANYONE, 200, get_static, "Get what never changes",
	      .produces = "application/json"),
	{0},
};

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what, (void)arg;
	loop_stop();
}

int main(int argc, char **argv)
{
	static const struct http_rate plenty[] = {{"guest", 1000000000, 1000}, {0}};
	const struct http_config cfg = {
		.address = "127.0.0.1",
		.port = argc > 1 ? atoi(argv[1]) : 0,
		.inherited_fd = -1,
		.connections_max = 20000,
		.connections_per_address = 20000,
		.head_ms = 5000,
		.body_ms = 10000,
		.idle_ms = 60000,
		.stall_ms = 10000,
		.request_ms = 5000,
		.cors_origins = "*",
		.limits = true,
		.rates = plenty,
		.gzip_least = 1024,
	};
	char fault[256];
	memset(body, 'x', BODY);
	memcpy(body, "{\"text\":\"", 9);
	memcpy(body + BODY - 2, "\"}", 2);
	loop_open();
	tasks_open(4096, 64 * 1024);
	if (!http_open(&cfg, &(struct http_hooks){0}) || !http_routes("bench", routes) ||
	    !http_listen(fault, sizeof fault))
		return EXIT_FAILURE;
	printf("%d\n", http_port());
	fflush(stdout);
	event_add(evsignal_new(loop_base(), SIGTERM, on_signal, NULL), NULL);
	loop_run();
	http_close();
	tasks_close();
	return EXIT_SUCCESS;
}
