/* Secrets that stand in files of their own. */
#include "core/config/config_table.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum { SECRET_BYTES_MOST = 65536 };

static bool is_world_readable(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & S_IROTH;
}

const char *config_secret_read(const struct setting *s, const char *path, const char *origin)
{
	char *text = arena_alloc(settings.arena, SECRET_BYTES_MOST + 1);
	FILE *f = fopen(path, "r");
	size_t len;

	if (!f) {
		config_fault("%s: %s.%s_file is \"%s\": %s", origin, s->section, s->option->name, path,
			     strerror(errno));
		return NULL;
	}
	if (is_world_readable(fileno(f)))
		config_warn(origin, path, "chmod 600 it");
	len = fread(text, 1, SECRET_BYTES_MOST + 1, f);
	const char *why = ferror(f) ? strerror(errno) : len > SECRET_BYTES_MOST ? "longer than 64 KiB" : NULL;
	fclose(f);
	if (!why && memchr(text, '\0', len))
		why = "it holds a NUL byte; give text";
	if (!why && len == 0)
		why = "it is empty";
	if (why) {
		config_fault("%s: %s.%s_file is \"%s\": %s", origin, s->section, s->option->name, path, why);
		return NULL;
	}
	if (len > 0 && text[len - 1] == '\n')
		len -= len > 1 && text[len - 2] == '\r' ? 2 : 1;
	text[len] = '\0';
	return text;
}
