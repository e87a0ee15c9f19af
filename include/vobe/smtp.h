/* Sending mail: one message to the server that the operator has named in a setting (RFC 5321). */
#ifndef VOBE_SMTP_H
#define VOBE_SMTP_H

#include "vobe/ctx.h"

#include <stddef.h>

/* SMTP_STARTTLS sends neither name, password nor message unless the server starts TLS and proves its name. */
enum smtp_security { SMTP_STARTTLS, SMTP_TLS, SMTP_PLAIN };

/* Everything is read while it is sent. Texts hold no line break: one is TRANSFER_BROKEN before anything is
 * sent.
 */
struct smtp_plan {
	const char *host;
	int port;
	enum smtp_security security;
	const char *user, *password; /* NULL or empty: no sign-in */
	const char *hello;           /* our name for EHLO; NULL or empty: the machine's */
	const char *from;            /* the envelope's sender, without <>; empty for a bounce */
	const char *const *to;       /* its recipients, NULL-terminated, at least one */
	const void *message; /* headers and body, lines end with CRLF; dots are the layer's business */
	size_t len;
	const char *ca_file;      /* certificates that are believed; NULL or empty: the system's */
	int connect_ms, total_ms; /* 0: 5,000 and 60,000 */
};

/* The server's last word: 0 and "" when it said none. */
struct smtp_answer {
	int code;         /* RFC 5321 section 4.2: 250, 451, 550 */
	const char *text; /* in the ctx's arena: "550 5.1.1 no such user", the last line of it */
};

PROBLEM(SMTP_DEFERRED, 502, "mail_deferred", "Mail refused for now",
	"The mail server does not take the message now (4xx). Send it again later.");
PROBLEM(SMTP_REFUSED, 502, "mail_refused", "Mail refused",
	"The mail server does not take the message (5xx). Sending it again will not help.");

/*
 * Suspends until the server has taken the message for all recipients (NULL), or not. Besides SMTP_DEFERRED
 * and SMTP_REFUSED the errors of vobe/transfer.h; after TRANSFER_BROKEN and TRANSFER_TIMEOUT the message may
 * have been taken all the same. *answer is filled in any case.
 */
err smtp_send(struct ctx *cx, const struct smtp_plan *plan, struct smtp_answer *answer);

#endif
