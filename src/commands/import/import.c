/* Reads files line by line, hands batches over, counts, and tells what was left out. */
#include "commands/import/import.h"

#include "bus/bus.h"
#include "commands/import/directory.h"
#include "commands/import/lines.h"
#include "commands/import/rows.h"
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

enum { SETTLE_PAUSE_MS = 20, SETTLE_STALLED_S = 60, KINDS = 5 };

/* One file under way. */
struct reading {
	const struct import_kind *kind;
	struct line_place at;
	struct lines *lines;
	int64_t started_us;
	struct import *im;
};

/* The rows of a batch and the lines they came from; all of it lives in the batch's arena. */
struct batch {
	char *rows;
	int64_t lines[IMPORT_BATCH];
	struct import_outcome outcomes[IMPORT_BATCH];
	int count;
};

static void line_refused(struct reading *r, int64_t line, const char *why)
{
	const struct fault fault = {"", "refused", why};
	struct line_place at = r->at;
	at.line = line;
	report_refused(&r->im->report, &at, &fault, 1);
}

/* The line is taken, but not as it was. */
static void line_fitted(struct reading *r, const struct notes *notes)
{
	r->im->report.totals.fitted += notes->count > 0;
	for (int i = 0; i < notes->count; i++)
		report_note(&r->im->report, &r->at, notes->at[i]);
}

static void progress_print(const struct reading *r)
{
	if (!isatty(2))
		return;
	double share = lines_share(r->lines);
	double seconds = (double)(clock_mono_now() - r->started_us) / 1e6;
	fprintf(stderr, "\r\033[K%-9s [%-30.*s] %3.0f%%  %lld lines, %.0f a second", r->kind->name,
		(int)(share * 30), "##############################", share * 100, (long long)r->at.line,
		(double)r->at.line / (seconds > 0.001 ? seconds : 1));
}

/* What is wrong with a line, or NULL and a row is added to the batch. */
static const char *line_read(struct ctx *cx, struct reading *r, const char *text, size_t len, struct batch *b)
{
	struct notes notes = {.count = 0};
	const struct json *doc;
	uint64_t present;
	void *line = arena_alloc(cx->arena, r->kind->schema->size);
	err e = json_parse(cx->arena, text, len, &doc);

	if (!e)
		e = schema_decode(cx->arena, r->kind->schema, doc, DECODE_STORED, line, &present);
	if (e)
		return e->fault_count
			       ? arena_fmt(cx->arena, "%s: %s", e->faults[0].pointer, e->faults[0].detail)
			       : e->detail;
	const char *fault = r->kind->row(cx, line, b->rows + (size_t)b->count * r->kind->row_size, &notes);
	if (!fault)
		b->lines[b->count++] = r->at.line;
	line_fitted(r, &notes);
	return fault;
}

static void take_line(struct ctx *cx, struct reading *r, const char *text, size_t len, struct batch *b)
{
	const char *fault = text ? line_read(cx, r, text, len, b) : "longer than 4 MiB";

	r->im->report.totals.lines++;
	if (fault == FAULT_SPAM)
		r->im->report.totals.spam++;
	else if (fault)
		line_refused(r, r->at.line, fault);
}

static enum line_state batch_fill(struct ctx *cx, struct reading *r, struct batch *b)
{
	enum line_state state = LINE_READ;
	const char *text;
	size_t len;

	while (b->count < IMPORT_BATCH) {
		state = lines_next(r->lines, &text, &len);
		r->at.line = lines_number(r->lines);
		if (state != LINE_READ && state != LINE_TOO_LONG)
			return state;
		take_line(cx, r, state == LINE_READ ? text : NULL, len, b);
	}
	return LINE_READ;
}

static err batch_store(struct ctx *cx, struct reading *r, struct batch *b)
{
	struct import_totals *totals = &r->im->report.totals;

	if (!b->count)
		return NULL;
	TRY(r->kind->store(cx, b->rows, b->count, b->outcomes));
	for (int i = 0; i < b->count; i++) {
		if (b->outcomes[i].fault)
			line_refused(r, b->lines[i], b->outcomes[i].fault);
		else if (b->outcomes[i].added)
			totals->added++;
		else
			totals->present++;
	}
	return NULL;
}

/* One batch in an arena of its own, so that a file of any size needs the memory of one. */
static err batch_import(struct ctx *cx, struct reading *r, enum line_state *state)
{
	struct ctx inner = *cx;
	inner.arena = arena_new();
	struct batch *b = ARENA_NEW(inner.arena, struct batch);
	b->rows = arena_array(inner.arena, IMPORT_BATCH, r->kind->row_size);
	*state = batch_fill(&inner, r, b);
	err e = batch_store(&inner, r, b);
	if (e)
		e = problem_detail(cx, e, "%s", e->detail);
	arena_free(inner.arena);
	return e;
}

static void file_summary(const struct reading *r, const struct import_totals *before)
{
	const struct import_totals *t = &r->im->report.totals;

	report_say(
		"%-9s %lld lines: %lld added, %lld there already, %lld refused, %lld marked as spam, %.1f s",
		r->kind->name, (long long)(t->lines - before->lines), (long long)(t->added - before->added),
		(long long)(t->present - before->present), (long long)(t->refused - before->refused),
		(long long)(t->spam - before->spam), (double)(clock_mono_now() - r->started_us) / 1e6);
}

/* The lines before a damage stay: the next import finds them there. */
static err lines_import(struct ctx *cx, struct reading *r)
{
	const struct import_totals before = r->im->report.totals;
	enum line_state state = LINE_READ;

	while (state == LINE_READ) {
		TRY(batch_import(cx, r, &state));
		progress_print(r);
	}
	if (state != LINES_END) {
		r->im->exit_code = state == LINES_DAMAGED ? EX_IOERR : EX_DATAERR;
		report_say("%s: %s", r->at.path, lines_fault(r->lines));
	}
	file_summary(r, &before);
	return NULL;
}

static err file_import(struct ctx *cx, struct import *im, const struct import_file *file)
{
	const struct import_kind *kind = &import_kinds[file->kind];
	struct reading r = {.kind = kind,
			    .at = {kind->name, file->path, 0},
			    .lines = lines_open(file->path),
			    .started_us = clock_mono_now(),
			    .im = im};
	err e = lines_import(cx, &r);

	lines_close(r.lines);
	return e;
}

err import_directory(struct ctx *cx, struct import *im)
{
	const char *names[KINDS + 1] = {NULL};
	struct import_file *files;
	int count;

	for (int i = 0; i < KINDS; i++)
		names[i] = import_kinds[i].name;
	TRY(directory_read(cx, im->dir, names, &files, &count));
	TRY(import_prepare(cx));
	for (int i = 0; i < count && !im->exit_code; i++)
		TRY(file_import(cx, im, &files[i]));
	return NULL;
}

/* What the bus has got through, here or by another instance. */
static uint64_t events_passed(void)
{
	struct bus_stats stats;
	bus_read_stats(&stats);
	return stats.applied + stats.skipped + stats.moved;
}

err import_settle(struct ctx *cx)
{
	int64_t moved_at = clock_mono_now();
	uint64_t before = events_passed();
	bool settled = false;

	while (!settled && clock_mono_now() - moved_at < SETTLE_STALLED_S * SECOND_US) {
		TRY(bus_is_settled(cx, &settled));
		if (!settled)
			TRY(wait_ms(cx, SETTLE_PAUSE_MS));
		if (events_passed() != before) {
			before = events_passed();
			moved_at = clock_mono_now();
		}
	}
	return settled ? NULL
		       : problem_detail(
				 cx, UNAVAILABLE,
				 "the search index is still behind; `vobemusic events status` shows where");
}
