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
	fputs(" (see `vobemusic help`, or --help behind the command)\n", stderr);
	va_end(ap);
	return EX_USAGE;
}

const char *command_word(const struct command_line *line, int i)
{
	return i < line->count ? line->words[i] : NULL;
}

int command_word_at(const struct command_line *line, const char *name)
{
	for (int i = 0; i < line->count; i++)
		if (!strcmp(line->words[i], name))
			return i;
	return -1;
}

const char *command_option(const struct command_line *line, const char *name)
{
	int at = command_word_at(line, name);
	return at < 0 ? NULL : command_word(line, at + 1);
}

/* How many words the option takes, its value included; 0: the command has no such option. */
static int words_of_option(const char *options, const char *word)
{
	const size_t len = strlen(word);
	for (const char *at = options; at && *at; at += strspn(at, " ")) {
		const size_t listed = strcspn(at, " "), name = listed - (at[listed - 1] == '=');
		if (len == name && !strncmp(at, word, len))
			return name < listed ? 2 : 1;
		at += listed;
	}
	return 0;
}

static int refuse_word(const struct command *command, const char *word)
{
	return command_misused("%s takes no `%s`", command->name, word);
}

int command_takes(const struct command *command, const struct command_line *line)
{
	int words = 0, taken;
	for (int i = 0; i < line->count; i += taken) {
		const char *word = line->words[i];
		bool is_option = word[0] == '-' && word[1];
		taken = is_option ? words_of_option(command->options, word) : 1;
		if (i + taken > line->count)
			return command_misused("%s: %s needs a value", command->name, word);
		if (taken == 0 || (!is_option && ++words > command->words))
			return refuse_word(command, word);
	}
	return 0;
}
