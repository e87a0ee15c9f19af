/* Counts, reasons and remarks of an import. */
#include "commands/import/report.h"

#include "vobe/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TALLIES_MAX = 200 }; /* of a kind; a file whose every line brings a name of its own ends there */

void report_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs(isatty(2) ? "\r\033[K" : "", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

const char *count_text(struct arena *a, int64_t n)
{
	char digits[24];
	struct buf out = {.arena = a};
	int len = snprintf(digits, sizeof digits, "%lld", (long long)n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_char(&out, ',');
		buf_char(&out, digits[i]);
	}
	return buf_text(&out);
}

/* --- tallies --- */

static bool is_tally_of(const struct tally *t, const struct tally *like)
{
	return !strcmp(t->of, like->of) && !strcmp(t->name, like->name) && !strcmp(t->code, like->code);
}

static void tally_add(struct arena *a, struct tallies *ts, const struct tally *like)
{
	for (int i = 0; i < ts->count; i++)
		if (is_tally_of(&ts->at[i], like)) {
			ts->at[i].count++;
			return;
		}
	if (ts->count == TALLIES_MAX)
		return;
	if (ts->count == ts->room) {
		const int room = ts->room ? ts->room * 2 : 16;
		ts->at = arena_resize(a, ts->at, (size_t)ts->room * sizeof *ts->at,
				      (size_t)room * sizeof *ts->at);
		ts->room = room;
	}
	ts->at[ts->count++] = (struct tally){arena_str(a, like->of), arena_str(a, like->name),
					     arena_str(a, like->code), arena_str(a, like->text), 1};
}

/* The member that a pointer leads into: "genres" of "/genres/3". */
static const char *member_of(struct arena *a, const char *pointer)
{
	return *pointer ? arena_strn(a, pointer + 1, strcspn(pointer + 1, "/")) : "";
}

/* --- lines --- */

static const char *told(const struct fault *f, struct arena *a)
{
	return *f->pointer ? arena_fmt(a, "%s: %s", f->pointer, f->detail) : f->detail;
}

void report_refused(struct report *r, const struct line_place *at, const struct fault *faults, int count)
{
	struct arena *scratch = arena_new();
	struct buf all = {.arena = scratch};

	r->totals.refused++;
	for (int i = 0; i < count; i++) {
		buf_fmt(&all, "%s%s", i ? " " : "", told(&faults[i], scratch));
		tally_add(r->arena, &r->reasons,
			  &(struct tally){at->kind, member_of(scratch, faults[i].pointer), faults[i].code,
					  faults[i].detail, 0});
	}
	report_say("%s:%lld: %s; left out", at->path, (long long)at->line, buf_text(&all));
	arena_free(scratch);
}

void report_note(struct report *r, const struct line_place *at, const char *note)
{
	(void)r;
	report_say("%s:%lld: %s", at->path, (long long)at->line, note);
}

void report_remark(struct report *r, const char *path, const char *name, const char *what, const char *more)
{
	if (r->is_repeated)
		return;
	tally_add(r->arena, &r->remarks, &(struct tally){path, name, what, more ? more : "", 0});
}

void report_duration(struct report *r, bool is_long)
{
	r->durations += !r->is_repeated;
	r->long_durations += is_long && !r->is_repeated;
}

void report_durations_end(struct report *r, const char *path)
{
	if (r->long_durations * 2 > r->durations)
		report_say("%s: duration: above 10,000 in %s of %s lines: these are milliseconds, and it is"
			   " seconds that are read",
			   path, count_text(r->arena, r->long_durations), count_text(r->arena, r->durations));
	r->durations = r->long_durations = 0;
}

/* --- the end --- */

static void remarks_say(struct report *r)
{
	for (int i = 0; i < r->remarks.count; i++) {
		const struct tally *t = &r->remarks.at[i];
		report_say("%s: %s: %s in %s line%s%s%s", t->of, t->name, t->code,
			   count_text(r->arena, t->count), t->count == 1 ? "" : "s", *t->text ? "; " : "",
			   t->text);
	}
}

static void reasons_say(struct report *r)
{
	for (int i = 0; i < r->reasons.count; i++) {
		const struct tally *t = &r->reasons.at[i];
		report_say("%s: %s x %s%s%s", t->of, count_text(r->arena, t->count), t->name,
			   *t->name ? ": " : "", t->text);
	}
}

static double rate(const struct import_totals *t, double seconds)
{
	return (double)t->lines / (seconds > 0.001 ? seconds : 0.001);
}

void report_print(struct report *r, double seconds, const char *outcome)
{
	const struct import_totals *t = &r->totals;

	remarks_say(r);
	reasons_say(r);
	printf("%lld lines: %lld added, %lld there already", (long long)t->lines, (long long)t->added,
	       (long long)t->present);
	if (t->differ)
		printf(", %lld of them differ (--update writes them)", (long long)t->differ);
	if (t->updated)
		printf(", %lld of them updated", (long long)t->updated);
	if (t->restored)
		printf(", %lld of them brought back", (long long)t->restored);
	if (t->deleted)
		printf(", %lld of them deleted here", (long long)t->deleted);
	printf(", %lld refused, %lld marked as spam, %lld fitted to the limits; %.2f s, %.0f lines/s, %s\n",
	       (long long)t->refused, (long long)t->spam, (long long)t->fitted, seconds, rate(t, seconds),
	       outcome);
}

static void tallies_write(struct buf *out, const struct tallies *ts, const char *of, const char *code)
{
	for (int i = 0; i < ts->count; i++) {
		const struct tally *t = &ts->at[i];
		buf_fmt(out, "%s{\"%s\":", i ? "," : "", of);
		json_str(out, t->of);
		buf_str(out, ",\"member\":");
		json_str(out, t->name);
		buf_fmt(out, ",\"%s\":", code);
		json_str(out, t->code);
		buf_str(out, ",\"text\":");
		json_str(out, t->text);
		buf_fmt(out, ",\"lines\":%lld}", (long long)t->count);
	}
}

void report_print_json(struct report *r, double seconds)
{
	const struct import_totals *t = &r->totals;
	struct buf out = {.arena = r->arena};

	remarks_say(r);
	buf_fmt(&out,
		"{\"lines\":%lld,\"added\":%lld,\"present\":%lld,\"differ\":%lld,\"updated\":%lld,"
		"\"restored\":%lld,\"deleted\":%lld,"
		"\"refused\":%lld,\"spam\":%lld,\"fitted\":%lld,\"seconds\":%.2f,\"lines_per_second\":%.0f,",
		(long long)t->lines, (long long)t->added, (long long)t->present, (long long)t->differ,
		(long long)t->updated, (long long)t->restored, (long long)t->deleted, (long long)t->refused,
		(long long)t->spam, (long long)t->fitted, seconds, rate(t, seconds));
	buf_str(&out, "\"reasons\":[");
	tallies_write(&out, &r->reasons, "kind", "code");
	buf_str(&out, "],\"remarks\":[");
	tallies_write(&out, &r->remarks, "file", "remark");
	buf_str(&out, "]}");
	puts(buf_text(&out));
}
