/*
 * A server of one connection that plays a script on a thread of its own, over a real socket: what it says,
 * when, and where it stops being polite.
 */
#ifndef TESTS_TRANSFER_SERVER_H
#define TESTS_TRANSFER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum act {
	HEAR_HEAD,  /* reads up to an empty line */
	HEAR_LINE,  /* reads one line */
	HEAR_UNTIL, /* reads up to `text` */
	SAY,        /* sends `text`, `times` times (0: once) */
	DRIP,       /* sends `text` a byte every `times` ms */
	PAUSE,      /* `times` ms */
	RESET,      /* closes with RST */
	AWAIT_END,  /* until the client has closed */
};

/* Ends with one that has no text and is no act: {0} hears a head, so a script ends with END. */
struct step {
	enum act act;
	const char *text;
	int times;
	bool is_end;
};
#define END {.is_end = true}

/* Listens on a free port of 127.0.0.1, plays the script for the first who comes, then closes. One server a
 * name. */
struct server;
struct server *server_start(const struct step *script);
int server_port(const struct server *s);
const char *server_heard(struct server *s); /* all that came, once it has ended */
bool server_was_asked(const struct server *s);
int64_t server_left_us(struct server *s); /* monotonic us when the client closed (AWAIT_END); waits for it */
size_t server_said(const struct server *s); /* bytes sent so far */
void server_end(struct server *s);          /* waits for the script's end */

#endif
