/* `vobemusic events`: the event log by an operator's eyes and hands. */
#include "app/running.h"
#include "bus/bus.h"
#include "commands/command.h"
#include "contracts/audit.h"
#include "vobe/buf.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static err events_status(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	struct bus_status *rows;
	int count;

	TRY(bus_status(cx, &rows, &count));
	for (int i = 0; i < count; i++) {
		const struct bus_status *s = &rows[i];
		printf(line->json ? "{\"subscription\":\"%s\",\"part\":%d,\"head\":%lld,\"cursor\":%lld,"
				    "\"dead\":%d,\"parked\":%d,\"lag_s\":%lld,\"stands_s\":%lld}\n"
				  : "%-24s %2d  head %8lld  cursor %8lld  dead %d  parked %d  lag %lld s\n",
		       s->subscription, s->part, (long long)s->head, (long long)s->cursor, s->dead, s->parked,
		       (long long)(s->lag_us / SECOND_US), (long long)(s->stands_us / SECOND_US));
		if (s->stands_us && !line->json)
			printf("    STANDS for %lld s: %s\n", (long long)(s->stands_us / SECOND_US),
			       s->fault ? s->fault : "");
	}
	return NULL;
}

static err events_tail(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const char *limit = command_option(line, "--limit");
	return bus_tail(cx, command_word(line, 1), limit ? atoi(limit) : 20, stdout);
}

static err events_dead(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	int all = 0;

	for (const struct module *const *m = running.modules; *m; m++) {
		struct dead_letter *rows;
		int count;
		TRY(bus_dead_letters(cx, (*m)->name, 1000, &rows, &count));
		all += count;
		for (int i = 0; i < count; i++) {
			char id[UUID_TEXT];
			uuid_text(rows[i].aggregate_id, id);
			printf("%s %lld  %s  %s %s  part %d off %lld  %d tries: %s\n", (*m)->name,
			       (long long)rows[i].id, rows[i].subscription, rows[i].topic, id, rows[i].part,
			       (long long)rows[i].off, rows[i].tries, rows[i].fault);
			printf("    %s\n", rows[i].payload);
		}
	}
	if (!all && !line->json)
		puts("No dead letters.");
	return NULL;
}

PROBLEM(NO_SUCH_LETTER, 422, "no_such_letter", "Not a dead letter",
	"Give the module and the number that `vobemusic events dead` shows.");

/* What is done to the log stands in the audit log, before it is done. */
static err audit(struct ctx *cx, const char *action, const char *first, const char *a, const char *second,
		 const char *b)
{
	struct buf details = {.arena = cx->arena};
	buf_fmt(&details, "{\"%s\":", first);
	json_str(&details, a);
	buf_fmt(&details, ",\"%s\":", second);
	json_str(&details, b);
	buf_char(&details, '}');
	return auth_audit_service()->record(cx, action, NULL, buf_text(&details));
}

typedef err letter_act(struct ctx *cx, const char *module, int64_t id);

static err act_on_letter(struct ctx *cx, const struct command_line *line, const char *action, letter_act *may,
			 letter_act *act)
{
	const char *module = command_word(line, 1), *number = command_word(line, 2);
	char *end;
	const long long id = strtoll(number, &end, 10);

	if (!*number || *end || id < 1)
		return NO_SUCH_LETTER;
	TRY(may(cx, module, id)); /* of what is not there nothing is audited */
	TRY(audit(cx, action, "module", module, "id", number));
	TRY(act(cx, module, id));
	if (!line->json)
		printf("%s: %s %lld\n", action, module, id);
	return NULL;
}

static err events_retry(struct ctx *cx, void *arg)
{
	return act_on_letter(cx, arg, "events.retried", bus_may_retry, bus_retry_dead);
}

static err events_discard(struct ctx *cx, void *arg)
{
	return act_on_letter(cx, arg, "events.discarded", bus_may_discard, bus_discard_dead);
}

PROBLEM(NO_SUCH_TIME, 422, "no_such_time", "Not a time",
	"Give an RFC 3339 time: 2026-01-02T03:04:05Z, or a date.");

static err events_replay(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const char *since = command_word(line, 2);
	int64_t from;

	if (!time_read(since, strlen(since), &from))
		return NO_SUCH_TIME;
	TRY(bus_may_replay(cx, command_word(line, 1)));
	TRY(audit(cx, "events.replayed", "subscription", command_word(line, 1), "since", since));
	TRY(bus_replay(cx, command_word(line, 1), from));
	if (!line->json)
		printf("events.replayed: %s hears again what was told since %s\n", command_word(line, 1),
		       since);
	return NULL;
}

static const struct {
	const char *word;
	int words;
	err (*run)(struct ctx *cx, void *arg);
} actions[] = {
	{"status", 1, events_status}, {"tail", 2, events_tail},       {"dead", 1, events_dead},
	{"retry", 3, events_retry},   {"discard", 3, events_discard}, {"replay", 3, events_replay},
};

int command_events(const struct command_line *line)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (line->count >= actions[i].words && !strcmp(line->words[0], actions[i].word))
			return command_boot(line, actions[i].run, (void *)line);
	return command_misused(
		"events: status | tail MODULE [--limit N] | dead | retry MODULE ID | discard MODULE ID | "
		"replay SUBSCRIPTION SINCE");
}
