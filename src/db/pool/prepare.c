/* The statements of a pool, and the boot check: connected, prepared and described before the first request.
 */
#include "core/memory/memory.h"
#include "core/task/task.h"
#include "db/pool/inside.h"

#include <string.h>

static struct prepared *prepared_new(struct pool *p, struct statement *st)
{
	if (p->prepared_count == p->prepared_room) {
		p->prepared_room = p->prepared_room ? 2 * p->prepared_room : 64;
		p->prepared =
			memory_resize(p->prepared, (size_t)p->prepared_room * sizeof(struct prepared *));
	}
	struct prepared *prepared = ARENA_NEW(p->arena, struct prepared);
	*prepared = (struct prepared){.st = st, .pool = p};
	p->prepared[p->prepared_count++] = st->prepared = prepared;
	return prepared;
}

static struct gathering *gathering_new(struct pool *p)
{
	struct gathering *g = ARENA_NEW(p->arena, struct gathering);
	*g = (struct gathering){.next = p->gatherings};
	TAILQ_INIT(&g->waiting);
	return p->gatherings = g;
}

/* The statement for several stands behind the one that it does at once, so that this is described before. */
static void add_together(struct pool *p, struct prepared *each)
{
	struct statement *st = ARENA_NEW(p->arena, struct statement);
	*st = (struct statement){.name = arena_fmt(p->arena, "%s_together", each->st->name),
				 .sql = each->st->together,
				 .in = each->st->in,
				 .out = each->st->out};
	struct prepared *together = prepared_new(p, st);
	together->each = each;
	together->gathering = st->out ? gathering_new(p) : NULL;
	each->together = together;
	together->fault = statement_rewrite(p->arena, p->cfg.module, together);
	if (!together->fault)
		together->fault = statement_place(p->arena, together);
}

static void add_statement(struct pool *p, struct statement *st)
{
	struct prepared *prepared = prepared_new(p, st);
	prepared->fault = statement_rewrite(p->arena, p->cfg.module, prepared);
	if (st->together)
		add_together(p, prepared);
}

void pool_statements(struct pool *p, struct statement *table)
{
	for (struct statement *st = table; st->name; st++)
		add_statement(p, st);
}

void pool_declared(struct pool *p)
{
	for (const struct statement_table *t = statements_begin(); t < statements_end(); t++)
		for (int i = 0; !strcmp(t->module, p->cfg.module) && i < t->count; i++) {
			struct statement *st = &t->at[i];
			st->in = st->in ? st->in : t->in;
			st->out = st->out ? st->out : t->out;
			add_statement(p, st);
		}
}

static bool takes_parameter(const struct prepared *p, const char *name)
{
	for (int i = 0; i < p->parameter_count; i++)
		if (strcmp(p->parameters[i].field->name, name) == 0)
			return true;
	return false;
}

/* How many statements of that verb take structs of the schema's shape, and how many of these write the field.
 */
static int count_writers(const struct pool *p, const struct schema *s, const char *verb, const char *field,
			 int *of)
{
	int count = 0;
	*of = 0;
	for (int i = 0; i < p->prepared_count; i++) {
		const struct prepared *one = p->prepared[i];
		if (!one->st->in || !schema_same_shape(one->st->in, s) || !statement_does(one->st, verb))
			continue;
		++*of;
		count += takes_parameter(one, field);
	}
	return count;
}

const struct field *pool_unwritten(const struct pool *p, const struct schema *s, const char *verb)
{
	const bool is_insert = strcmp(verb, "insert") == 0;
	for (int i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		int of;
		if (!(f->flags & IN) || f->flags & NO_COLUMN || (f->flags & ONCE && !is_insert))
			continue;
		if (count_writers(p, s, verb, f->name, &of) == 0 && of > 0)
			return f;
	}
	return NULL;
}

/* Faults that are found without the server; NULL: none. */
static const char *written_faults(const struct pool *p, struct arena *a)
{
	struct buf b = {.arena = a};
	for (int i = 0; i < p->prepared_count; i++) {
		const struct prepared *prepared = p->prepared[i];
		for (int j = 0; j < i; j++)
			if (strcmp(p->prepared[j]->st->name, prepared->st->name) == 0)
				buf_fmt(&b, "statement %s: two have this name\n", prepared->st->name);
		if (prepared->fault)
			buf_fmt(&b, "statement %s: %s\n", prepared->st->name, prepared->fault);
	}
	return b.len ? buf_text(&b) : NULL;
}

err pool_check(struct ctx *cx, struct pool *p)
{
	struct pipeline *first = &p->lines[DUTY_READ].pipelines[0];
	const char *faults = written_faults(p, cx->arena);
	if (faults)
		return problem_detail(cx, INTERNAL, "module %s: %s", p->cfg.module, faults);
	if (first->state == PIPELINE_CLOSED || first->state == PIPELINE_LOST)
		pipeline_open(first);
	while (first->state == PIPELINE_CONNECTING || first->state == PIPELINE_SETTING_UP) {
		p->checker = cx->task;
		err e = task_wait(cx);
		p->checker = NULL;
		TRY(e);
	}
	if (first->state == PIPELINE_READY)
		return NULL;
	if (p->faults.len)
		return problem_detail(cx, INTERNAL, "module %s: %s", p->cfg.module, buf_text(&p->faults));
	return problem_detail(cx, DATABASE_AWAY, "module %s cannot use its database yet: %s", p->cfg.module,
			      p->trouble);
}
