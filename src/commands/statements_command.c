/* Prints the SQL of the modules whole, for reading, psql and EXPLAIN. Needs no database. */
#include "app/boot.h"
#include "app/modules.h"
#include "app/running.h"
#include "commands/command.h"
#include "db/pool/pool.h"

#include <stdio.h>
#include <string.h>

static int print(const char *module, const char *statement)
{
	bool found = false;
	for (const struct module *const *m = running.modules; *m; m++) {
		if (module && strcmp((*m)->name, module) != 0)
			continue;
		found = true;
		if (!pool_print_statements(pool_of((*m)->name), statement, stdout))
			return command_misused("statements: %s has no statement %s", module, statement);
		putchar('\n');
	}
	return found ? 0 : command_misused("statements: there is no module %s", module);
}

int command_statements(const struct command_line *line)
{
	int code = boot_open(&(struct boot_plan){.modules = modules,
						 .config_path = line->config_path,
						 .settings = line->settings},
			     stderr);
	if (code)
		return code;
	code = print(command_word(line, 0), command_word(line, 1));
	boot_close();
	return code;
}
