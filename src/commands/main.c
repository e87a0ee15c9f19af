/* The binary: finds the command and runs it. */
#include "app/platform.h"
#include "commands/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static int command_version(const struct command_line *line);
static int command_help(const struct command_line *line);

static const char migrate_more[] =
	"  up      applies what is pending, and gives each module's role the rights it needs (default)\n"
	"  status  shows the migrations, and what a role has too little or too much\n"
	"  roles   prints the roles as SQL for a superuser; needs no database\n";

static const char user_more[] =
	"  create --email E --username U [--role user|moderator|superuser] [--password-file FILE]\n"
	"          FILE holds the password, - is standard input. Without it a terminal is asked, and\n"
	"          where there is none, or nothing is typed, one is made and shown.\n"
	"  promote USERNAME user|moderator|superuser\n"
	"  passwd USERNAME [--password-file FILE]  sets a password, read as above; all sessions end\n"
	"  disable|enable USERNAME\n"
	"  reset-link USERNAME  prints a link for a new password, good for an hour, once\n"
	"  ensure-admin  makes `curator` and prints its password if there is no superuser\n"
	"  list\n";

static const char search_more[] = "  status   counts documents and what they are made of\n"
				  "  verify   compares every document with its source; 65: they differ\n"
				  "  reindex  rewrites the index while it answers\n";

static const char counters_more[] =
	"  verify  tells how many rows of each counter are wrong; 65: some are. --fix sets them right\n";

static const char events_more[] =
	"  status                     each subscriber's cursor and its publisher's head\n"
	"  tail MODULE [--limit N]    the last events it told\n"
	"  dead                       events that could not be applied, with the reason\n"
	"  retry|discard MODULE ID    settle one of these\n"
	"  replay SUBSCRIPTION SINCE  lets it read again from that time\n";

static const char chat_more[] =
	"  providers check   asks each provider that the settings offer a short question; 65: one fails\n"
	"  usage [--days N]  accounts and tokens of the last days on which anybody asked; 7 without --days\n";

static const char keys_more[] =
	"  list    the key that signs access tokens, and those that verify still\n"
	"  rotate  another key signs from now on; nobody is signed out, running servers follow within\n"
	"          15 s, and the key of before goes three hours later\n";

static const char config_more[] = "  example  every setting with its default and meaning, as a file\n"
				  "  check    what is wrong with the settings\n"
				  "  dump     what is in force and where it was set; secrets are masked\n";

/* clang-format off */
static const struct command commands[] = {
	{"serve", "", "Serve the API", command_serve},
	{"migrate", "[up|status|roles]", "Bring the database schemas up to date, or show them",
	 command_migrate, 1, .more = migrate_more},
	{"user", "create|promote|list ...", "Create and manage accounts", command_user, 3,
	 "--email= --username= --role= --password-file= --password=", user_more},
	{"chat", "providers check | usage", "Ask what answers for the assistant, show how it is used",
	 command_chat, 2, "--days=", chat_more},
	{"keys", "list|rotate", "Show the keys that sign access tokens, replace the one in force",
	 command_keys, 1, .more = keys_more},
	{"import", "[--update] DIR", "Load artists, albums, tracks, posts and comments", command_import, 1,
	 "--update --restore --allow-refused --buckets", import_more},
	{"demo", "[DIR]", "Load the small demo catalogue", command_demo, 1},
	{"search", "status|verify|reindex", "Compare the search index with its sources, rebuild it",
	 command_search, 1, .more = search_more},
	{"counters", "verify [--fix]", "Compare numbers that are kept with what they count",
	 command_counters, 1, "--fix", counters_more},
	{"events", "status|tail|dead|retry|discard|replay", "Look into the event log", command_events, 3,
	 "--limit=", events_more},
	{"config", "example|check|dump", "Print or check the settings", command_config, 1,
	 .more = config_more},
	{"modules", "[--graph]", "Print who offers, needs, tells and hears what", command_modules, 0,
	 "--graph"},
	{"routes", "", "Print every route and where its handler stands", command_routes},
	{"openapi", "", "Print the API description (OpenAPI 3.1)", command_openapi},
	{"statements", "[MODULE [STATEMENT]]", "Print the SQL, ready for psql and EXPLAIN",
	 command_statements, 2},
	{"healthcheck", "", "Exit 0 if a running server is ready", command_healthcheck},
	{"version", "", "Print the version", command_version},
	{"help", "[COMMAND]", "Print this, or more of a command", command_help, 1},
	{0},
};
/* clang-format on */

static int command_version(const struct command_line *line)
{
	printf(line->json ? "{\"name\":\"vobemusic\",\"version\":\"%s\"}\n" : "vobemusic %s\n", VOBE_VERSION);
	return 0;
}

static const struct command *command_named(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static const char usage[] = "vobemusic [-c FILE] [--set section.name=value] [--json]";

static int explain(const struct command *c)
{
	printf("%s %s %s\n\n%s.\n", usage, c->name, c->usage, c->doc);
	if (c->more)
		printf("\n%s", c->more);
	return 0;
}

static int explain_all(void)
{
	printf("%s COMMAND ...\n\n", usage);
	for (const struct command *c = commands; c->name; c++)
		printf("  %-11s %-40s %s\n", c->name, c->usage, c->doc);
	puts("\n-h or --help behind a command tells more of it; --version prints the version.\n"
	     "Settings come from the file, then VOBE_<SECTION>_<NAME>, then --set; `vobemusic config "
	     "example` lists them.");
	return 0;
}

static int command_help(const struct command_line *line)
{
	const char *word = command_word(line, 0);
	const struct command *asked = word ? command_named(word) : NULL;
	if (word && !asked)
		return command_misused("there is no command `%s`", word);
	return asked ? explain(asked) : explain_all();
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

static bool is_asked(const struct command_line *line, const char *option)
{
	return command_word_at(line, option) >= 0;
}

/* Runs the command that the words begin with. */
static int run_words(struct command_line *line)
{
	const struct command *command = line->count ? command_named(line->words[0]) : NULL;

	if (is_asked(line, "--version"))
		return command_version(line);
	if (is_asked(line, "--help") || is_asked(line, "-h"))
		return command ? explain(command) : explain_all();
	if (!line->count)
		return explain_all();
	if (!command)
		return command_misused("there is no command `%s`", line->words[0]);
	line->words++;
	line->count--;
	int code = command_takes(command, line);
	return code ? code : command->run(line);
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
