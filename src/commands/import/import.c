/* Reads files line by line, hands batches over, and comes back to lines that waited for others. */
#include "commands/import/import.h"

#include "bus/bus.h"
#include "commands/import/batch.h"
#include "commands/import/directory.h"
#include "commands/import/lines.h"
#include "contracts/audit.h"
#include "vobe/buf.h"
#include "vobe/clock.h"
#include "vobe/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { SETTLE_PAUSE_MS = 20, SETTLE_STALLED_S = 60, KINDS_MAX = 8 };

/* A file is read once, and its lines that waited are read again while that helps some of them. */
enum pass { PASS_FIRST, PASS_AGAIN, PASS_LAST };

struct source {
	const char *path;
	struct waiting waiting;
};

/* One file under way. */
struct reading {
	const struct kind *kind;
	struct line_place at;
	struct lines *lines;
	int64_t started_us;
	struct import *im;
	enum pass pass;
	struct waiting due, *waiting; /* lines to read again, and those that wait still */
	int due_at;
};

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

/* Whether the line is to be read: in later passes, those that waited. */
static bool is_due(struct reading *r)
{
	if (r->pass == PASS_FIRST)
		return true;
	if (r->due_at == r->due.count || r->due.lines[r->due_at] != r->at.line)
		return false;
	r->due_at++;
	return true;
}

static void take_line(struct ctx *cx, struct reading *r, const char *text, size_t len, struct batch *b)
{
	struct line *l = &b->lines[b->count];
	struct report *report = &r->im->report;

	*l = (struct line){
		.cx = cx, .report = report, .at = r->at, .kind = r->kind, .wanted = &r->im->wanted};
	report->totals.lines += r->pass == PASS_FIRST;
	if (!text)
		line_fault(l, "", "too_long", "Longer than 4 MiB.");
	else if (line_read(l, text, len))
		b->count++;
	report->totals.spam += l->is_spam && !l->faults.count;
	if (l->faults.count)
		batch_refuse(b, l);
}

static enum line_state batch_fill(struct ctx *cx, struct reading *r, struct batch *b)
{
	const char *text;
	size_t len;

	while (b->count < IMPORT_BATCH && b->refused_count < IMPORT_BATCH) {
		enum line_state state = lines_next(r->lines, &text, &len);
		r->at.line = lines_number(r->lines);
		if (state != LINE_READ && state != LINE_TOO_LONG)
			return state;
		if (is_due(r))
			take_line(cx, r, state == LINE_READ ? text : NULL, len, b);
	}
	return LINE_READ;
}

/* One batch in an arena of its own, so that a file of any size needs the memory of one. */
static err batch_import(struct ctx *cx, struct reading *r, enum line_state *state)
{
	struct ctx inner = *cx;
	inner.arena = arena_new();
	struct batch *b = ARENA_NEW(inner.arena, struct batch);
	*state = batch_fill(&inner, r, b);
	err e = batch_take(&inner, b, r->pass == PASS_LAST ? NULL : r->waiting);
	e = problem_keep(cx, e);
	arena_free(inner.arena);
	return e;
}

/* The lines before a damage stay: the next import finds them there. */
static err lines_import(struct ctx *cx, struct reading *r)
{
	enum line_state state = LINE_READ;

	while (state == LINE_READ) {
		TRY(batch_import(cx, r, &state));
		progress_print(r);
	}
	if (state != LINES_END) {
		r->im->exit_code = state == LINES_DAMAGED ? EX_IOERR : EX_DATAERR;
		report_say("%s: %s", r->at.path, lines_fault(r->lines));
	}
	if (r->pass == PASS_FIRST)
		report_durations_end(&r->im->report, r->at.path);
	return NULL;
}

static err source_import(struct ctx *cx, struct import *im, const struct kind *kind, struct source *source,
			 enum pass pass)
{
	struct reading r = {.kind = kind,
			    .at = {kind->name, source->path, 0},
			    .started_us = clock_mono_now(),
			    .im = im,
			    .pass = pass,
			    .due = source->waiting,
			    .waiting = &source->waiting};
	if (pass != PASS_FIRST && !r.due.count)
		return NULL;
	source->waiting = (struct waiting){0};
	im->report.is_repeated = pass != PASS_FIRST;
	r.lines = lines_open(source->path);
	err e = lines_import(cx, &r);
	lines_close(r.lines);
	free(r.due.lines);
	return e;
}

static int waiting_in(const struct source *sources, int count)
{
	int n = 0;
	for (int i = 0; i < count; i++)
		n += sources[i].waiting.count;
	return n;
}

static err pass_over(struct ctx *cx, struct import *im, const struct kind *kind, struct source *sources,
		     int count, enum pass pass)
{
	for (int i = 0; i < count && !im->exit_code; i++)
		TRY(source_import(cx, im, kind, &sources[i], pass));
	return NULL;
}

/* What is still waiting when a round has helped none waits for what will not come. */
static err sources_import(struct ctx *cx, struct import *im, const struct kind *kind, struct source *sources,
			  int count)
{
	int before;

	TRY(pass_over(cx, im, kind, sources, count, PASS_FIRST));
	do {
		before = waiting_in(sources, count);
		if (before)
			TRY(pass_over(cx, im, kind, sources, count, PASS_AGAIN));
	} while (!im->exit_code && waiting_in(sources, count) < before);
	return pass_over(cx, im, kind, sources, count, PASS_LAST);
}

static void kind_say(const struct import *im, const struct kind *kind, const struct import_totals *before,
		     int64_t started_us)
{
	const struct import_totals *t = &im->report.totals;

	report_say(
		"%-9s %lld lines: %lld added, %lld there already, %lld refused, %lld marked as spam, %.1f s",
		kind->name, (long long)(t->lines - before->lines), (long long)(t->added - before->added),
		(long long)(t->present - before->present), (long long)(t->refused - before->refused),
		(long long)(t->spam - before->spam), (double)(clock_mono_now() - started_us) / 1e6);
}

/* `files`: all that are left, of which the first `count` are of the kind. */
static err kind_import(struct ctx *cx, struct import *im, const struct import_file *files, int count)
{
	const struct kind *kind = &kinds[files->kind];
	const struct import_totals before = im->report.totals;
	const int64_t started_us = clock_mono_now();
	struct source *sources = ARENA_ARRAY(cx->arena, struct source, count);

	for (int i = 0; i < count; i++)
		sources[i].path = files[i].path;
	err e = sources_import(cx, im, kind, sources, count);
	for (int i = 0; i < count; i++)
		free(sources[i].waiting.lines);
	if (!e)
		kind_say(im, kind, &before, started_us);
	return e;
}

/* One entry for all: those whom it makes accounts for cannot sign in. */
static err audit(struct ctx *cx, const struct import *im)
{
	struct buf details = {.arena = cx->arena};

	buf_str(&details, "{\"directory\":");
	json_str(&details, utf8_valid(im->dir, strlen(im->dir)) ? im->dir : "(no UTF-8)");
	buf_fmt(&details, ",\"update\":%s", im->wanted.mode >= IMPORT_UPDATES ? "true" : "false");
	buf_fmt(&details, ",\"restore\":%s}", im->wanted.mode == IMPORT_RESTORES ? "true" : "false");
	return auth_audit_service()->record(cx, "import.begun", NULL, buf_text(&details));
}

err import_directory(struct ctx *cx, struct import *im)
{
	const char *names[KINDS_MAX + 1] = {NULL};
	struct import_file *files;
	int count, same;

	for (int i = 0; i < KINDS_MAX && kinds[i].name; i++)
		names[i] = kinds[i].name;
	TRY(directory_read(cx, im->dir, names, &files, &count));
	TRY(audit(cx, im));
	for (int i = 0; i < count && !im->exit_code; i += same) {
		for (same = 1; i + same < count && files[i + same].kind == files[i].kind;)
			same++;
		TRY(kind_import(cx, im, files + i, same));
	}
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
		bus_hurry();
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
