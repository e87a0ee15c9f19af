/* The values of settings, for whoever declared them. */
#include "vobe/option.h"

#include "core/config/config_table.h"

#include <stdio.h>
#include <stdlib.h>

static const struct setting *declared(const char *section, const char *name, bool is_text)
{
	const struct setting *s = setting_of(section, name);

	if (!s || (s->option->type == OPTION_TEXT || s->option->type == OPTION_SECRET) != is_text) {
		fprintf(stderr, "%s.%s is asked for, but no option table declares it so\n", section, name);
		abort();
	}
	return s;
}

int64_t option_int(const char *section, const char *name)
{
	return declared(section, name, false)->number;
}

bool option_bool(const char *section, const char *name)
{
	return declared(section, name, false)->number != 0;
}

const char *option_text(const char *section, const char *name)
{
	return declared(section, name, true)->text;
}
