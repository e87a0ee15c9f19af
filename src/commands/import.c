/* Reads files line by line, hands batches over, counts, and tells what was left out. */
#include "commands/import.h"

#include "bus/bus.h"
#include "commands/import_rows.h"
#include "core/json/json.h"
#include "core/schema/walk.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { LINE_MAX_BYTES = 4 << 20, SETTLE_PAUSE_MS = 20, SETTLE_STALLED_S = 60 };

PROBLEM(IMPORT_UNREADABLE, 422, "import_unreadable", "Nothing to import",
	"The directory holds none of artists, albums, tracks, posts or comments .jsonl or .jsonl.gz that can "
	"be read.");

/* One file under way. gzopen reads plain files too. */
struct reading {
	const struct import_kind *kind;
	const char *path;
	gzFile file;
	int64_t line, bytes_all;
	char *text; /* the line, `len` bytes */
	size_t len;
	int64_t started_us;
	struct import_totals *totals;
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
	r->totals->refused++;
	fprintf(stderr, "%s%s:%lld: %s; left out\n", isatty(2) ? "\r\033[K" : "", r->path, (long long)line,
		why);
}

/* The line is taken, but not as it was. */
static void line_fitted(struct reading *r, const struct notes *notes)
{
	r->totals->fitted += notes->count > 0;
	for (int i = 0; i < notes->count; i++)
		fprintf(stderr, "%s%s:%lld: %s\n", isatty(2) ? "\r\033[K" : "", r->path, (long long)r->line,
			notes->at[i]);
}

static void progress_print(const struct reading *r)
{
	if (!isatty(2))
		return;
	double share = r->bytes_all ? (double)gzoffset(r->file) / (double)r->bytes_all : 1;
	double seconds = (double)(clock_mono_now() - r->started_us) / 1e6;
	fprintf(stderr, "\r\033[K%-9s [%-30.*s] %3.0f%%  %lld lines, %.0f a second", r->kind->name,
		(int)(share * 30), "##############################", share * 100, (long long)r->line,
		(double)r->line / (seconds > 0.001 ? seconds : 1));
}

/* What is wrong with a line, or NULL and a row is added to the batch. */
static const char *line_read(struct ctx *cx, struct reading *r, struct batch *b)
{
	struct notes notes = {.count = 0};
	const struct json *doc;
	uint64_t present;
	void *line = arena_alloc(cx->arena, r->kind->schema->size);
	err e = json_parse(cx->arena, r->text, r->len, &doc);

	if (!e)
		e = schema_decode(cx->arena, r->kind->schema, doc, DECODE_STORED, line, &present);
	if (e)
		return e->fault_count
			       ? arena_fmt(cx->arena, "%s: %s", e->faults[0].pointer, e->faults[0].detail)
			       : e->detail;
	const char *fault = r->kind->row(cx, line, b->rows + (size_t)b->count * r->kind->row_size, &notes);
	if (!fault)
		b->lines[b->count++] = r->line;
	line_fitted(r, &notes);
	return fault;
}

/* The next line without its end; false at the end of the file. *whole is false for a line that is too long.
 */
static bool line_next(struct reading *r, bool *whole)
{
	size_t len = 0;
	int c;

	while ((c = gzgetc(r->file)) != -1 && c != '\n')
		if (++len < LINE_MAX_BYTES)
			r->text[len - 1] = (char)c;
	*whole = len < LINE_MAX_BYTES;
	r->len = len;
	r->line++;
	return c != -1 || len > 0;
}

static bool batch_fill(struct ctx *cx, struct reading *r, struct batch *b)
{
	bool whole;
	while (b->count < IMPORT_BATCH) {
		if (!line_next(r, &whole))
			return false;
		r->totals->lines++;
		const char *fault = whole ? line_read(cx, r, b) : "longer than 4 MiB";
		if (fault == FAULT_SPAM)
			r->totals->spam++;
		else if (fault)
			line_refused(r, r->line, fault);
	}
	return true;
}

static err batch_store(struct ctx *cx, struct reading *r, struct batch *b)
{
	if (!b->count)
		return NULL;
	TRY(r->kind->store(cx, b->rows, b->count, b->outcomes));
	for (int i = 0; i < b->count; i++) {
		if (b->outcomes[i].fault)
			line_refused(r, b->lines[i], b->outcomes[i].fault);
		else if (b->outcomes[i].added)
			r->totals->added++;
		else
			r->totals->present++;
	}
	return NULL;
}

/* One batch in an arena of its own, so that a file of any size needs the memory of one. */
static err batch_import(struct ctx *cx, struct reading *r, bool *more)
{
	struct ctx inner = *cx;
	inner.arena = arena_new();
	struct batch *b = ARENA_NEW(inner.arena, struct batch);
	b->rows = arena_array(inner.arena, IMPORT_BATCH, r->kind->row_size);
	*more = batch_fill(&inner, r, b);
	err e = batch_store(&inner, r, b);
	if (e)
		e = problem_detail(cx, e, "%s", e->detail);
	arena_free(inner.arena);
	return e;
}

static err file_import(struct ctx *cx, struct reading *r)
{
	struct import_totals before = *r->totals;
	bool more = true;

	while (more) {
		TRY(batch_import(cx, r, &more));
		progress_print(r);
	}
	double seconds = (double)(clock_mono_now() - r->started_us) / 1e6;
	fprintf(stderr,
		"%s%-9s %lld lines: %lld added, %lld there already, %lld refused, %lld marked as spam, %.1f "
		"s\n",
		isatty(2) ? "\r\033[K" : "", r->kind->name, (long long)(r->totals->lines - before.lines),
		(long long)(r->totals->added - before.added),
		(long long)(r->totals->present - before.present),
		(long long)(r->totals->refused - before.refused), (long long)(r->totals->spam - before.spam),
		seconds);
	return NULL;
}

/* The path of a kind's file in the directory, or NULL. */
static const char *file_path(struct ctx *cx, const char *dir, const char *kind, int64_t *bytes)
{
	static const char *const endings[] = {".jsonl", ".jsonl.gz"};
	struct stat st;
	for (int i = 0; i < 2; i++) {
		const char *path = arena_fmt(cx->arena, "%s/%s%s", dir, kind, endings[i]);
		if (!stat(path, &st) && S_ISREG(st.st_mode)) {
			*bytes = st.st_size;
			return path;
		}
	}
	return NULL;
}

static err kind_import(struct ctx *cx, const struct import_kind *kind, const char *dir,
		       struct import_totals *totals, int *files)
{
	struct reading r = {.kind = kind, .totals = totals, .started_us = clock_mono_now()};

	r.path = file_path(cx, dir, kind->name, &r.bytes_all);
	r.file = r.path ? gzopen(r.path, "rb") : NULL;
	if (!r.file)
		return NULL;
	++*files;
	r.text = malloc(LINE_MAX_BYTES);
	err e = r.text ? file_import(cx, &r) : INTERNAL;
	free(r.text);
	gzclose(r.file);
	return e;
}

err import_directory(struct ctx *cx, const char *dir, struct import_totals *totals)
{
	int files = 0;
	TRY(import_prepare(cx));
	for (const struct import_kind *kind = import_kinds; kind->name; kind++)
		TRY(kind_import(cx, kind, dir, totals, &files));
	return files ? NULL : IMPORT_UNREADABLE;
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
