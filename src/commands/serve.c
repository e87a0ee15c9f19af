/* `vobemusic serve`: listens first, then reaches for the database until it answers, serves, and drains on a
 * signal. */
#include "commands/serve.h"

#include "app/boot.h"
#include "app/migration.h"
#include "app/modules.h"
#include "app/platform.h"
#include "commands/command.h"
#include "core/config/config.h"
#include "core/loop/loop.h"
#include "core/memory/memory.h"
#include "core/task/crash.h"
#include "core/task/task.h"
#include "vobe/log.h"
#include "vobe/option.h"

#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

enum { BACKOFF_MS = 500, BACKOFF_MAX_MS = 32 * 1000, HOLD_MS = 2000, DESCRIPTORS = 65536 };

static struct {
	struct ctx starting, stopping;
	struct event *signals[2];
	int code;
	bool stop_asked, started;
} serving;

static void print_addresses(void)
{
	const char *address = option_text("http", "address");
	const char *shown = !strcmp(address, "0.0.0.0") || !strcmp(address, "::") ? "127.0.0.1" : address;

	log_info("serving", "vobemusic %s serves http://%s:%d/api/v1, settings from %s", VOBE_VERSION, shown,
		 http_port(), config_source());
	if (!isatty(STDOUT_FILENO))
		return;
	printf("\n  API      http://%s:%d/api/v1\n  OpenAPI  http://%s:%d/openapi.json\n  Health   "
	       "http://%s:%d/readyz\n\n",
	       shown, http_port(), shown, http_port(), shown, http_port());
	fflush(stdout);
}

struct schema_look {
	struct migrate_report report;
	bool fine;
};

static void look_at_schema(void *arg)
{
	struct schema_look *look = arg;
	look->fine = migrate_modules_look(modules, &look->report);
}

/* UNAVAILABLE: the database is away, worth another try. */
static err schema_accept(struct ctx *cx)
{
	struct schema_look look;
	TRY(offload(cx, look_at_schema, &look));
	const struct problem *kind = look.report.exit_code == EX_UNAVAILABLE ? UNAVAILABLE : INTERNAL;
	return look.fine ? NULL : problem_detail(cx, kind, "%s", look.report.fault);
}

static err reach_database(struct ctx *cx)
{
	TRY(schema_accept(cx));
	return boot_start(cx);
}

static err start_serving(struct ctx *cx, void *arg)
{
	(void)arg;
	for (int pause = BACKOFF_MS;; pause = pause * 2 < BACKOFF_MAX_MS ? pause * 2 : BACKOFF_MAX_MS) {
		err e = reach_database(cx);
		if (!e)
			return NULL;
		if (e->status != 503 || serving.stop_asked) {
			fprintf(stderr, "vobemusic: %s\n", e->detail);
			return e;
		}
		log_warn("database_away", "%s; trying again in %d ms", e->detail, pause);
		TRY(wait_ms(cx, pause));
	}
}

static void starting_ended(void *arg, err result)
{
	(void)arg;
	serving.started = true;
	if (!result) {
		http_accept();
		print_addresses();
		service_manager_tell("READY=1");
	} else if (!serving.stop_asked) {
		serving.code = EX_CONFIG;
		loop_stop();
	}
	arena_free(serving.starting.arena);
	if (serving.stop_asked)
		loop_stop();
}

static err stop_serving(struct ctx *cx, void *arg)
{
	(void)arg;
	boot_stop(cx);
	return NULL;
}

static void stopping_ended(void *arg, err result)
{
	(void)arg;
	(void)result;
	arena_free(serving.stopping.arena);
	loop_stop();
}

static void signal_came(evutil_socket_t number, short what, void *arg)
{
	(void)what;
	(void)arg;
	if (serving.stop_asked)
		_exit(128 + number); /* asked twice: now */
	serving.stop_asked = true;
	log_info("stopping", "%s came; answering what runs, then stopping", strsignal(number));
	service_manager_tell("STOPPING=1");
	if (!serving.started) {
		task_cancel(serving.starting.task);
		return;
	}
	serving.stopping = (struct ctx){.arena = arena_new(), .request_id = "stop"};
	if (!task_start(&serving.stopping, stop_serving, NULL, stopping_ended))
		loop_stop();
}

static void signals_watch(void)
{
	static const int numbers[] = {SIGTERM, SIGINT};
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < 2; i++) {
		serving.signals[i] = evsignal_new(loop_base(), numbers[i], signal_came, NULL);
		evsignal_add(serving.signals[i], NULL);
	}
}

static void signals_forget(void)
{
	for (int i = 0; i < 2; i++)
		event_free(serving.signals[i]);
}

/* Clients are counted in descriptors; a login's soft limit (1024, kept low for select(2)) is no wish of the
 * operator's. */
static void descriptors_raise(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		log_warn("descriptors", "only few connections can be open at once: the limit of descriptors "
					"cannot be raised");
}

static bool follow_heap(void)
{
	memory_follow_heap();
	return false;
}

/* The database is taking its time: health can be asked for, and all else is answered 503. */
static void accept_now(void *arg)
{
	(void)arg;
	if (!serving.stop_asked)
		http_accept();
}

int command_serve(const struct command_line *line)
{
	char fault[512];
	memory_open();
	crash_watch();
	int code = boot_open(&(struct boot_plan){.modules = modules,
						 .config_path = line->config_path,
						 .settings = line->settings,
						 .serves = true},
			     stderr);
	if (code)
		return code;
	descriptors_raise();
	if (!http_listen(fault, sizeof fault)) {
		fprintf(stderr, "vobemusic: %s\n", fault);
		return EX_UNAVAILABLE;
	}
	http_hold();
	struct loop_timer *hold = loop_after_ms(HOLD_MS, accept_now, NULL);
	signals_watch();
	serving.starting = (struct ctx){.arena = arena_new(), .request_id = "start"};
	if (!task_start(&serving.starting, start_serving, NULL, starting_ended))
		return EX_SOFTWARE;
	loop_at_turn_end(follow_heap);
	loop_run();
	loop_timer_stop(hold);
	signals_forget();
	boot_close();
	return serving.code;
}
