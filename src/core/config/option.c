/* The values of settings, for whoever declared them. */
#include "vobe/option.h"

#include "core/config/config_table.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	NUMBERS = 1 << OPTION_INT | 1 << OPTION_SECONDS | 1 << OPTION_BYTES,
	TEXTS = 1 << OPTION_TEXT | 1 << OPTION_CONNINFO | 1 << OPTION_SECRET
};

/* The setting, whose type must be one of the set. */
static const struct setting *declared(const char *section, const char *name, unsigned types)
{
	const struct setting *s = setting_of(section, name);

	if (!s || !(1u << s->option->type & types)) {
		fprintf(stderr, "%s.%s is asked for, but no option table declares it so\n", section, name);
		abort();
	}
	return s;
}

int64_t option_int(const char *section, const char *name)
{
	return declared(section, name, NUMBERS)->number;
}

bool option_bool(const char *section, const char *name)
{
	return declared(section, name, 1 << OPTION_BOOL)->number != 0;
}

int option_choice(const char *section, const char *name)
{
	return (int)declared(section, name, 1 << OPTION_CHOICE)->number;
}

const char *option_text(const char *section, const char *name)
{
	return declared(section, name, TEXTS)->text;
}
