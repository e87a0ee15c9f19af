/* See config_table.h. */
#include "core/config/config_table.h"

#include <stdarg.h>
#include <string.h>

struct settings settings;

static FILE *faults_to;
static int fault_count;

void config_faults_begin(FILE *to)
{
	faults_to = to;
	fault_count = 0;
}

int config_faults(void)
{
	return fault_count;
}

void config_fault(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(faults_to, fmt, ap);
	va_end(ap);
	fputc('\n', faults_to);
	fault_count++;
}

void config_warn(const char *origin, const char *what, const char *todo)
{
	fprintf(faults_to, "warning: %s: %s is readable by everybody; %s\n", origin, what, todo);
}

static bool is_file_name(const struct option *o, const char *name)
{
	size_t len = strlen(o->name);

	return o->type == OPTION_SECRET && strncmp(name, o->name, len) == 0 &&
	       strcmp(name + len, "_file") == 0;
}

struct setting *setting_of(const char *section, const char *name)
{
	for (struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		bool is_named = strcmp(s->option->name, name) == 0 || is_file_name(s->option, name);
		if (is_named && strcmp(s->section, section) == 0)
			return s;
	}
	return NULL;
}
