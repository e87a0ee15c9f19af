/*
 * What an import tells: each line that it refused or changed, at once, with file and line; at the end the
 * counts, the reasons with their number, and what was not read, once a file and name.
 */
#ifndef COMMANDS_IMPORT_REPORT_H
#define COMMANDS_IMPORT_REPORT_H

#include "vobe/arena.h"
#include "vobe/problem.h"

#include <stdint.h>

struct import_totals {
	int64_t lines;
	int64_t added, present;
	int64_t differ, updated;   /* of `present`: other than what is stored; written over it */
	int64_t restored, deleted; /* of `present`: brought back; deleted here, and left so */
	int64_t refused;
	int64_t spam;   /* left out: the line says that it is */
	int64_t fitted; /* taken, but changed to fit what the API takes */
};

/* Things told once, with how often they were met. */
struct tally {
	const char *of;   /* the kind, or the file */
	const char *name; /* of the member, or "" */
	const char *code; /* tells tallies of one name apart */
	const char *text;
	int64_t count;
};
struct tallies {
	struct tally *at;
	int count, room;
};

struct report {
	struct arena *arena; /* outlives the batches */
	struct import_totals totals;
	struct tallies reasons;            /* why lines were refused */
	struct tallies remarks;            /* about files */
	bool is_repeated;                  /* lines are read again: their remarks are known */
	int64_t durations, long_durations; /* of the file under way */
};

/* Where a line stands. */
struct line_place {
	const char *kind, *path;
	int64_t line;
};

/* A line is refused, for all of these reasons. */
void report_refused(struct report *r, const struct line_place *at, const struct fault *faults, int count);

/* A line is taken, but not as it was. */
void report_note(struct report *r, const struct line_place *at, const char *note);

/* About a member of a file, counted and told at the end: "genre: not read in 12 lines; did you mean genres?".
 * `more` may be NULL. */
void report_remark(struct report *r, const char *path, const char *name, const char *what, const char *more);

/* A duration of the file under way; at its end, whether most are too long to be seconds. */
void report_duration(struct report *r, bool is_long);
void report_durations_end(struct report *r, const char *path);

/* At once, beside the progress: "artists.jsonl: ...". */
void report_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "8,537" */
const char *count_text(struct arena *a, int64_t n);

/* Reasons and remarks on stderr, counts on stdout. `outcome`: how it ended, "search complete". */
void report_print(struct report *r, double seconds, const char *outcome);
void report_print_json(struct report *r, double seconds);

#endif
