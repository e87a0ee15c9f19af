/* Looks through the directory. */
#include "commands/import/directory.h"

#include "commands/import/report.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const endings[] = {".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", NULL};

static bool is_ending(const char *text)
{
	for (const char *const *e = endings; *e; e++)
		if (!strcmp(text, *e))
			return true;
	return false;
}

/* The kind of a file's name; -1: none. */
static int kind_of(const char *name, const char *const *kinds)
{
	for (int i = 0; kinds[i]; i++) {
		size_t len = strlen(kinds[i]);
		if (!strncmp(name, kinds[i], len) && is_ending(name + len))
			return i;
	}
	return -1;
}

static int compare_files(const void *a, const void *b)
{
	const struct import_file *x = a, *y = b;
	return x->kind != y->kind ? x->kind - y->kind : strcmp(x->path, y->path);
}

/* A trailing slash would be doubled in what is told. */
static const char *joined(struct arena *a, const char *dir, const char *name)
{
	size_t len = strlen(dir);
	return arena_fmt(a, "%s%s%s", dir, len && dir[len - 1] == '/' ? "" : "/", name);
}

static err unopened(struct ctx *cx, const char *dir, int why)
{
	if (why == ENOENT)
		return problem_detail(cx, IMPORT_NO_INPUT, "There is no directory %s.", dir);
	if (why == ENOTDIR)
		return problem_detail(
			cx, IMPORT_NO_INPUT,
			"%s is no directory; name the one that holds artists.jsonl and the others.", dir);
	return problem_detail(cx, IMPORT_NO_INPUT, "The directory %s cannot be read: %s.", dir,
			      strerror(why));
}

static int entries(DIR *d)
{
	int n = 0;

	while (readdir(d))
		n++;
	rewinddir(d);
	return n;
}

static void take_entries(struct ctx *cx, DIR *d, const char *dir, const char *const *kinds,
			 struct import_file *files, int room, int *count)
{
	for (const struct dirent *e; (e = readdir(d)) && *count < room;) {
		int kind = kind_of(e->d_name, kinds);
		if (kind >= 0)
			files[(*count)++] = (struct import_file){kind, joined(cx->arena, dir, e->d_name)};
		else if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			report_say("%s: not read: it is none of artists, albums, tracks, posts, comments with"
				   " .jsonl, .ndjson, .jsonl.gz or .ndjson.gz",
				   joined(cx->arena, dir, e->d_name));
	}
}

err directory_read(struct ctx *cx, const char *dir, const char *const *kinds, struct import_file **files,
		   int *count)
{
	DIR *d = opendir(dir);

	if (!d)
		return unopened(cx, dir, errno);
	int room = entries(d);
	*count = 0;
	*files = ARENA_ARRAY(cx->arena, struct import_file, room + 1);
	take_entries(cx, d, dir, kinds, *files, room, count);
	closedir(d);
	if (!*count)
		return problem_detail(
			cx, IMPORT_NO_INPUT,
			"%s holds nothing to import: no artists, albums, tracks, posts or comments"
			" with .jsonl, .ndjson, .jsonl.gz or .ndjson.gz.",
			dir);
	qsort(*files, (size_t)*count, sizeof **files, compare_files);
	return NULL;
}
