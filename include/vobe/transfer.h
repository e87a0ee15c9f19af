/*
 * Outgoing transfers over HTTP: asking servers that the operator has named in a setting, and none else. An
 * address that came from a user, a post or another server's answer has no business here: redirects are not
 * followed, the environment's proxies are ignored, and a server must prove its name by a certificate.
 */
#ifndef VOBE_TRANSFER_H
#define VOBE_TRANSFER_H

#include "vobe/ctx.h"

#include <stddef.h>

/* What a transfer asks. Everything is read while it lasts, so it lives in the ctx's arena or longer. */
struct transfer_plan {
	const char *url;            /* http or https, of an operator's setting */
	const char *method;         /* NULL: GET, or POST with a body */
	const char *const *headers; /* lines "Name: value", NULL-terminated, or NULL */
	const void *body;           /* or NULL */
	size_t body_len;
	const char *ca_file; /* certificates that are believed; NULL or empty: the system's */
	const char *proxy;   /* of an operator's setting; NULL or empty: none */

	/* Time-outs in milliseconds; 0 stands for the value in brackets. */
	int connect_ms;    /* name, connection and TLS (5,000) */
	int first_byte_ms; /* from the beginning to the first byte of the answer's head (60,000) */
	int gap_ms;        /* between two pieces of the answer (30,000) */
	int total_ms;      /* of the whole (300,000) */
};

/* What becomes of one, besides CANCELLED and DEADLINE_PASSED of the unit of work. */
PROBLEM(TRANSFER_UNREACHABLE, 502, "upstream_unreachable", "Upstream unreachable",
	"No connection to the server behind this service came about. Nothing was sent; try again later.");
PROBLEM(TRANSFER_TIMEOUT, 504, "upstream_timeout", "Upstream too slow",
	"The server behind this service did not answer in time. Try again later.");
PROBLEM(TRANSFER_BROKEN, 502, "upstream_broken", "Upstream answered wrongly",
	"The server behind this service broke off, or its answer makes no sense. Try again later.");
PROBLEM(TRANSFER_TOO_LARGE, 502, "upstream_too_large", "Upstream answered too much",
	"The answer of the server behind this service is larger than what is expected of it.");

/* One request under way. Ends with the ctx's arena, or before by transfer_end. Used by one task. */
struct transfer;

/* Begins it; suspends nowhere. The connection is made while the task waits below. Never NULL. */
struct transfer *transfer_begin(struct ctx *cx, const struct transfer_plan *plan);

/* Suspends until the answer's head is there; *status is its HTTP status. A redirect is an answer like others.
 */
err transfer_head(struct ctx *cx, struct transfer *t, int *status);

/* The value of a header of the answer, any letter case; NULL: absent. Lives as long as the transfer. */
const char *transfer_header(const struct transfer *t, const char *name);

/* A piece of the answer's body, valid until the next call. */
struct piece {
	const char *at;
	size_t len; /* 0: `patience_ms` passed, or `is_last` */
	bool is_last;
};

/*
 * Suspends until more of the body is there, all of it, or `patience_ms` have passed (0: none). Upstream is
 * read no further than 64 KiB ahead of the reader. Any error ends the transfer and closes its socket.
 */
err transfer_next(struct ctx *cx, struct transfer *t, int patience_ms, struct piece *piece);

/* Another time-out between two pieces from now on. */
void transfer_gap(struct transfer *t, int gap_ms);

/*
 * Ends it and closes its socket in this turn of the loop. A task that waits for it gets TRANSFER_BROKEN.
 * Idempotent; NULL is fine.
 */
void transfer_end(struct transfer *t);

/* A whole answer. */
struct transfer_answer {
	int status;
	const char *body; /* in the ctx's arena, with a NUL behind it */
	size_t len;
	const struct transfer *transfer; /* for transfer_header */
};

/* Suspends until the whole answer is there; a body of more than `max` bytes is TRANSFER_TOO_LARGE. */
err transfer_whole(struct ctx *cx, const struct transfer_plan *plan, size_t max,
		   struct transfer_answer *answer);

#endif
