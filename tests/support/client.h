/* A client of the module under test; its requests are answered while the loop runs. */
#ifndef SUPPORT_CLIENT_H
#define SUPPORT_CLIENT_H

#include "vobe/id.h"

#include <stddef.h>

/* printf to a ring of texts: lives until 64 calls later. For paths and bodies. */
const char *text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Of its text; ends the test if it is none. */
struct uuid uuid_from(const char *text);

/* An answer; everything lives until scene_stop. */
struct answer {
	int status;
	const char *head; /* the raw head */
	const char *body;
	size_t body_len;
};

/*
 * One request over a real socket while the loop runs. `as` is who asks: NULL a guest, "user:<uuid>",
 * "moderator:<uuid>", "superuser:<uuid>" (the scene's authenticate understands these as bearer tokens unless
 * the module under test is auth, then `as` is a real access token). `body` JSON or NULL. `headers` are
 * further lines, each with CRLF, or NULL.
 */
struct answer api(const char *method, const char *path, const char *as, const char *body);
struct answer api_with(const char *method, const char *path, const char *as, const char *headers,
		       const char *body);

/* Requests that are all under way at once, each on its own connection; answers[i] belongs to calls[i]. */
struct call {
	const char *method, *path, *as, *headers, *body;
};
void api_together(const struct call *calls, struct answer *answers, int count);

/* The same in two steps, for what happens between them. The request may wait for the loop to run. */
struct asking *api_begin(const struct call *c);
struct answer api_end(struct asking *it);

/* The value at a path like "items.0.author.id" of a JSON answer, as text, also of null; NULL when absent. */
const char *at(const struct answer *a, const char *path);
const char *header_of(const struct answer *a, const char *name);

#endif
