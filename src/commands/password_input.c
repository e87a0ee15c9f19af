/* Passwords that people give to commands: from a file, from standard input, or typed. */
#include "commands/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <termios.h>
#include <unistd.h>

enum { PASSWORD_BYTES = 4096 };

static int refuse(const char *what, const char *why)
{
	fprintf(stderr, "vobemusic: %s: %s\n", what, why);
	return EX_NOINPUT;
}

/* The first line, without its end; EX_NOINPUT: there is none, or it is too long. */
static int read_line(FILE *from, const char *what, char line[PASSWORD_BYTES])
{
	if (!fgets(line, PASSWORD_BYTES, from))
		return refuse(what,
			      ferror(from) ? strerror(errno) : "it is empty; the password is its first line");
	size_t len = strcspn(line, "\r\n");
	if (!line[len] && !feof(from))
		return refuse(what, "its first line is too long for a password");
	line[len] = '\0';
	return len ? 0 : refuse(what, "its first line is empty; the password stands there");
}

static int read_file(const char *path, char line[PASSWORD_BYTES])
{
	FILE *f = fopen(path, "re");
	if (!f)
		return refuse(path, strerror(errno));
	int code = read_line(f, path, line);
	fclose(f);
	return code;
}

static void ask(const char *question, char line[PASSWORD_BYTES])
{
	struct termios shown, hidden;
	bool can_hide = !tcgetattr(STDIN_FILENO, &shown);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (can_hide)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	fputs(question, stderr);
	if (!fgets(line, PASSWORD_BYTES, stdin))
		*line = '\0';
	if (can_hide)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &shown);
	fputc('\n', stderr);
	line[strcspn(line, "\r\n")] = '\0';
}

static int read_typed(char line[PASSWORD_BYTES], const char **password)
{
	static char again[PASSWORD_BYTES];
	ask("Password (nothing: one is made and shown): ", line);
	if (!*line)
		return 0;
	ask("Once more: ", again);
	if (strcmp(line, again) != 0)
		return refuse("password", "the two differ; run the command again");
	*password = line;
	return 0;
}

int command_password(const struct command_line *line, const char **password)
{
	static char given[PASSWORD_BYTES];
	const char *path = command_option(line, "--password-file");
	*password = NULL;
	if (!path)
		return isatty(STDIN_FILENO) ? read_typed(given, password) : 0;
	int code =
		strcmp(path, "-") != 0 ? read_file(path, given) : read_line(stdin, "standard input", given);
	if (!code)
		*password = given;
	return code;
}
