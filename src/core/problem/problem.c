/* Problems made for one occurrence: a constant, with its own words, in the arena of the unit of work. */
#include "vobe/problem.h"

#include "vobe/arena.h"
#include "vobe/ctx.h"

#include <stdarg.h>
#include <string.h>

static struct problem *problem_copy(struct arena *a, err kind)
{
	return arena_copy(a, kind, sizeof *kind);
}

bool problem_is(err e, err kind)
{
	return e && kind && strcmp(e->code, kind->code) == 0;
}

err problem_detail(struct ctx *cx, err kind, const char *fmt, ...)
{
	struct problem *p = problem_copy(cx->arena, kind);
	va_list ap;

	va_start(ap, fmt);
	p->detail = arena_vfmt(cx->arena, fmt, ap);
	va_end(ap);
	return p;
}

err problem_keep(struct ctx *cx, err e)
{
	if (!e)
		return NULL;
	struct problem *p = problem_copy(cx->arena, e);
	struct fault *faults = arena_copy(cx->arena, e->faults, (size_t)e->fault_count * sizeof *faults);
	for (int i = 0; i < e->fault_count; i++)
		faults[i] = (struct fault){.pointer = arena_str(cx->arena, faults[i].pointer),
					   .code = arena_str(cx->arena, faults[i].code),
					   .detail = arena_str(cx->arena, faults[i].detail),
					   .kind = problem_keep(cx, faults[i].kind)};
	p->faults = faults;
	p->detail = arena_str(cx->arena, e->detail);
	p->members = arena_str(cx->arena, e->members);
	p->cause = arena_str(cx->arena, e->cause);
	return p;
}

err problem_members(struct ctx *cx, err kind, const char *fmt, ...)
{
	struct problem *p = problem_copy(cx->arena, kind);
	const char *more;
	va_list ap;

	va_start(ap, fmt);
	more = arena_vfmt(cx->arena, fmt, ap);
	va_end(ap);
	p->members = p->members ? arena_fmt(cx->arena, "%s,%s", p->members, more) : more;
	return p;
}

err problem_cause(struct ctx *cx, err kind, const char *fmt, ...)
{
	struct problem *p = problem_copy(cx->arena, kind);
	va_list ap;

	va_start(ap, fmt);
	p->cause = arena_vfmt(cx->arena, fmt, ap);
	va_end(ap);
	return p;
}

static void fault_vadd(struct arena *a, struct faults *fs, const char *pointer, const char *code,
		       const char *fmt, va_list ap)
{
	if (fs->count == fs->room) {
		size_t size = (size_t)fs->room * sizeof *fs->at;

		fs->room = fs->room ? fs->room * 2 : 4;
		fs->at = arena_resize(a, fs->at, size, (size_t)fs->room * sizeof *fs->at);
	}
	fs->at[fs->count++] = (struct fault){.pointer = arena_str(a, pointer),
					     .code = arena_str(a, code),
					     .detail = arena_vfmt(a, fmt, ap)};
}

void fault_add(struct arena *a, struct faults *fs, const char *pointer, const char *code, const char *fmt,
	       ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_vadd(a, fs, pointer, code, fmt, ap);
	va_end(ap);
}

err problem_with(struct arena *a, err kind, const struct faults *fs)
{
	struct problem *p;

	if (!fs->count)
		return NULL;
	p = problem_copy(a, kind);
	p->faults = fs->at;
	p->fault_count = fs->count;
	return p;
}

err problem_at(struct ctx *cx, err kind, const char *pointer)
{
	struct faults one = {0};

	fault_add(cx->arena, &one, pointer, kind->code, "%s", kind->detail);
	return problem_with(cx->arena, kind, &one);
}

/* --- of several kinds --- */

bool faults_at(const struct faults *fs, const char *pointer)
{
	int i = 0;

	while (i < fs->count && strcmp(fs->at[i].pointer, pointer) != 0)
		i++;
	return i < fs->count;
}

void faults_take(struct arena *a, struct faults *fs, err e)
{
	for (int i = 0; e && i < e->fault_count; i++) {
		const struct fault *f = &e->faults[i];
		if (faults_at(fs, f->pointer))
			continue;
		fault_add(a, fs, f->pointer, f->code, "%s", f->detail);
		fs->at[fs->count - 1].kind = f->kind ? f->kind : e;
	}
}

static err kind_of(const struct fault *f)
{
	return f->kind ? f->kind : VALIDATION_FAILED;
}

err faults_problem(struct arena *a, const struct faults *fs)
{
	bool is_one = true, is_conflict = true;
	err first = fs->count ? kind_of(&fs->at[0]) : NULL;

	for (int i = 0; i < fs->count; i++) {
		is_one = is_one && problem_is(kind_of(&fs->at[i]), first);
		is_conflict = is_conflict && kind_of(&fs->at[i])->status == CONFLICT->status;
	}
	return problem_with(a, is_one || is_conflict ? first : VALIDATION_FAILED, fs);
}

err problem_fault(struct ctx *cx, const char *pointer, const char *code, const char *fmt, ...)
{
	struct faults one = {0};
	va_list ap;

	va_start(ap, fmt);
	fault_vadd(cx->arena, &one, pointer, code, fmt, ap);
	va_end(ap);
	return faults_problem(cx->arena, &one);
}
