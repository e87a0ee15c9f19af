/* `vobemusic import DIR`, and `vobemusic demo`: the same for the catalogue that comes with the product. */
#include "commands/command.h"
#include "commands/import/import.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <sysexits.h>

struct import_run {
	struct import import;
	bool json, allows_refused;
};

const char import_more[] =
	"  Reads artists, albums, tracks, posts and comments from DIR, in this order: every file of these\n"
	"  names with .jsonl or .ndjson, or either with .gz behind it. One JSON object a line, UTF-8. Each\n"
	"  line needs an `id` of its own, a UUID; a line whose id is there already is left as it is, so\n"
	"  that an import can be repeated. The members are those of the API:\n"
	"\n"
	"  artists   {\"id\":\"...\",\"name\":\"Kino\",\"genres\":[\"rock\"],\"country\":\"USSR\"}\n"
	"  albums    {\"id\":\"...\",\"artist_id\":\"...\",\"title\":\"Night\",\"release_date\":\"1986\"}\n"
	"  tracks    {\"id\":\"...\",\"album_id\":\"...\",\"title\":\"Saw the night\",\"track_number\":1}\n"
	"  posts     {\"id\":\"...\",\"title\":\"...\",\"content\":\"...\",\"status\":\"published\"}\n"
	"  comments  {\"id\":\"...\",\"post_id\":\"...\",\"user\":\"ann\",\"content\":\"...\"}\n"
	"\n"
	"  Lines that break a rule of the API are told with file and line and left out; the others go in.\n"
	"  What the API does not know is told once a file and name; what may say that a thing is hidden is\n"
	"  refused. A post without a status is published, unless its published_at lies in the future. Who\n"
	"  wrote is `user` of a comment and `author_username` of a post: accounts are made when there are\n"
	"  none, to which nobody can sign in.\n"
	"\n"
	"  --update         writes lines that differ over what is stored: what PATCH can change, and\n"
	"                   is_deleted: what was deleted here by its owner or an import comes back where\n"
	"                   the line says that it is false; without it they are counted\n"
	"  --restore        the same, and brings back what staff deleted, too\n"
	"  --allow-refused  exits 0 though lines were refused\n"
	"  --buckets        puts comments without post_id under one of 16 posts, by their post_bucket: for\n"
	"                   measuring with catalogues that have no threads\n"
	"  --json           prints the counts, the reasons and the remarks as one JSON object\n"
	"\n"
	"  Exit: 0 all is in and search is complete; 65 lines were refused, or a file has no lines; 69 the\n"
	"  database is away; 74 a file cannot be read to its end, what came before is in.\n";

static void print(struct import_run *run, double seconds)
{
	if (run->json)
		report_print_json(&run->import.report, seconds);
	else
		report_print(&run->import.report, seconds,
			     run->import.exit_code ? "broken off" : "search complete");
}

static err import_run(struct ctx *cx, void *arg)
{
	struct import_run *run = arg;
	int64_t started = clock_mono_now();

	run->import.report.arena = cx->arena;
	TRY(import_directory(cx, &run->import));
	TRY(import_settle(cx));
	print(run, (double)(clock_mono_now() - started) / 1e6);
	if (!run->import.exit_code && run->import.report.totals.refused && !run->allows_refused)
		run->import.exit_code = EX_DATAERR;
	return NULL;
}

static int run_import(const struct command_line *line, struct import_run *run)
{
	int code = command_boot(line, import_run, run);
	return code ? code : run->import.exit_code;
}

int command_import(const struct command_line *line)
{
	struct import_run run = {.json = line->json};

	for (int i = 0; i < line->count; i++)
		if (line->words[i][0] != '-')
			run.import.dir = line->words[i];
	run.allows_refused = command_word_at(line, "--allow-refused") >= 0;
	run.import.wanted.mode = command_word_at(line, "--restore") >= 0  ? IMPORT_RESTORES
				 : command_word_at(line, "--update") >= 0 ? IMPORT_UPDATES
									  : IMPORT_KEEPS;
	run.import.wanted.buckets = command_word_at(line, "--buckets") >= 0;
	if (!run.import.dir)
		return command_misused("import needs a directory");
	return run_import(line, &run);
}

int command_demo(const struct command_line *line)
{
	const char *dir = command_word(line, 0);
	struct import_run run = {.import.dir = dir ? dir : "config/demo", .json = line->json};

	return run_import(line, &run);
}
