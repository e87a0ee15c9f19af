/*
 * One module, really started: its own database, pool, event log and HTTP server on a free port, with the services it
 * needs faked. For tests/modules/<name>/.
 */
#ifndef SUPPORT_HARNESS_H
#define SUPPORT_HARNESS_H

#include "vobe/module.h"

/*
 * Starts `module` with `fakes` (ends with an empty name) for its needs; options get their defaults, then `settings`
 * ("auth.argon2_memory=8m", NULL-terminated, may be NULL). Ends the test on a failure. Events of faked modules may be
 * injected with harness_hear. Call harness_stop at the end (checked fixtures do).
 */
void harness_start(const struct module *module, const struct service *fakes, const char *const *settings);
void harness_stop(void);
const char *harness_conninfo(void);

/* An answer; everything lives until harness_stop. */
struct answer {
	int status;
	const char *head; /* the raw head */
	const char *body;
	size_t body_len;
};

/*
 * One request over a real socket while the loop runs. `as` is who asks: NULL a guest, "user:<uuid>", "moderator:<uuid>",
 * "superuser:<uuid>" (the harness's authenticate understands these as bearer tokens unless the module under test is auth,
 * then `as` is a real access token). `body` JSON or NULL. `headers` are further lines, each with CRLF, or NULL.
 */
struct answer api(const char *method, const char *path, const char *as, const char *body);
struct answer api_with(const char *method, const char *path, const char *as, const char *headers, const char *body);

/* Requests that are all under way at once, each on a connection of its own; answers[i] belongs to calls[i]. */
struct call { const char *method, *path, *as, *headers, *body; };
void api_together(const struct call *calls, struct answer *answers, int count);

/* The value at a path like "items.0.author.id" of a JSON answer, as text ("null" for null); NULL when absent. */
const char *at(const struct answer *a, const char *path);
const char *header_of(const struct answer *a, const char *name);

/* Runs straight-line code on a task, with a ctx of that viewer, until it ends. */
err harness_call(err (*run)(struct ctx *cx, void *arg), void *arg);

/* Gives the module an event as its bus would (durable ones with a change that is then committed); waits for the result. */
#define harness_hear(ev, id, version, ...) harness_hear_(&(ev)->event, (id), (version), __VA_ARGS__)
err harness_hear_(const struct event *ev, struct uuid id, int64_t version, const void *payload);

/* Events the module has told since the start, oldest first, as topics and payload JSON, from its outbox. */
int harness_told(const char *topic); /* how many of that topic */
const char *harness_told_payload(const char *topic, int index);

/*
 * From now on each UPDATE, or INSERT, of that table of the module comes too late: as if somebody else had changed what
 * its WHERE asks for between the reading and the writing, it writes no row.
 */
void harness_lose(const char *operation, const char *table);

/* Runs the named job of the module once. */
err harness_job(const char *name);

#endif
