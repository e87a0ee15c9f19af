/* The binary: finds the command and runs it. */
#include "app/platform.h"
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static int command_version(const struct command_line *line);
static int command_help(const struct command_line *line);

static const struct command commands[] = {
	{"serve", "", "Serve the API", command_serve},
	{"migrate", "[up|status|roles]", "Bring the database schemas up to date, or show them",
	 command_migrate},
	{"user", "create|promote|list ...", "Create and manage accounts", command_user},
	{"import", "DIR", "Load artists, albums, tracks, posts and comments", command_import},
	{"demo", "", "Load the small demo catalogue", command_demo},
	{"search", "status|verify|reindex", "Compare the search index with its sources, rebuild it",
	 command_search},
	{"events", "status|tail|dead|retry|discard|replay", "Look into the event log", command_events},
	{"config", "example|check|dump", "Print or check the settings", command_config},
	{"modules", "[--graph]", "Print who offers, needs, tells and hears what", command_modules},
	{"routes", "", "Print every route and where its handler stands", command_routes},
	{"openapi", "", "Print the API description (OpenAPI 3.1)", command_openapi},
	{"statements", "[MODULE [STATEMENT]]", "Print the SQL, ready for psql and EXPLAIN",
	 command_statements},
	{"healthcheck", "", "Exit 0 if a running server is ready", command_healthcheck},
	{"version", "", "Print the version", command_version},
	{"help", "", "Print this", command_help},
	{0},
};

static int command_version(const struct command_line *line)
{
	printf(line->json ? "{\"name\":\"vobemusic\",\"version\":\"%s\"}\n" : "vobemusic %s\n", VOBE_VERSION);
	return 0;
}

static int command_help(const struct command_line *line)
{
	(void)line;
	puts("vobemusic [-c FILE] [--set section.name=value] [--json] COMMAND ...\n");
	for (const struct command *c = commands; c->name; c++)
		printf("  %-11s %-40s %s\n", c->name, c->usage, c->doc);
	puts("\nSettings come from the file, then VOBE_<SECTION>_<NAME>, then --set; `vobemusic config "
	     "example` lists them.");
	return 0;
}

static const struct command *command_named(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/* Takes one global option at argv[i]; returns how many words it was, 0 for none. */
static int global_option(struct command_line *line, int *settings, char **argv, int left)
{
	enum { SETTINGS_MAX = sizeof line->settings / sizeof *line->settings - 1 };
	if (!strcmp(argv[0], "--json")) {
		line->json = true;
		return 1;
	}
	if (left > 1 && !strcmp(argv[0], "-c")) {
		line->config_path = argv[1];
		return 2;
	}
	if (left > 1 && !strcmp(argv[0], "--set") && *settings < SETTINGS_MAX) {
		line->settings[(*settings)++] = argv[1];
		return 2;
	}
	return 0;
}

/* Runs the command that the words begin with. */
static int run_words(struct command_line *line)
{
	const struct command *command = line->count ? command_named(line->words[0]) : NULL;

	if (!line->count)
		return command_help(line);
	if (!command)
		return command_misused("there is no command `%s`", line->words[0]);
	line->words++;
	line->count--;
	return command->run(line);
}

int main(int argc, char **argv)
{
	char **words = calloc((size_t)argc + 1, sizeof *words);
	struct command_line line = {.config_path = getenv("VOBE_CONFIG"), .words = words};
	int settings = 0;

	for (int i = 1; words && i < argc;) {
		int taken = global_option(&line, &settings, argv + i, argc - i);
		if (!taken)
			words[line.count++] = argv[i];
		i += taken ? taken : 1;
	}
	int code = run_words(&line);
	free(words);
	return code;
}
