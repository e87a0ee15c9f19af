/*
 * One module, really started: its own database, pool, event log and HTTP server on a free port, with the
 * services it needs faked. For tests/modules/<name>/.
 */
#ifndef SUPPORT_SCENE_H
#define SUPPORT_SCENE_H

#include "vobe/module.h"

/*
 * Starts `module` with `fakes` (ends with an empty name) for its needs; options get their defaults, then
 * `settings` ("auth.argon2_memory=8m", NULL-terminated, may be NULL). Events of faked modules may be
 * injected with scene_hear. scene_stop is the end of it: SCENE(open_scene, scene_stop).
 */
void scene_start(const struct module *module, const struct service *fakes, const char *const *settings);
void scene_stop(void);
const char *scene_conninfo(void);
struct arena *scene_arena(void); /* until scene_stop */

/* Ends the test: it is the scene that failed, not what is tested. */
__attribute__((noreturn)) void scene_failed(const char *what, const char *why);

/* Runs straight-line code on a task, with a ctx of that viewer, until it ends. */
err scene_call(err (*run)(struct ctx *cx, void *arg), void *arg);

/* Gives the module an event as its bus would, durable ones with a change that is then committed. */
#define scene_hear(ev, id, version, ...) scene_hear_(&(ev)->event, (id), (version), __VA_ARGS__)
err scene_hear_(const struct event *ev, struct uuid id, int64_t version, const void *payload);

/* Events the module has told since the start, oldest first, as topics and payload JSON, from its outbox. */
int scene_told(const char *topic); /* how many of that topic */
const char *scene_told_payload(const char *topic, int index);

/*
 * From now on each UPDATE, or INSERT, of that table of the module comes too late: as if somebody else had
 * changed what its WHERE asks for between the reading and the writing, it writes no row.
 */
void scene_lose(const char *operation, const char *table);

/* Runs the named job of the module once. */
err scene_job(const char *name);

#endif
