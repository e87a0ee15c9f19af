/* The statements of a pool as text that psql takes. */
#include "db/pool/inside.h"
#include "db/statement/codec.h"

#include <string.h>

static void print_session(const struct pool *p, FILE *out)
{
	fprintf(out, "-- %s: what the server is told, and what it is asked\n", p->cfg.module);
	fprintf(out, "DEALLOCATE ALL;\nSET ROLE \"%s\";\nSET search_path TO \"%s\", extensions;\n", p->role,
		p->cfg.module);
	for (const struct session_setting *s = planning_settings; s->name; s++)
		fprintf(out, "SET %s TO '%s';\n", s->name, s->value);
}

/* " (a, b)" of what `word` makes of each parameter, and `end` behind it; nothing when there is none. */
static void print_parameters(const struct prepared *p, const char *(*word)(const struct field *f),
			     const char *end, FILE *out)
{
	for (int i = 0; i < p->parameter_count; i++)
		fprintf(out, "%s%s%s", i ? ", " : " (", word(p->parameters[i].field), end);
	fputs(p->parameter_count ? ")" : "", out);
}

static const char *declared(const struct field *f)
{
	return codec_declared(f->type);
}

static const char *name(const struct field *f)
{
	return f->name;
}

static const char *road(const struct statement *st)
{
	if (statement_writes(st->sql))
		return "in a change";
	return st->lane == LANE_SLOW ? "on the slow lane" : "on the lane of point reads";
}

static void print_statement(const struct prepared *p, FILE *out)
{
	const struct statement *st = p->st;
	fprintf(out, "\n-- %s: takes %s, gives %s, %s\n", st->name, st->in ? st->in->name : "nothing",
		st->out ? st->out->name : "nothing", road(st));
	fprintf(out, "PREPARE \"%s\"", st->name);
	print_parameters(p, declared, p->each ? "[]" : "", out);
	fprintf(out, " AS\n%s;\n-- EXPLAIN (ANALYZE, BUFFERS) EXECUTE \"%s\"", p->sql, st->name);
	print_parameters(p, name, "", out);
	fputs(";\n", out);
}

bool pool_print_statements(const struct pool *p, const char *only, FILE *out)
{
	bool found = !only;
	for (int i = 0; only && i < p->prepared_count; i++)
		found |= !strcmp(p->prepared[i]->st->name, only);
	if (!found)
		return false;
	print_session(p, out);
	for (int i = 0; i < p->prepared_count; i++)
		if (!only || !strcmp(p->prepared[i]->st->name, only))
			print_statement(p->prepared[i], out);
	return true;
}
