/* `vobemusic modules`: who offers, needs, tells and hears what. From the tables of the modules, without a
 * database. */
#include "app/modules.h"
#include "bus/bus.h"
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { NAME_COLUMNS = 38 };

/* Prints names with `between` between them, and counts them; before the first stands nothing. */
struct series {
	const char *between;
	int count;
};

static void series_next(struct series *s)
{
	if (s->count++)
		fputs(s->between, stdout);
}

/* --- for people --- */

static bool module_needs(const struct module *m, const char *service)
{
	for (const char *const *need = m->needs; need && *need; need++)
		if (!strcmp(*need, service))
			return true;
	return false;
}

static bool subscription_hears(const struct subscription *s, const struct event *ev)
{
	for (const struct event *const *e = s->events; *e; e++)
		if (!strcmp((*e)->topic, ev->topic))
			return true;
	return false;
}

static void print_offers(const struct module *m)
{
	for (const struct service *s = m->services; s && s->name; s++) {
		struct series by = {", ", 0};
		printf("  offers  %-28s", s->name);
		for (const struct module *const *other = modules; *other; other++)
			if (module_needs(*other, s->name)) {
				fputs(by.count ? "" : " needed by ", stdout);
				series_next(&by);
				fputs((*other)->name, stdout);
			}
		puts(by.count ? "" : " for the server and its commands");
	}
}

static void print_tells(const struct module *m)
{
	for (const struct event *const *e = m->tells; e && *e; e++) {
		struct series by = {", ", 0};
		int gap = NAME_COLUMNS - printf("  tells   %s", (*e)->topic);
		for (const struct module *const *other = modules; *other; other++)
			for (const struct subscription *s = (*other)->hears; s && s->name; s++)
				if (subscription_hears(s, *e)) {
					if (!by.count)
						printf("%*s heard by ", gap, "");
					series_next(&by);
					fputs(s->name, stdout);
				}
		putchar('\n');
	}
}

static void print_hears(const struct module *m)
{
	for (const struct subscription *s = m->hears; s && s->name; s++) {
		struct series topics = {" ", 0};
		printf("  hears   %-28s of %s, %s: ", s->name, s->source,
		       s->hearing == DURABLE ? "durable" : "in memory");
		for (const struct event *const *e = s->events; *e; e++) {
			series_next(&topics);
			fputs((*e)->topic, stdout);
		}
		putchar('\n');
	}
}

static void print_text(void)
{
	for (const struct module *const *m = modules; *m; m++) {
		puts((*m)->name);
		for (const char *const *need = (*m)->needs; need && *need; need++)
			printf("  needs   %s\n", *need);
		print_offers(*m);
		print_tells(*m);
		print_hears(*m);
	}
}

/* --- for programs: names are words of letters, '_' and '.', so that none needs an escape --- */

static void json_name(struct series *names, const char *name)
{
	series_next(names);
	printf("\"%s\"", name);
}

static void json_topics(const struct event *const *events)
{
	struct series topics = {",", 0};
	putchar('[');
	for (const struct event *const *e = events; e && *e; e++)
		json_name(&topics, (*e)->topic);
	putchar(']');
}

static void json_hears(const struct subscription *hears)
{
	struct series rows = {",", 0};
	putchar('[');
	for (const struct subscription *s = hears; s && s->name; s++) {
		series_next(&rows);
		printf("{\"subscription\":\"%s\",\"source\":\"%s\",\"durable\":%s,\"events\":", s->name,
		       s->source, s->hearing == DURABLE ? "true" : "false");
		json_topics(s->events);
		putchar('}');
	}
	putchar(']');
}

static void json_module(const struct module *m)
{
	struct series needs = {",", 0}, offers = {",", 0};
	printf("{\"name\":\"%s\",\"needs\":[", m->name);
	for (const char *const *need = m->needs; need && *need; need++)
		json_name(&needs, *need);
	fputs("],\"offers\":[", stdout);
	for (const struct service *s = m->services; s && s->name; s++)
		json_name(&offers, s->name);
	fputs("],\"tells\":", stdout);
	json_topics(m->tells);
	fputs(",\"hears\":", stdout);
	json_hears(m->hears);
	putchar('}');
}

static void print_json(void)
{
	struct series rows = {",\n ", 0};
	fputs("{\"modules\":[\n ", stdout);
	for (const struct module *const *m = modules; *m; m++) {
		series_next(&rows);
		json_module(*m);
	}
	puts("\n]}");
}

/* --- as a Mermaid graph --- */

static size_t first_word(const char *name)
{
	return strcspn(name, ".");
}

/* "  content -->|cards| auth" for each module of which `m` needs services. */
static void graph_needs(const struct module *m, const struct module *other)
{
	struct series words = {", ", 0};
	size_t len = strlen(other->name);

	for (const char *const *need = m->needs; need && *need; need++)
		if (first_word(*need) == len && !strncmp(*need, other->name, len)) {
			if (!words.count)
				printf("  %s -->|", m->name);
			series_next(&words);
			fputs(*need + len + 1, stdout);
		}
	if (words.count)
		printf("| %s\n", other->name);
}

/* Whether an event of the same noun stands before `e` in what `s` hears: post.created, post.updated. */
static bool noun_is_known(const struct subscription *s, const struct event *const *e)
{
	for (const struct event *const *before = s->events; before < e; before++)
		if (!strncmp((*before)->topic, (*e)->topic, first_word((*e)->topic) + 1))
			return true;
	return false;
}

/* "  content -.->|post| search" for each module that hears others' events of these nouns. */
static void graph_hears(const struct module *m, const struct module *teller)
{
	struct series nouns = {", ", 0};

	for (const struct subscription *s = m->hears; s && s->name; s++)
		for (const struct event *const *e = s->events;
		     m != teller && *e && !strcmp(s->source, teller->name); e++)
			if (!noun_is_known(s, e)) {
				if (!nouns.count)
					printf("  %s -.->|", teller->name);
				series_next(&nouns);
				printf("%.*s", (int)first_word((*e)->topic), (*e)->topic);
			}
	if (nouns.count)
		printf("| %s\n", m->name);
}

static void print_graph(void)
{
	puts("flowchart TD");
	for (const struct module *const *m = modules; *m; m++) {
		printf("  %s\n", (*m)->name);
		for (const struct module *const *other = modules; *other; other++)
			graph_needs(*m, *other);
		for (const struct module *const *other = modules; *other; other++)
			graph_hears(*m, *other);
	}
}

int command_modules(const struct command_line *line)
{
	char *fault = bus_graph_fault(modules);
	if (fault) {
		fprintf(stderr, "vobemusic: the modules do not fit together: %s\n", fault);
		free(fault);
		return EX_CONFIG;
	}
	if (command_word_at(line, "--graph") >= 0)
		print_graph();
	else if (line->json)
		print_json();
	else
		print_text();
	return 0;
}
