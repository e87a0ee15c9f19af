/* Wiring and checks. */
#include "app/boot.h"

#include "app/agreement.h"
#include "app/idempotency.h"
#include "app/installation.h"
#include "app/jobs.h"
#include "app/options.h"
#include "app/platform.h"
#include "app/running.h"
#include "app/service.h"
#include "bus/bus.h"
#include "core/config/config.h"
#include "core/log/logging.h"
#include "core/loop/loop.h"
#include "core/task/task.h"
#include "core/task/works.h"
#include "db/loader/cache.h"
#include "transfer/transfers.h"
#include "vobe/log.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { STACK_BYTES = 64 * 1024, WORK_ENDS_MS = 5000 };

static struct boot_plan plan;
static struct violation
	*violations[MODULES_MAX]; /* of running.modules[i], as its pool knows them; ours to free */
static int module_count, started_count;
static bool pools_checked, bus_started;

static err route_admit(const struct route *route)
{
	(void)route;
	return running.ready ? NULL : UNAVAILABLE;
}

static bool settings_read(FILE *faults)
{
	options_declare(plan.modules);
	return config_read(plan.config_path, plan.settings, faults);
}

static void runtime_open(void)
{
	loop_open();
	tasks_open((int)option_int("server", "tasks_max"), STACK_BYTES);
	workers_open((int)option_int("server", "hash_threads"), (int)option_int("server", "hash_queue"));
	db_open();
	cache_open((size_t)option_int("cache", "bytes"));
	transfers_open();
}

static bool graph_order(FILE *faults)
{
	if (plan.alone) {
		running.modules[0] = plan.modules[0];
		return true;
	}
	char *fault = bus_graph_fault(plan.modules);
	if (fault) {
		fprintf(faults, "vobemusic: the modules do not fit together: %s\n", fault);
		free(fault);
		return false;
	}
	bus_order(plan.modules, running.modules);
	return true;
}

/* The module's own violations and those of the tables every schema has. */
static struct violation *violations_of(const struct module *m)
{
	int n = 0;
	while (m->violations && m->violations[n].constraint)
		n++;
	struct violation *all = calloc((size_t)n + 2, sizeof *all);
	if (!all)
		abort();
	if (n)
		memcpy(all, m->violations, (size_t)n * sizeof *all);
	all[n] = idempotency_violation;
	return all;
}

static void module_open(const struct module *m)
{
	violations[module_count] = violations_of(m);
	struct pool *pool = pool_open(&(struct pool_config){
		.module = m->name,
		.conninfo = options_conninfo(m->name),
		.write_lanes = (int)option_int("db", "write_lanes"),
		.slow_lanes = (int)option_int("db", "slow_lanes"),
		.queue_max = (int)option_int("db", "queue_max"),
		.statement_timeout_ms = (int)option_int("db", "statement_timeout") * 1000,
		.slow_timeout_ms = (int)option_int("db", "slow_timeout") * 1000,
		.lock_timeout_ms = (int)option_int("db", "lock_timeout") * 1000,
		.idle_transaction_timeout_ms = (int)option_int("db", "idle_transaction_timeout") * 1000,
		.slow_ms = (int)option_int("db", "slow_statement_ms"),
		.violations = violations[module_count],
		.caches = option_bool("db", "caches"),
	});
	pool_declared(pool);
	idempotency_open(m->name, pool);
	installation_open(m->name, pool);
}

static const struct http_rate *rates(void)
{
	static struct http_rate table[10];
	memcpy(table,
	       (const struct http_rate[10]){
		       {"address", (int)option_int("http", "address_limit"), 5 * 60},
		       {"guest", (int)option_int("http", "guest_limit"), 5 * 60},
		       {"user", (int)option_int("http", "user_limit"), 5 * 60},
		       {"writes", (int)option_int("http", "writes_limit"), 60},
		       {"register", (int)option_int("http", "register_limit"), 30 * 60},
		       {"login", (int)option_int("http", "login_limit"), 20},
		       {"chat", (int)option_int("http", "chat_limit"), 60},
		       {"refresh", (int)option_int("http", "refresh_limit"), 60},
		       {"refusals", (int)option_int("http", "refusals_limit"), 30 * 60},
		       {0},
	       },
	       sizeof table);
	return table;
}

static int connections_per_address(void)
{
	const int own = (int)option_int("http", "connections_per_address");
	const int sixteenth = (int)option_int("http", "connections_max") / 16;
	return own > 0 ? own : sixteenth > 0 ? sixteenth : 1;
}

static bool routes_open(void)
{
	static struct http_hooks hooks;
	hooks = plan.hooks ? *plan.hooks : platform_hooks;
	hooks.admit = route_admit;
	bool fine = http_open(
		&(struct http_config){
			.address = option_text("http", "address"),
			.port = (int)option_int("http", "port"),
			.inherited_fd = -1,
			.reuse_port = option_bool("http", "reuse_port"),
			.connections_max = (int)option_int("http", "connections_max"),
			.connections_per_address = connections_per_address(),
			.head_ms = (int)option_int("http", "head_timeout") * 1000,
			.body_ms = (int)option_int("http", "body_timeout") * 1000,
			.idle_ms = (int)option_int("http", "idle_timeout") * 1000,
			.stall_ms = (int)option_int("http", "stall_timeout") * 1000,
			.request_ms = (int)option_int("http", "request_timeout") * 1000,
			.trusted_proxies = option_bool("http", "trust_forwarded")
						   ? option_text("http", "trusted_proxies")
						   : NULL,
			.bodies_max = (size_t)option_int("http", "bodies_max"),
			.public_url = option_text("http", "public_url"),
			.cors_origins = option_text("http", "cors_origins"),
			.limits = option_bool("http", "limits"),
			.rates = rates(),
			.gzip_least = (int)option_int("http", "gzip_least"),
			.access = (enum access_log)option_choice("log", "access"),
		},
		&hooks);
	fine = fine && http_routes("platform", platform_routes) &&
	       http_routes("platform", platform_admin_routes) && http_routes("platform", reindex_routes);
	for (int i = 0; fine && i < module_count; i++)
		for (const struct route *const *table = running.modules[i]->routes; fine && table && *table;
		     table++)
			fine = http_routes(running.modules[i]->name, *table);
	return fine;
}

int boot_open(const struct boot_plan *plan_, FILE *faults)
{
	plan = *plan_;
	module_count = started_count = 0;
	pools_checked = bus_started = false;
	running = (struct running){0};
	if (!settings_read(faults))
		return EX_CONFIG;
	log_open(2, (enum log_level)option_choice("log", "level"),
		 (enum log_format)option_choice("log", "format"));
	if (!graph_order(faults))
		return EX_CONFIG;
	runtime_open();
	for (; running.modules[module_count]; module_count++)
		module_open(running.modules[module_count]);
	if (!tables_agree(running.modules, faults))
		return EX_CONFIG;
	bus_open(
		&(struct bus_config){
			.sweep_ms = (int)option_int("bus", "sweep_ms"),
			.batch_max = (int)option_int("bus", "batch_max"),
			.ring_slots = (int)option_int("bus", "ring_slots"),
			.retention_s = (int)option_int("bus", "retention"),
			.answers_s = (int)option_int("bus", "answers_kept"),
			.letters_s = (int)option_int("bus", "dead_letters_kept"),
			.patience_s = (int)option_int("bus", "patience"),
		},
		running.modules);
	return plan.serves && !routes_open() ? EX_SOFTWARE : 0;
}

static err module_start(struct ctx *cx, const struct module *m)
{
	services_enter(m);
	err e = m->start ? m->start(cx) : NULL;
	services_enter(NULL);
	if (!e)
		services_add(m->services);
	return e;
}

static err check_pool(struct ctx *cx, void *arg)
{
	return pool_check(cx, arg);
}

/* All at once: each waits for a server process to start and to prepare its statements. */
static err pools_check(struct ctx *cx)
{
	struct branch *branches = ARENA_ARRAY(cx->arena, struct branch, module_count);

	for (int i = 0; i < module_count; i++)
		branches[i] = (struct branch){check_pool, pool_of(running.modules[i]->name), NULL};
	together(cx, branches, module_count);
	for (int i = 0; i < module_count; i++)
		TRY(branches[i].result);
	pools_checked = true;
	return NULL;
}

err boot_start(struct ctx *cx)
{
	if (!pools_checked)
		TRY(pools_check(cx));
	if (plan.serves)
		TRY(installation_seal(cx));
	for (; started_count < module_count; started_count++)
		TRY(module_start(cx, running.modules[started_count]));
	if (!bus_started)
		TRY(bus_start(cx));
	bus_started = true;
	for (int i = 0; plan.serves && i < module_count; i++) {
		jobs_start(running.modules[i]);
		pool_warm(pool_of(running.modules[i]->name));
	}
	running.ready = true;
	if (!running.started_us)
		running.started_us = clock_mono_now();
	return NULL;
}

static bool pools_busy(void)
{
	bool busy = false;
	for (int i = 0; i < module_count; i++)
		busy |= pool_is_busy(pool_of(running.modules[i]->name));
	return busy;
}

static void drain_requests(struct ctx *cx)
{
	int64_t patience = clock_mono_now() + option_int("server", "drain") * SECOND_US;
	http_drain();
	while (!http_is_idle() && clock_mono_now() < patience && !wait_ms(cx, 5))
		;
}

void boot_stop(struct ctx *cx)
{
	running.ready = false;
	if (plan.serves) {
		drain_requests(cx);
		works_finish(cx, WORK_ENDS_MS);
		jobs_finish(cx);
	}
	if (bus_started)
		bus_drain(cx);
	for (int tries = 0; pools_busy() && tries < 400 && !wait_ms(cx, 5); tries++)
		;
	for (int i = started_count; i-- > 0;)
		if (running.modules[i]->stop)
			running.modules[i]->stop();
}

void boot_close(void)
{
	if (plan.serves)
		http_close();
	bus_close();
	jobs_forget();
	for (int i = 0; i < module_count; i++)
		pool_close(pool_of(running.modules[i]->name));
	while (module_count > 0)
		free(violations[--module_count]);
	idempotency_close(); /* the pools knew their statements */
	installation_close();
	cache_close();
	db_close();
	transfers_close();
	workers_close();
	tasks_close();
	loop_close();
	services_forget();
	config_forget();
}
