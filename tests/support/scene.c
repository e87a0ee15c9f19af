/* The scene of a module: boot with it alone, and a look into its outbox. */
#include "support/scene.h"

#include "app/boot.h"
#include "app/for_tests.h"
#include "app/idempotency.h"
#include "app/jobs.h"
#include "app/service.h"
#include "contracts/auth.h"
#include "core/for_tests.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "db/pool/pool.h"
#include "support/pg.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 30 * 1000, SETTINGS_MAX = 32, EVENTS_MAX = 64, JOBS_MAX = 16 };

static struct {
	struct module module; /* the one under test: hears only itself, and works only when it is told */
	const struct subscription *hears;
	struct subscription own[EVENTS_MAX];
	struct job jobs[JOBS_MAX];
	const struct module *list[2];
	const char *conninfo;
	const char *settings[SETTINGS_MAX];
	struct arena *arena;
	struct http_hooks hooks;
} scene;

void scene_failed(const char *what, const char *why)
{
	fprintf(stderr, "scene: %s: %s\n", what, why);
	exit(EXIT_FAILURE);
}

/* "user:<uuid>", "moderator:<uuid>", "superuser:<uuid>" */
static err fake_authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	static const struct {
		const char *name;
		enum role role;
	} roles[] = {{"user:", ROLE_USER}, {"moderator:", ROLE_MODERATOR}, {"superuser:", ROLE_SUPERUSER}};
	(void)cx;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
		size_t len = strlen(roles[i].name);
		if (!strncmp(token, roles[i].name, len) &&
		    uuid_read(token + len, strlen(token + len), &viewer->user_id)) {
			viewer->role = roles[i].role;
			return NULL;
		}
	}
	return UNAUTHENTICATED;
}

static err real_authenticate(struct ctx *cx, const char *token, struct viewer *viewer)
{
	return auth_sessions_service()->authenticate(cx, token, viewer);
}

static void hear_only_itself(const struct module *module)
{
	int n = 0;
	scene.module = *module;
	scene.hears = module->hears;
	memset(scene.own, 0, sizeof scene.own);
	for (const struct subscription *s = module->hears; s && s->name; s++)
		if (!strcmp(s->source, module->name))
			scene.own[n++] = *s;
	scene.module.hears = n ? scene.own : NULL;
}

/* A test says when a job runs: on a busy machine it would meet the one that comes by the clock. */
static void work_only_when_told(const struct module *module)
{
	int n = 0;
	memset(scene.jobs, 0, sizeof scene.jobs);
	for (const struct job *job = module->jobs; job && job->name && n < JOBS_MAX - 1; job++) {
		scene.jobs[n] = *job;
		scene.jobs[n++].told = true;
	}
	scene.module.jobs = scene.jobs;
}

static void settings_fill(const char *const *settings)
{
	int n = 0;
	scene.settings[n++] = arena_fmt(scene.arena, "db.conninfo=%s", scene.conninfo);
	scene.settings[n++] = "http.port=0";
	scene.settings[n++] = "http.limits=false";
	scene.settings[n++] = "log.level=warn";
	for (; settings && *settings && n < SETTINGS_MAX - 1; settings++)
		scene.settings[n++] = *settings;
	scene.settings[n] = NULL;
}

static err start_body(struct ctx *cx, void *arg)
{
	(void)arg;
	err e = boot_start(cx);
	if (e)
		scene_failed("start", e->detail);
	return NULL;
}

void scene_start(const struct module *module, const struct service *fakes, const char *const *settings)
{
	const char *const names[] = {module->name, NULL};
	char fault[512];

	scene.arena = arena_new();
	scene.conninfo = test_database(names);
	hear_only_itself(module);
	work_only_when_told(module);
	scene.list[0] = &scene.module;
	settings_fill(settings);
	services_add(fakes);
	scene.hooks = (struct http_hooks){.authenticate = strcmp(module->name, "auth") ? fake_authenticate
										       : real_authenticate,
					  .idempotency_find = idempotency_find,
					  .idempotency_store = idempotency_store};
	if (boot_open(&(struct boot_plan){.modules = scene.list,
					  .settings = scene.settings,
					  .hooks = &scene.hooks,
					  .serves = true,
					  .alone = true},
		      stderr))
		scene_failed("boot", "see above");
	if (!http_listen(fault, sizeof fault))
		scene_failed("listen", fault);
	loop_call(start_body, NULL, CALL_MS);
}

static err stop_body(struct ctx *cx, void *arg)
{
	(void)arg;
	boot_stop(cx);
	return NULL;
}

void scene_stop(void)
{
	loop_call(stop_body, NULL, CALL_MS);
	boot_close();
	arena_free(scene.arena);
}

const char *scene_conninfo(void)
{
	return scene.conninfo;
}

struct arena *scene_arena(void)
{
	return scene.arena;
}

err scene_call(err (*run)(struct ctx *cx, void *arg), void *arg)
{
	return loop_call(run, arg, CALL_MS);
}

struct hearing_call {
	const struct subscription *subscription;
	struct delivery delivery;
};

static err hear_body(struct ctx *cx, void *arg)
{
	struct hearing_call *call = arg;
	bool durable = call->subscription->hearing == DURABLE;
	struct change *ch = durable ? change_begin(cx) : NULL;
	TRY(call->subscription->apply(cx, ch, &call->delivery, 1));
	return durable ? change_commit(cx, ch) : NULL;
}

err scene_hear_(const struct event *ev, struct uuid id, int64_t version, const void *payload)
{
	for (const struct subscription *s = scene.hears; s && s->name; s++)
		for (const struct event *const *e = s->events; *e; e++)
			if (!strcmp((*e)->topic, ev->topic)) {
				struct hearing_call call = {s,
							    {.event = ev,
							     .payload_ = payload,
							     .event_id = uuid_new(),
							     .aggregate_id = id,
							     .aggregate_version = version,
							     .told_at = clock_now(),
							     .correlation_id = "test"}};
				err result = scene_call(hear_body, &call);
				if (result)
					return result;
			}
	return NULL;
}

int scene_told(const char *topic)
{
	char *n = test_sql(scene.conninfo, "SELECT count(*) FROM %s.outbox WHERE topic = '%s'",
			   scene.module.name, topic);
	int count = atoi(n);
	free(n);
	return count;
}

const char *scene_told_payload(const char *topic, int index)
{
	char *text = test_sql(
		scene.conninfo,
		"SELECT payload FROM %s.outbox WHERE topic = '%s' ORDER BY event_id OFFSET %d LIMIT 1",
		scene.module.name, topic, index);
	const char *copy = arena_str(scene.arena, text);
	free(text);
	return copy;
}

void scene_lose(const char *operation, const char *table)
{
	free(test_sql(scene.conninfo,
		      "SET search_path = %s; CREATE OR REPLACE FUNCTION lost() RETURNS trigger LANGUAGE "
		      "plpgsql AS 'BEGIN RETURN NULL; END';"
		      "CREATE TRIGGER lost BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION lost()",
		      scene.module.name, operation, table));
}

static err job_body(struct ctx *cx, void *name)
{
	return job_run(cx, &scene.module, name);
}

err scene_job(const char *name)
{
	return scene_call(job_body, (void *)name);
}
