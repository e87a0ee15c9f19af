/*
 * The config file through libconfuse. It only delivers assignments with their lines: values, ranges and
 * defaults are config.c's, so that file, environment and command line are held to the same rules.
 *
 * libconfuse stops at the first unknown name. So that all are found at once, such a name is declared as it is
 * met, and the file is read again.
 */
#include "core/config/config_table.h"

#include "vobe/buf.h"

#include <confuse.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A typo in every line of a long file; beyond that the file is not ours. */
enum { STRANGERS_MOST = 200 };

struct stranger {
	const char *section; /* NULL: outside of any */
	char *name;
	int line;
	bool is_section;
};

/* libconfuse has no user pointer in its callbacks. */
static struct reading {
	const char *path;
	struct assignments found;
	struct stranger strangers[STRANGERS_MOST];
	int stranger_count;
	bool again; /* a name was declared or redeclared: read from the start */
} reading;

static void found_add(struct assignment one)
{
	struct assignments *f = &reading.found;

	if (f->count == f->room) {
		f->room = f->room ? f->room * 2 : 64;
		struct assignment *at = ARENA_ARRAY(settings.arena, struct assignment, (size_t)f->room);
		if (f->count > 0)
			memcpy(at, f->at, (size_t)f->count * sizeof *at);
		f->at = at;
	}
	f->at[f->count++] = one;
}

/* Every known name is a string to libconfuse, with this as the parser of its value. */
static int take_value(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result)
{
	found_add((struct assignment){
		.section = arena_str(settings.arena, cfg_name(cfg)),
		.name = arena_str(settings.arena, opt->name),
		.value = arena_str(settings.arena, value),
		.line = cfg->line,
	});
	*(const char **)result = "";
	return 0;
}

static bool is_root(cfg_t *cfg)
{
	return strcmp(cfg_name(cfg), "root") == 0;
}

/* Whether libconfuse was told of the name; section NULL: of the section of that name. */
static bool is_expected(const char *section, const char *name)
{
	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++)
		if (section ? strcmp(s->section, section) == 0 && strcmp(s->option->name, name) == 0
			    : strcmp(s->section, name) == 0)
			return true;
	for (const struct stranger *s = reading.strangers; s < reading.strangers + reading.stranger_count;
	     s++)
		if (strcmp(s->name, name) == 0 &&
		    (s->section ? section && strcmp(s->section, section) == 0 : !section))
			return true;
	return false;
}

/* "root" is what libconfuse calls the text outside of sections. */
static void declare_stranger(cfg_t *cfg, const char *name)
{
	const char *section = is_root(cfg) ? NULL : cfg_name(cfg);

	if (is_expected(section,
			name)) { /* empty, or with one of the characters that mean something to libconfuse */
		reading.found.fault = arena_fmt(settings.arena,
						"%s:%d: \"%s\" is no name, or only a part of one; names have "
						"letters, digits and _",
						reading.path, cfg->line, name);
		return;
	}
	if (reading.stranger_count == STRANGERS_MOST) {
		reading.found.fault = arena_fmt(
			settings.arena, "%s:%d: more than %d unknown names; is this a config file of ours?",
			reading.path, cfg->line, STRANGERS_MOST);
		return;
	}
	reading.strangers[reading.stranger_count++] = (struct stranger){
		.section = arena_str(settings.arena, section),
		.name = arena_str(settings.arena, name),
		.line = cfg->line,
		.is_section = !section,
	};
	reading.again = true;
}

/* A stranger outside of sections was taken for a section, but is a `name = value`. */
static bool redeclare_stranger(const char *name)
{
	for (int i = 0; i < reading.stranger_count; i++) {
		struct stranger *s = &reading.strangers[i];
		if (!s->section && s->is_section && strcmp(s->name, name) == 0) {
			s->is_section = false;
			reading.again = true;
			return true;
		}
	}
	return false;
}

static bool begins_with(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* libconfuse 3.3 tells errors by their format only; both formats looked for have the name as their argument.
 */
static void take_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	bool is_unknown = begins_with(fmt, "no such option"),
	     is_no_section = begins_with(fmt, "missing opening brace");
	const char *name = NULL;
	va_list again;

	va_copy(again, ap);
	if (is_unknown || is_no_section)
		name = va_arg(again, const char *);
	va_end(again);
	if (is_unknown && cfg->flags & CFGF_KEYSTRVAL) /* in the section of a stranger anything goes */
		return;
	if (is_unknown)
		declare_stranger(cfg, name);
	else if (!is_no_section || !redeclare_stranger(name))
		reading.found.fault = arena_fmt(settings.arena, "%s:%d: %s", reading.path, cfg->line,
						arena_vfmt(settings.arena, fmt, ap));
}

/* --- what libconfuse is told to expect --- */

static void expect(cfg_opt_t *row, const char *name)
{
	cfg_opt_t one[] = {CFG_STR_CB(arena_str(settings.arena, name), "", CFGF_NONE, take_value), CFG_END()};

	*row = one[0];
}

/* Known names of the section, then its strangers; ends with CFG_END. */
static cfg_opt_t *expected_in(const char *section)
{
	cfg_opt_t *rows =
		ARENA_ARRAY(settings.arena, cfg_opt_t, (size_t)settings.count * 2 + STRANGERS_MOST + 1);
	cfg_opt_t end[] = {CFG_END()};
	int n = 0;

	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		if (strcmp(s->section, section) != 0)
			continue;
		expect(&rows[n++], s->option->name);
		if (s->option->type == OPTION_SECRET)
			expect(&rows[n++], arena_fmt(settings.arena, "%s_file", s->option->name));
	}
	for (const struct stranger *s = reading.strangers; s < reading.strangers + reading.stranger_count;
	     s++)
		if (s->section && strcmp(s->section, section) == 0)
			rows[n++] = (cfg_opt_t)CFG_STR(s->name, "", CFGF_NONE);
	rows[n] = end[0];
	return rows;
}

static cfg_opt_t *expected_sections(void)
{
	cfg_opt_t *rows = ARENA_ARRAY(settings.arena, cfg_opt_t, (size_t)settings.count + STRANGERS_MOST + 1);
	static cfg_opt_t nothing[] = {CFG_END()};
	int n = 0;

	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		char *name = arena_str(settings.arena, s->section);
		if (s == settings.at || strcmp(s->section, s[-1].section) != 0)
			rows[n++] = (cfg_opt_t)CFG_SEC(name, expected_in(name), CFGF_NONE);
	}
	for (const struct stranger *s = reading.strangers; s < reading.strangers + reading.stranger_count;
	     s++)
		if (!s->section && s->is_section)
			rows[n++] = (cfg_opt_t)CFG_SEC(s->name, nothing, CFGF_KEYSTRVAL);
		else if (!s->section)
			rows[n++] = (cfg_opt_t)CFG_STR(s->name, "", CFGF_NONE);
	rows[n] = nothing[0];
	return rows;
}

/* --- reading --- */

static void read_once(FILE *f)
{
	cfg_t *cfg = cfg_init(expected_sections(), CFGF_NONE);

	reading.again = false;
	reading.found = (struct assignments){0};
	cfg->filename = strdup(reading.path); /* cfg_free's */
	cfg_set_error_function(cfg, take_error);
	const bool is_read = fseek(f, 0, SEEK_SET) == 0 && cfg_parse_fp(cfg, f) == CFG_SUCCESS;
	if (!is_read && !reading.again && !reading.found.fault)
		reading.found.fault =
			arena_fmt(settings.arena, "%s:%d: cannot be read", reading.path, cfg->line);
	cfg_free(cfg);
}

static int by_line(const void *a, const void *b)
{
	const struct assignment *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

static void add_strangers(void)
{
	for (const struct stranger *s = reading.strangers; s < reading.strangers + reading.stranger_count;
	     s++)
		found_add((struct assignment){
			.section = s->section,
			.name = s->name,
			.value = s->section || s->is_section ? NULL : "",
			.line = s->line,
		});
	if (reading.found.count > 0)
		qsort(reading.found.at, (size_t)reading.found.count, sizeof *reading.found.at, by_line);
}

/* Scanning a directory makes flex end the process. NULL: with *fault. */
static FILE *open_file(const char *path, const char **fault)
{
	FILE *f = fopen(path, "r");
	struct stat st;

	if (f && (fstat(fileno(f), &st) != 0 || S_ISDIR(st.st_mode))) {
		fclose(f);
		f = NULL;
		errno = EISDIR;
	}
	if (!f)
		*fault = arena_fmt(settings.arena,
				   "%s: %s; `vobemusic config example` prints a file to begin with", path,
				   strerror(errno));
	return f;
}

struct assignments config_file_read(const char *path)
{
	const char *fault;
	FILE *f = open_file(path, &fault);

	if (!f)
		return (struct assignments){.fault = fault};
	reading = (struct reading){.path = path};
	do
		read_once(f);
	while (reading.again);
	fclose(f);
	add_strangers();
	return reading.found;
}
