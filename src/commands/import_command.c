/* `vobemusic import DIR`, and `vobemusic demo`: the same for the catalogue that comes with the product. */
#include "commands/command.h"
#include "commands/import.h"
#include "vobe/clock.h"

#include <stdio.h>

struct import_run {
	const char *dir;
	bool json;
};

static void totals_print(const struct import_totals *t, double seconds, bool json)
{
	printf(json ? "{\"lines\":%lld,\"added\":%lld,\"present\":%lld,\"refused\":%lld,\"spam\":%lld,"
		      "\"fitted\":%lld,\"seconds\":%.2f,\"lines_per_second\":%.0f}\n"
		    : "%lld lines: %lld added, %lld there already, %lld refused, %lld marked as spam, %lld "
		      "fitted to the limits; %.2f s, %.0f lines/s, search complete\n",
	       (long long)t->lines, (long long)t->added, (long long)t->present, (long long)t->refused,
	       (long long)t->spam, (long long)t->fitted, seconds,
	       (double)t->lines / (seconds > 0.001 ? seconds : 0.001));
}

static err import_run(struct ctx *cx, void *arg)
{
	const struct import_run *run = arg;
	struct import_totals totals = {0};
	int64_t started = clock_mono_now();

	TRY(import_directory(cx, run->dir, &totals));
	TRY(import_settle(cx));
	totals_print(&totals, (double)(clock_mono_now() - started) / 1e6, run->json);
	return NULL;
}

int command_import(const struct command_line *line)
{
	if (line->count != 1)
		return command_misused("import needs a directory");
	return command_boot(line, import_run, &(struct import_run){command_word(line, 0), line->json});
}

int command_demo(const struct command_line *line)
{
	const char *dir = command_word(line, 0);
	return command_boot(line, import_run, &(struct import_run){dir ? dir : "config/demo", line->json});
}
