/* The operator's room: what the modules count, whether counters agree, the event log and its dead letters,
 * settings. */
#include "app/platform.h"
#include "app/redact.h"
#include "app/running.h"
#include "app/upkeep.h"

#include "bus/bus.h"
#include "contracts/audit.h"
#include "core/config/config.h"
#include "core/task/task.h"
#include "db/pool/pool.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- numbers --- */

#define FIGURE_FIELDS(F, T)                                              \
	F(T, TEXT, module, 0, "Whose number it is")                      \
	F(T, TEXT, name, 0, "Its name")                                  \
	F(T, INT, value, 0, "The number now")                            \
	F(T, TEXT, description, 0, "What it counts")
STRUCT(figure, FIGURE_FIELDS);
SCHEMA(figure, FIGURE_FIELDS, "A number that operators watch");

/* Bytes of the process in memory (proc(5), statm), 0 where that cannot be read. */
static int64_t resident_bytes(void)
{
	long long all, resident = 0;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%lld %lld", &all, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return resident * sysconf(_SC_PAGESIZE);
}

static int platform_figures(struct figure *out)
{
	struct http_stats http;
	http_read_stats(&http);
	const struct figure all[] = {
		{"platform", "uptime_s", clock_mono_now() / SECOND_US - running.started_us / SECOND_US,
		 "Seconds since the start"},
		{"platform", "memory_bytes", resident_bytes(), "Memory of the process, of this instance"},
		{"platform", "tasks", tasks_live(),
		 "Units of work under way, of this instance; open streams that wait have none"},
		{"platform", "connections", http.connections, "Open connections, of this instance"},
		{"platform", "requests", (int64_t)http.requests,
		 "Requests answered since the start, by this instance"},
	};
	memcpy(out, all, sizeof all);
	return (int)(sizeof all / sizeof *all);
}

enum { FIGURES_ROOM = 256, DB_FIGURES = 5 };

/* How a module's changes and lists were sent by this instance. */
static int db_figures(const char *module, struct figure *out)
{
	struct pool_stats db;
	pool_read_stats(pool_of(module), &db);
	const struct figure all[DB_FIGURES] = {
		{module, "changes", (int64_t)db.changes,
		 "Changes committed since the start, by this instance"},
		{module, "group_transactions", (int64_t)db.groups,
		 "Transactions in which several changes were sent together"},
		{module, "grouped_changes", (int64_t)db.grouped, "Changes that were in them"},
		{module, "parted_changes", (int64_t)db.parted,
		 "Changes of these that were undone and tried again one by one"},
		{module, "gathered_reads", (int64_t)db.gathered,
		 "Lists that were read as one statement with others of their kind"},
	};
	memcpy(out, all, sizeof all);
	return DB_FIGURES;
}

static err module_figures(struct ctx *cx, const struct figures *of, struct figure *out, int *count)
{
	char *row = arena_alloc(cx->arena, of->schema->size);
	TRY(of->read(cx, row));
	for (int i = 0; i < of->schema->count && *count < FIGURES_ROOM; i++) {
		const struct field *f = &of->schema->fields[i];
		out[(*count)++] =
			(struct figure){of->module, f->name, *(const int64_t *)(row + f->offset), f->doc};
	}
	return NULL;
}

HANDLER(list_figures, none, none, figure);
static err list_figures(struct req *rq, struct figure_reply *re)
{
	struct figure *out = ARENA_ARRAY(rq->cx.arena, struct figure, FIGURES_ROOM);
	int modules, count = platform_figures(out);
	const struct figures *const *all = figures_all(rq->cx.arena, &modules);

	for (const struct module *const *m = running.modules; *m && count + DB_FIGURES < FIGURES_ROOM; m++)
		count += db_figures((*m)->name, out + count);
	for (int i = 0; i < modules; i++)
		TRY(module_figures(&rq->cx, all[i], out, &count));
	return reply_list(re, out, &(struct list){.count = count, .total = -1});
}

/* --- counters --- */

#define COUNTER_LINE_FIELDS(F, T)                                                    \
	F(T, TEXT, module, 0, "Whose counter it is")                                 \
	F(T, TEXT, name, 0, "Table and column")                                      \
	F(T, INT, differing, 0, "Rows whose number was not what it counts")
STRUCT(counter_line, COUNTER_LINE_FIELDS);
SCHEMA(counter_line, COUNTER_LINE_FIELDS, "A counter beside what it counts");

static err check_counters(struct counter_line_reply *re, bool mends)
{
	struct ctx *cx = &re->rq->cx;
	int count;
	const struct counter *const *all = counters_all(cx->arena, &count);
	struct counter_line *lines = ARENA_ARRAY(cx->arena, struct counter_line, count);

	for (int i = 0; i < count; i++) {
		lines[i] = (struct counter_line){all[i]->module, all[i]->name, 0};
		TRY(counter_check(cx, all[i], mends, &lines[i].differing));
	}
	return reply_list(re, lines, &(struct list){.count = count, .total = -1});
}

HANDLER(list_counters, none, none, counter_line);
static err list_counters(struct req *rq, struct counter_line_reply *re)
{
	(void)rq;
	return check_counters(re, false);
}

static err audit(struct req *rq, const char *action, const char *details)
{
	return auth_audit_service()->record(&rq->cx, action, req_address(rq), details);
}

HANDLER(mend_counters, none, none, counter_line);
static err mend_counters(struct req *rq, struct counter_line_reply *re)
{
	TRY(audit(rq, "counters.mended", "{}"));
	return check_counters(re, true);
}

/* --- the event log --- */

#define STANDING_FIELDS(F, T)                                                                 \
	F(T, TEXT, subscription, 0, "Who hears")                                              \
	F(T, TEXT, source, 0, "Whose events")                                                 \
	F(T, INT, behind, 0, "Events told and not yet applied")                               \
	F(T, INT, lag_ms, 0, "Age of the oldest of them, in milliseconds")                    \
	F(T, INT, dead, 0, "Events put aside because they could not be applied")              \
	F(T, INT, parked, 0, "Events that wait behind those")                                 \
	F(T, TEXT, fault, NULLABLE, "Why one of its partitions does not move; of this instance")
STRUCT(standing, STANDING_FIELDS);
SCHEMA(standing, STANDING_FIELDS, "Where a subscription stands");

HANDLER(list_subscriptions, none, none, standing);
static err list_subscriptions(struct req *rq, struct standing_reply *re)
{
	struct bus_status *rows;
	int count, n = 0;

	TRY(bus_status(&rq->cx, &rows, &count));
	struct standing *out = ARENA_ARRAY(rq->cx.arena, struct standing, count);
	for (int i = 0; i < count; i++) { /* the partitions of one stand together */
		if (!n || strcmp(out[n - 1].subscription, rows[i].subscription) != 0)
			out[n++] = (struct standing){.subscription = rows[i].subscription,
						     .source = rows[i].source};
		struct standing *s = &out[n - 1];
		const int64_t lag_ms = rows[i].lag_us / 1000;
		s->behind += rows[i].head > rows[i].cursor ? rows[i].head - rows[i].cursor : 0;
		s->lag_ms = lag_ms > s->lag_ms ? lag_ms : s->lag_ms;
		s->dead += rows[i].dead;
		s->parked += rows[i].parked;
		s->fault = s->fault ? s->fault : rows[i].fault;
	}
	return reply_list(re, out, &(struct list){.count = n, .total = -1});
}

#define LETTERS_FIELDS(F, T)                                                          \
	F(T, TEXT, module, IN | NULLABLE, "Only of this module", .min = 1, .max = 63) \
	F(T, INT, limit, IN, "How many of each module, oldest first", .min = 1, .max = 1000, \
	  .otherwise = "100")
STRUCT(letters, LETTERS_FIELDS);
SCHEMA(letters, LETTERS_FIELDS, "Which dead letters");

#define LETTER_LINE_FIELDS(F, T)                                              \
	F(T, TEXT, module, 0, "Who could not apply it")                       \
	F(T, INT, id, 0, "Its number in that module")                         \
	F(T, TEXT, subscription, 0, "Who heard it")                           \
	F(T, TEXT, topic, 0, "What was told")                                 \
	F(T, UUID, event_id, 0, "The event")                                  \
	F(T, UUID, aggregate_id, 0, "What it is about")                       \
	F(T, TIME, died_at, 0, "When it was put aside")                       \
	F(T, INT, tries, 0, "How often it was tried")                         \
	F(T, TEXT, fault, 0, "Why it could not be applied")                   \
	F(T, TEXT, constraint, NULLABLE, "The constraint of the database that it violates") \
	F(T, JSON, payload, 0, "What it says; of text only the length: `vobemusic events dead` shows all", \
	  .says = "\"additionalProperties\":true", .example = "{}")
STRUCT(letter_line, LETTER_LINE_FIELDS);
SCHEMA(letter_line, LETTER_LINE_FIELDS, "An event that could not be applied");

/* Where the bus wrote down what PostgreSQL said: "... (SQLSTATE 23505, constraint posts_slug_key)". */
static const char *constraint_of(struct arena *a, const char *fault)
{
	static const char before[] = ", constraint ";
	const char *at = strstr(fault, before);
	at = at ? at + strlen(before) : NULL;
	return at ? arena_strn(a, at, strcspn(at, ")")) : NULL;
}

static err letters_of(struct ctx *cx, const char *module, int64_t limit, struct letter_line **lines,
		      int *count)
{
	struct dead_letter *rows;
	int n;

	TRY(bus_dead_letters(cx, module, (int)limit, &rows, &n));
	struct letter_line *all = ARENA_ARRAY(cx->arena, struct letter_line, *count + n);
	if (*count)
		memcpy(all, *lines, (size_t)*count * sizeof *all);
	for (int i = 0; i < n; i++)
		all[(*count)++] = (struct letter_line){
			.module = module,
			.id = rows[i].id,
			.subscription = rows[i].subscription,
			.topic = rows[i].topic,
			.event_id = rows[i].event_id,
			.aggregate_id = rows[i].aggregate_id,
			.died_at = rows[i].died_at,
			.tries = rows[i].tries,
			.fault = rows[i].fault,
			.constraint = constraint_of(cx->arena, rows[i].fault),
			.payload = json_redacted(cx->arena, rows[i].payload),
		};
	*lines = all;
	return NULL;
}

HANDLER(list_dead_letters, letters, none, letter_line);
static err list_dead_letters(struct req *rq, const struct letters *in, struct letter_line_reply *re)
{
	struct letter_line *lines = NULL;
	struct list list = {.total = -1};

	if (in->module)
		TRY(letters_of(&rq->cx, in->module, in->limit, &lines, &list.count));
	for (const struct module *const *m = running.modules; !in->module && *m; m++)
		TRY(letters_of(&rq->cx, (*m)->name, in->limit, &lines, &list.count));
	return reply_list(re, lines, &list);
}

#define LETTER_FIELDS(F, T)                                                                      \
	F(T, TEXT, module, IN | REQ, "The module of the dead letter", .min = 1, .max = 63)       \
	F(T, INT, id, IN | REQ, "Its number there", .min = 1, .max = INT64_MAX)
STRUCT(letter, LETTER_FIELDS);
SCHEMA(letter, LETTER_FIELDS, "A dead letter");

static err audit_letter(struct req *rq, const char *action, const struct letter *in)
{
	struct buf details = {.arena = rq->cx.arena};
	buf_str(&details, "{\"module\":");
	json_str(&details, in->module);
	buf_fmt(&details, ",\"id\":%lld}", (long long)in->id);
	return audit(rq, action, buf_text(&details));
}

HANDLER(retry_dead_letter, letter, none, none);
static err retry_dead_letter(struct req *rq, const struct letter *in)
{
	TRY(bus_may_retry(&rq->cx, in->module, in->id)); /* of what is not there nothing is audited */
	TRY(audit_letter(rq, "events.retried", in));
	TRY(bus_retry_dead(&rq->cx, in->module, in->id));
	return reply_empty(rq);
}

HANDLER(discard_dead_letter, letter, none, none);
static err discard_dead_letter(struct req *rq, const struct letter *in)
{
	TRY(bus_may_discard(&rq->cx, in->module, in->id));
	TRY(audit_letter(rq, "events.discarded", in));
	TRY(bus_discard_dead(&rq->cx, in->module, in->id));
	return reply_empty(rq);
}

#define REPLAY_FIELDS(F, T)                                                                             \
	F(T, TEXT, subscription, IN | REQ, "Who is to hear again", .min = 1, .max = 127)                \
	F(T, TIME, since, IN | REQ, "Events told since then, as far as they are kept (bus.retention)")
STRUCT(replay, REPLAY_FIELDS);
SCHEMA(replay, REPLAY_FIELDS, "What to hear again");

HANDLER(replay_events, none, replay, none);
static err replay_events(struct req *rq, struct replay *body)
{
	struct buf details = {.arena = rq->cx.arena};
	char since[TIME_TEXT];

	TRY(bus_may_replay(&rq->cx, body->subscription));
	time_text(body->since, since);
	buf_str(&details, "{\"subscription\":");
	json_str(&details, body->subscription);
	buf_fmt(&details, ",\"since\":\"%s\"}", since);
	TRY(audit(rq, "events.replayed", buf_text(&details)));
	TRY(bus_replay(&rq->cx, body->subscription, body->since));
	return reply_empty(rq);
}

/* --- settings --- */

#define SETTING_FIELDS(F, T)                                                         \
	F(T, TEXT, name, 0, "section.name")                                          \
	F(T, TEXT, value, 0, "In force; secrets are starred")                        \
	F(T, TEXT, source, 0, "Where it comes from")                                 \
	F(T, TEXT, description, 0, "What it is for")
STRUCT(setting_line, SETTING_FIELDS);
SCHEMA(setting_line, SETTING_FIELDS, "A setting");

HANDLER(list_settings, none, none, setting_line);
static err list_settings(struct req *rq, struct setting_line_reply *re)
{
	struct config_value *values;
	struct list list = {.total = -1};

	list.count = config_values(rq->cx.arena, &values);
	struct setting_line *lines = ARENA_ARRAY(rq->cx.arena, struct setting_line, list.count);
	for (int i = 0; i < list.count; i++)
		lines[i] = (struct setting_line){
			arena_fmt(rq->cx.arena, "%s.%s", values[i].section, values[i].name), values[i].value,
			values[i].source, values[i].doc};
	return reply_list(re, lines, &list);
}

static const err replay_problems[] = {NOT_FOUND, NOT_DURABLE, NULL};
static const err letter_problems[] = {NOT_FOUND, NULL};
static const err retry_problems[] = {CONFLICT, NULL};

const struct route platform_admin_routes[] = {
	ROUTE(GET, "/admin/stats", SUPERUSER, 200, list_figures, "List what the modules count", .list = true),
	ROUTE(GET, "/admin/counters", SUPERUSER, 200, list_counters, "Compare counters with what they count",
	      .list = true),
	ROUTE(POST, "/admin/counters/mend", SUPERUSER, 200, mend_counters, "Set counters right",
	      .list = true),
	ROUTE(GET, "/admin/events", SUPERUSER, 200, list_subscriptions, "Tell where each subscription stands",
	      .list = true),
	ROUTE(POST, "/admin/events/replay", SUPERUSER, 204, replay_events,
	      "Let a subscription hear events again", .problems = replay_problems),
	ROUTE(GET, "/admin/events/dead-letters", SUPERUSER, 200, list_dead_letters,
	      "List events that could not be applied", .list = true, .problems = letter_problems),
	ROUTE(POST, "/admin/events/dead-letters/{module}/{id}/retry", SUPERUSER, 204, retry_dead_letter,
	      "Try a dead letter again", .problems = retry_problems),
	ROUTE(POST, "/admin/events/dead-letters/{module}/{id}/discard", SUPERUSER, 204, discard_dead_letter,
	      "Discard a dead letter"),
	ROUTE(GET, "/admin/config", SUPERUSER, 200, list_settings, "List the settings in force",
	      .list = true),
	{0},
};
