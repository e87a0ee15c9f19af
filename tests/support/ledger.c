/* See ledger.h. A line of "answers" for each answer; the first of each kind whole, in "replies.<pid>". */
#include "support/ledger.h"

#include "support/scene.h"
#include "vobe/buf.h"
#include "vobe/text.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KINDS = 16384, EACH_MOST = 16, BODY_MOST = 256 * 1024 };

/* Short, so that lines of several processes stay whole. */
static void add_line(const char *dir, const struct call *c, const struct answer *a)
{
	const char *code = a->status < 400 ? NULL : at(a, "code");
	if (a->status >= 400 && !code) /* OAuth's form */
		code = at(a, "error");
	int fd = open(arena_fmt(scene_arena(), "%s/answers", dir), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		      0644);
	dprintf(fd, "%s %.*s %d %s\n", c->method, (int)strcspn(c->path, "?"), c->path, a->status,
		code ? code : "-");
	close(fd);
}

/* A flood of one kind is told by its first few: paths that differ in digits are one. */
static bool is_new_enough(const struct call *c, const struct answer *a)
{
	static unsigned char seen[KINDS];
	unsigned hash = (unsigned)a->status * 31u + (unsigned char)c->method[0];
	for (const char *p = c->path; *p && *p != '?'; p++)
		if (!isxdigit((unsigned char)*p))
			hash = hash * 31u + (unsigned char)*p;
	return seen[hash % KINDS] < EACH_MOST && ++seen[hash % KINDS];
}

/* {"ETag":"...","Link":"..."} */
static void add_headers(struct buf *b, const struct answer *a)
{
	buf_char(b, '{');
	for (const char *line = strstr(a->head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		const char *colon = strchr(line + 2, ':');
		if (!colon)
			continue;
		const char *value = colon + 1 + strspn(colon + 1, " ");
		if (b->at[b->len - 1] != '{')
			buf_char(b, ',');
		json_str(b, arena_strn(scene_arena(), line + 2, (size_t)(colon - line - 2)));
		buf_char(b, ':');
		json_str(b, arena_strn(scene_arena(), value, strcspn(value, "\r")));
	}
	buf_char(b, '}');
}

static void add_reply(const char *dir, const struct call *c, const struct answer *a)
{
	static FILE *file;
	struct buf b = {.arena = scene_arena()};

	if (a->body_len > BODY_MOST || header_of(a, "Content-Encoding") || !utf8_valid(a->body, a->body_len))
		return;
	if (!file)
		file = fopen(arena_fmt(scene_arena(), "%s/replies.%d", dir, (int)getpid()), "ae");
	if (!file)
		return;
	buf_str(&b, "{\"method\":");
	json_str(&b, c->method);
	buf_str(&b, ",\"path\":");
	json_str(&b, arena_strn(scene_arena(), c->path, strcspn(c->path, "?")));
	buf_fmt(&b, ",\"status\":%d,\"headers\":", a->status);
	add_headers(&b, a);
	buf_str(&b, ",\"body\":");
	json_str(&b, arena_strn(scene_arena(), a->body, a->body_len));
	fprintf(file, "%s}\n", buf_text(&b));
	fflush(file);
}

void ledger_add(const struct call *c, const struct answer *a)
{
	const char *dir = getenv("VOBE_TEST_DIR");
	if (!dir)
		return;
	add_line(dir, c, a);
	if (is_new_enough(c, a))
		add_reply(dir, c, a);
}
