/*
 * The lines of one file: plain, or gzip (by its name or its first bytes). A byte order mark and blank lines
 * are nothing. A file that cannot be read to its end says so: an end that is missing is not an end.
 */
#ifndef COMMANDS_IMPORT_LINES_H
#define COMMANDS_IMPORT_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_MAX_BYTES = 4 << 20 };

enum line_state {
	LINE_READ,
	LINE_TOO_LONG,
	LINES_END,
	LINES_DAMAGED,  /* cut, changed or unreadable */
	LINES_NO_LINES, /* not one object a line: an array, or another encoding */
};

struct lines;

/* Begins at the first line. A file that cannot be opened is told by the first lines_next. */
struct lines *lines_open(const char *path);
void lines_close(struct lines *l);

/* The next line that is not blank, valid until the next call. */
enum line_state lines_next(struct lines *l, const char **text, size_t *len);

/* The number of the last line, from 1. */
int64_t lines_number(const struct lines *l);

/* What is wrong with the file and what to do; after LINES_DAMAGED and LINES_NO_LINES. */
const char *lines_fault(const struct lines *l);

/* How much of the file has been read, 0 to 1. */
double lines_share(const struct lines *l);

#endif
