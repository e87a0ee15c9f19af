/* The judges of agreement.h. */
#include "app/agreement.h"

#include "db/pool/pool.h"
#include "db/statement/statement.h"

#include <string.h>

static bool is_module(const struct module *const *modules, const char *name)
{
	for (const struct module *const *m = modules; *m; m++)
		if (strcmp((*m)->name, name) == 0)
			return true;
	return false;
}

static int homeless_statements(const struct module *const *modules, FILE *faults)
{
	int count = 0;
	for (const struct statement_table *t = statements_begin(); t < statements_end(); t++) {
		if (is_module(modules, t->module))
			continue;
		count++;
		fprintf(faults,
			"vobemusic: statement %s is declared for MODULE \"%s\", which is none: correct the "
			"#define\n",
			t->at->name, t->module);
	}
	return count;
}

static int lost_fields(const struct module *m, const struct route *r, FILE *faults)
{
	const struct schema *body = r->handler ? r->handler->body : NULL;
	const char *verb = r->method == METHOD_PATCH ? "update" : "insert";
	const struct field *lost = body ? pool_unwritten(pool_of(m->name), body, verb) : NULL;
	if (!lost)
		return 0;
	fprintf(faults,
		"vobemusic: %s (%s:%d) takes the field %s of %s, and no %s of module %s writes it: add the "
		"column, or say NO_COLUMN"
		" or ONCE in the field list\n",
		r->handler->name, r->handler->file, r->handler->line, lost->name, body->name, verb, m->name);
	return 1;
}

static int lost_finder(const struct route *r, FILE *faults)
{
	const struct finder *f = r->finder;
	if (!f || (r->handler->body && f->body == r->handler->body && f->params == r->handler->params))
		return 0;
	fprintf(faults,
		"vobemusic: %s (%s:%d) cannot find faults for %s, which takes %s: give FINDER its parameters "
		"and body\n",
		f->name, f->file, f->line, r->handler->name, r->handler->body ? "others" : "no body");
	return 1;
}

bool tables_agree(const struct module *const *modules, FILE *faults)
{
	int count = homeless_statements(modules, faults);
	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *const *table = (*m)->routes; table && *table; table++)
			for (const struct route *r = *table; r->path; r++)
				count += lost_fields(*m, r, faults) + lost_finder(r, faults);
	return count == 0;
}
