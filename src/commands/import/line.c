/* What those who look at a line say of it, and ask of its row. */
#include "commands/import/line.h"

#include "commands/import/kind.h"

#include <stdarg.h>
#include <string.h>

void line_note(struct line *l, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	import_note(&l->notes, arena_vfmt(l->cx->arena, fmt, ap));
	va_end(ap);
}

void line_fault(struct line *l, const char *pointer, const char *code, const char *detail)
{
	fault_add(l->cx->arena, &l->faults, pointer, code, "%s", detail);
}

static const struct schema *schema_of(const struct line *l)
{
	return l->kind->importer()->schema;
}

void *line_member(const struct line *l, const char *name)
{
	return (char *)l->row + schema_field(schema_of(l), name)->offset;
}

bool line_gave(const struct line *l, const char *name)
{
	const struct schema *s = schema_of(l);
	return HAS(l->given, schema_field(s, name) - s->fields);
}

void line_guess(struct line *l, const char *name)
{
	const struct schema *s = schema_of(l);
	l->guessed |= UINT64_C(1) << (schema_field(s, name) - s->fields);
}
