/* What commands ask of their command line. */
#include "commands/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int command_misused(const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	fputs("vobemusic: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputs(" (see `vobemusic help`)\n", stderr);
	va_end(ap);
	return EX_USAGE;
}

const char *command_word(const struct command_line *line, int i)
{
	return i < line->count ? line->words[i] : NULL;
}

const char *command_option(const struct command_line *line, const char *name)
{
	for (int i = 0; i + 1 < line->count; i++)
		if (!strcmp(line->words[i], name))
			return line->words[i + 1];
	return NULL;
}
