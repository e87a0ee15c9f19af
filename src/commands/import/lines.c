/* Files read by blocks, and cut into lines. */
#include "commands/import/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK_BYTES = 64 << 10, FAULT_BYTES = 300, GZIP_WINDOW = 15 + 16 };

struct lines {
	int fd;
	int64_t bytes, taken; /* of the file, as it is stored */
	bool is_gzip, in_member;
	z_stream z;
	unsigned char stored[BLOCK_BYTES], block[BLOCK_BYTES]; /* `block`: as it is meant */
	size_t at, end;                                        /* what is left of `block` */
	char *text;
	size_t len;
	int64_t number;
	bool has_begun, is_broken;
	char fault[FAULT_BYTES];
};

static const char cut_short[] = "it ends in the middle of its compressed data: it was cut; fetch it again";

/* --- blocks --- */

static bool break_off(struct lines *l, const char *what, const char *why)
{
	l->is_broken = true;
	snprintf(l->fault, sizeof l->fault, "%s%s%s", what, why ? ": " : "", why ? why : "");
	return false;
}

/* Bytes as they are stored; 0 at the end of the file. */
static bool read_stored(struct lines *l, unsigned char *to, size_t *count)
{
	ssize_t n;

	do
		n = read(l->fd, to, BLOCK_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return break_off(l, "cannot be read", strerror(errno));
	l->taken += n;
	*count = (size_t)n;
	return true;
}

static bool refill(struct lines *l)
{
	size_t count;

	if (!read_stored(l, l->stored, &count))
		return false;
	l->z.next_in = l->stored;
	l->z.avail_in = (unsigned)count;
	return true;
}

/* Behind a member comes another one, or the end of the file. */
static bool inflate_block(struct lines *l)
{
	while (l->end == 0) {
		if (l->z.avail_in == 0 && !refill(l))
			return false;
		if (l->z.avail_in == 0)
			return l->in_member ? break_off(l, cut_short, NULL) : true;
		if (!l->in_member)
			inflateReset(&l->z);
		l->in_member = true;
		l->z.next_out = l->block;
		l->z.avail_out = BLOCK_BYTES;
		int state = inflate(&l->z, Z_NO_FLUSH);
		if (state == Z_STREAM_END)
			l->in_member = false;
		else if (state != Z_OK && state != Z_BUF_ERROR)
			return break_off(l, "is damaged or no gzip; fetch it again",
					 l->z.msg ? l->z.msg : "bad data");
		l->end = BLOCK_BYTES - l->z.avail_out;
	}
	return true;
}

/* Fills `block`; end 0 is the end of the file. */
static bool next_block(struct lines *l)
{
	l->at = l->end = 0;
	return l->is_gzip ? inflate_block(l) : read_stored(l, l->block, &l->end);
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);
	return len >= end_len && !strcmp(text + len - end_len, end);
}

/* A file without ".gz" may be gzip by its first bytes; one with it must be. */
static bool begin(struct lines *l)
{
	static const unsigned char magic[] = {0x1f, 0x8b};

	if (!refill(l))
		return false;
	l->is_gzip |= l->z.avail_in >= sizeof magic && !memcmp(l->stored, magic, sizeof magic);
	if (l->is_gzip)
		return next_block(l);
	memcpy(l->block, l->stored, l->z.avail_in);
	l->end = l->z.avail_in;
	return true;
}

struct lines *lines_open(const char *path)
{
	struct lines *l = calloc(1, sizeof *l);
	struct stat st = {0};

	if (!l || !(l->text = malloc(LINE_MAX_BYTES)) || inflateInit2(&l->z, GZIP_WINDOW) != Z_OK)
		abort();
	l->is_gzip = ends_with(path, ".gz");
	l->in_member = true;
	l->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (l->fd < 0)
		(void)break_off(l, "cannot be opened", strerror(errno));
	else if (fstat(l->fd, &st))
		(void)break_off(l, "cannot be read", strerror(errno));
	else if (!S_ISREG(st.st_mode) &&
		 !S_ISDIR(st.st_mode)) /* a pipe may never end; reading tells a directory */
		(void)break_off(l, "is no file; put what it gives into one", NULL);
	l->bytes = st.st_size;
	return l;
}

void lines_close(struct lines *l)
{
	if (l->fd >= 0)
		close(l->fd);
	inflateEnd(&l->z);
	free(l->text);
	free(l);
}

/* --- lines --- */

/* Appends the rest of the block up to a line's end; true when that was found. */
static bool take_piece(struct lines *l)
{
	const unsigned char *from = l->block + l->at;
	const unsigned char *end = memchr(from, '\n', l->end - l->at);
	size_t count = end ? (size_t)(end - from) : l->end - l->at;
	size_t room = l->len < LINE_MAX_BYTES ? LINE_MAX_BYTES - l->len : 0;

	memcpy(l->text + (l->len < LINE_MAX_BYTES ? l->len : 0), from, count < room ? count : room);
	l->len += count;
	l->at += count + (end != NULL);
	return end;
}

/* One line without its end; false at the end of the file, or when it broke off. */
static bool take_line(struct lines *l)
{
	bool is_whole = false, some = false;

	l->len = 0;
	while (!is_whole) {
		if (l->at == l->end && !next_block(l))
			return false;
		if (l->end == 0)
			break;
		some = true;
		is_whole = take_piece(l);
	}
	l->number += some;
	return some;
}

static bool is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strchr(" \t\r", text[i]) || !text[i])
			return false;
	return true;
}

static bool starts_with(const struct lines *l, const char *bytes, size_t len)
{
	return l->len >= len && !memcmp(l->text, bytes, len);
}

static void leave_out_mark(struct lines *l)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (starts_with(l, mark, 3))
		memmove(l->text, l->text + 3, l->len -= 3);
}

/*
 * Encodings that are not read, by their first bytes: a mark, or a character of ASCII, as JSON begins with
 * ('?'). The longer mark stands before the one that it begins with.
 */
static const struct encoding {
	const char *begins;
	size_t len;
	const char *fault;
} encodings[] = {
	{"\xff\xfe\0\0", 4, "is UTF-32: convert it to UTF-8, iconv -f UTF-32 -t UTF-8 FILE"},
	{"\0\0\xfe\xff", 4, "is UTF-32: convert it to UTF-8, iconv -f UTF-32 -t UTF-8 FILE"},
	{"\xff\xfe", 2, "is UTF-16: convert it to UTF-8, iconv -f UTF-16 -t UTF-8 FILE"},
	{"\xfe\xff", 2, "is UTF-16: convert it to UTF-8, iconv -f UTF-16 -t UTF-8 FILE"},
	{"?\0\0\0", 4, "is UTF-32: convert it to UTF-8, iconv -f UTF-32LE -t UTF-8 FILE"},
	{"\0\0\0?", 4, "is UTF-32: convert it to UTF-8, iconv -f UTF-32BE -t UTF-8 FILE"},
	{"?\0?\0", 4, "is UTF-16: convert it to UTF-8, iconv -f UTF-16LE -t UTF-8 FILE"},
	{"\0?\0?", 4, "is UTF-16: convert it to UTF-8, iconv -f UTF-16BE -t UTF-8 FILE"},
	{0},
};

static bool begins_as(const struct lines *l, const struct encoding *e)
{
	for (size_t i = 0; i < e->len && i < l->len; i++) {
		const unsigned char c = (unsigned char)l->text[i];
		if (e->begins[i] == '?' ? c == 0 || c > 0x7f : l->text[i] != e->begins[i])
			return false;
	}
	return l->len >= e->len;
}

/* What the first line shows of a file that holds other things than lines; NULL: it may be all right. */
static const char *no_lines(const struct lines *l)
{
	size_t blanks = strspn(l->text, " \t\r");

	for (const struct encoding *e = encodings; e->begins; e++)
		if (begins_as(l, e))
			return e->fault;
	return l->text[blanks] == '[' ? "is an array: give one object a line, jq -c '.[]' FILE" : NULL;
}

static bool begins_well(struct lines *l)
{
	l->text[l->len < LINE_MAX_BYTES ? l->len : LINE_MAX_BYTES - 1] = '\0';
	const char *fault = no_lines(l);

	l->has_begun = true;
	return fault ? break_off(l, fault, NULL) : true;
}

enum line_state lines_next(struct lines *l, const char **text, size_t *len)
{
	if (l->is_broken || (l->taken == 0 && !begin(l)))
		return LINES_DAMAGED;
	do {
		if (!take_line(l))
			return l->is_broken ? LINES_DAMAGED : LINES_END;
		if (l->number == 1)
			leave_out_mark(l);
	} while (l->len < LINE_MAX_BYTES && is_blank(l->text, l->len));
	if (!l->has_begun && !begins_well(l))
		return LINES_NO_LINES;
	*text = l->text;
	*len = l->len;
	return l->len < LINE_MAX_BYTES ? LINE_READ : LINE_TOO_LONG;
}

int64_t lines_number(const struct lines *l)
{
	return l->number;
}

const char *lines_fault(const struct lines *l)
{
	return l->fault;
}

double lines_share(const struct lines *l)
{
	return l->bytes ? (double)l->taken / (double)l->bytes : 1;
}
