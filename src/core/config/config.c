/*
 * Settings: declared in tables, set by the config file, then VOBE_* of the environment, then the command
 * line. Every source is held to the same rules, and all faults are printed at once.
 */
#include "core/config/config.h"

#include "core/config/config_table.h"
#include "vobe/buf.h"
#include "vobe/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTIONS_MOST = 64 };

/* Sources in the order in which one overrides the other. */
enum level { LEVEL_DEFAULT, LEVEL_FILE, LEVEL_ENVIRONMENT, LEVEL_COMMAND_LINE };

struct section {
	const char *name;
	const struct option *options;
};

static struct section sections[SECTIONS_MOST];
static int section_count;

static const char *file_path;
static int environment_count, override_count;

void config_section(const char *section, const struct option *options)
{
	if (section_count == SECTIONS_MOST)
		abort();
	sections[section_count++] = (struct section){section, options};
}

void config_forget(void)
{
	if (settings.arena)
		arena_free(settings.arena);
	settings = (struct settings){0};
	section_count = 0;
	file_path = NULL;
	environment_count = override_count = 0;
}

/* --- the table --- */

static int option_count(void)
{
	int n = 0;

	for (const struct section *s = sections; s < sections + section_count; s++)
		for (const struct option *o = s->options; o->name; o++)
			n++;
	return n;
}

/* A default that its own table refuses is a mistake of ours. */
static void set_default(struct setting *s)
{
	const char *wanted;

	s->text = s->option->otherwise ? s->option->otherwise : "";
	if (!*s->text)
		return;
	wanted = config_value_read(s->option, s->text, &s->number);
	if (wanted)
		config_fault("default of %s.%s is \"%s\"; it must be %s", s->section, s->option->name,
			     s->text, wanted);
}

static void fill_table(void)
{
	struct setting *s;

	if (!settings.arena)
		settings.arena = arena_new();
	settings.count = option_count();
	settings.at = s = ARENA_ARRAY(settings.arena, struct setting, (size_t)settings.count + 1);
	for (const struct section *in = sections; in < sections + section_count; in++)
		for (const struct option *o = in->options; o->name; o++) {
			*s = (struct setting){.section = in->name, .option = o};
			set_default(s++);
		}
}

/* Whether the secret `o` may be given as a file under this name. */

/* --- setting --- */

static const char *listed(const char *const *names)
{
	struct buf list = {.arena = settings.arena};

	for (; *names; names++)
		buf_fmt(&list, "%s%s", list.len ? ", " : "", *names);
	return buf_text(&list);
}

/* Names of a section's settings, or of all sections when `section` is NULL; NULL-terminated. */
static const char *const *names_in(const char *section)
{
	const char **names = ARENA_ARRAY(settings.arena, const char *, (size_t)settings.count * 2 + 1);
	int n = 0;

	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		if (!section && (n == 0 || strcmp(names[n - 1], s->section) != 0))
			names[n++] = s->section;
		if (!section || strcmp(section, s->section) != 0)
			continue;
		names[n++] = s->option->name;
		if (s->option->type == OPTION_SECRET)
			names[n++] = arena_fmt(settings.arena, "%s_file", s->option->name);
	}
	return names;
}

static void fault_unknown(const char *origin, const char *section, const char *name)
{
	const char *const *names = names_in(section);
	const char *near = text_nearest(name, names);
	const char *shown = section ? arena_fmt(settings.arena, "%s.%s", section, name) : name;
	const char *what = section ? "setting" : "section";

	if (near)
		config_fault("%s: there is no %s %s; did you mean %s?", origin, what, shown, near);
	else
		config_fault("%s: there is no %s %s; there are: %s", origin, what, shown, listed(names));
}

/* `name` may be the secret's own or that of its file. */
static void set(struct setting *s, const char *name, const char *text, const char *origin, enum level level)
{
	const struct option *o = s->option;
	const char *wanted;

	if (s->level == (int)level) {
		config_fault("%s: %s.%s is set already by %s; give it once", origin, s->section, name,
			     s->origin);
		return;
	}
	if (strcmp(name, o->name) != 0 && !(text = config_secret_read(s, text, origin)))
		return;
	wanted = config_value_read(o, text, &s->number);
	if (wanted) {
		config_fault("%s: %s.%s is \"%s\"; it must be %s", origin, s->section, o->name,
			     config_text_shown(o, text), wanted);
		return;
	}
	s->text = arena_str(settings.arena, text);
	s->origin = origin;
	s->level = level;
}

static void set_by_name(const char *section, const char *name, const char *text, const char *origin,
			enum level level)
{
	struct setting *s = section && text ? setting_of(section, name) : NULL;

	if (s)
		set(s, name, text, origin, level);
	else if (!section && text)
		config_fault("%s: %s stands outside of any section; there are: %s", origin, name,
			     listed(names_in(NULL)));
	else if (section && !*names_in(section))
		fault_unknown(origin, NULL, section);
	else
		fault_unknown(origin, section, name);
}

/* --- sources --- */

static void warn_of_secrets_in(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0 || !(st.st_mode & S_IROTH))
		return;
	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		const struct option *o = s->option;
		if (s->level != LEVEL_FILE || strcmp(config_text_shown(o, s->text), s->text) == 0)
			continue;
		config_warn(s->origin, path,
			    o->type != OPTION_SECRET
				    ? "chmod 640 it, or name a passfile in its place"
				    : arena_fmt(settings.arena, "chmod 640 it, or give %s.%s_file",
						s->section, o->name));
	}
}

static void read_file(const char *path)
{
	struct assignments found = config_file_read(path);

	for (int i = 0; i < found.count; i++) {
		const struct assignment *a = &found.at[i];
		const char *origin = arena_fmt(settings.arena, "%s:%d", path, a->line);
		set_by_name(a->section, a->name, a->value, origin, LEVEL_FILE);
	}
	if (found.fault)
		config_fault("%s", found.fault);
	warn_of_secrets_in(path);
	file_path = arena_str(settings.arena, path);
}

/* VOBE_AUTH_TOKEN_KEY for auth.token_key. */
static const char *variable_of(const char *section, const char *name)
{
	char *text = arena_fmt(settings.arena, "VOBE_%s_%s", section, name);

	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return text;
}

/* Variables that are no settings: the tests' own, and where the config file is. */
static bool is_reserved(const char *variable)
{
	static const char *const names[] = {"VOBE_CONFIG", "VOBE_SHARED"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(variable, names[i]) == 0)
			return true;
	return strncmp(variable, "VOBE_TEST_", strlen("VOBE_TEST_")) == 0;
}

/* The variables of all settings, NULL-terminated. */
static const char *const *all_variables(void)
{
	const char **variables = ARENA_ARRAY(settings.arena, const char *, (size_t)settings.count + 1);

	for (int i = 0; i < settings.count; i++)
		variables[i] = variable_of(settings.at[i].section, settings.at[i].option->name);
	return variables;
}

static void fault_unknown_variable(const char *variable)
{
	const char *near = text_nearest(variable, all_variables());

	if (near)
		config_fault("%s: there is no such setting; did you mean %s?", variable, near);
	else
		config_fault("%s: there is no such setting; variables are named VOBE_<SECTION>_<NAME>, "
			     "see `vobemusic config example`",
			     variable);
}

static void read_variable(const char *variable, const char *text)
{
	for (struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		const char *name = s->option->name, *file = arena_fmt(settings.arena, "%s_file", name);
		bool is_own = strcmp(variable_of(s->section, name), variable) == 0;
		bool is_file = s->option->type == OPTION_SECRET &&
			       strcmp(variable_of(s->section, file), variable) == 0;
		if (is_own || is_file) {
			set(s, is_own ? name : file, text, variable, LEVEL_ENVIRONMENT);
			environment_count++;
			return;
		}
	}
	fault_unknown_variable(variable);
}

static void read_environment(void)
{
	for (char **each = environ; *each; each++) {
		size_t len = strcspn(*each, "=");
		if (strncmp(*each, "VOBE_", 5) != 0 || !(*each)[len])
			continue;
		const char *variable = arena_strn(settings.arena, *each, len);
		if (!is_reserved(variable))
			read_variable(variable, *each + len + 1);
	}
}

/* "section.name=value". A later override of the same name wins. */
static void read_override(const char *text)
{
	const char *point = strchr(text, '.'), *equals = strchr(text, '=');

	if (!point || !equals || point > equals) {
		config_fault("%s: must be section.name=value", text);
		return;
	}
	const char *section = arena_strn(settings.arena, text, (size_t)(point - text));
	const char *name = arena_strn(settings.arena, point + 1, (size_t)(equals - point - 1));
	struct setting *s = setting_of(section, name);
	if (s && s->level == LEVEL_COMMAND_LINE)
		s->level = LEVEL_DEFAULT;
	const char *origin = arena_strn(settings.arena, text, (size_t)(equals - text));
	set_by_name(section, name, equals + 1, origin, LEVEL_COMMAND_LINE);
	override_count++;
}

bool config_read(const char *path, const char *const *overrides, FILE *faults)
{
	config_faults_begin(faults);
	environment_count = override_count = 0;
	file_path = NULL;
	fill_table();
	if (path)
		read_file(path);
	read_environment();
	for (; overrides && *overrides; overrides++)
		read_override(*overrides);
	return config_faults() == 0;
}

const char *config_source(void)
{
	struct buf text = {.arena = settings.arena};

	buf_str(&text, file_path ? file_path : "defaults");
	if (environment_count > 0)
		buf_fmt(&text, ", %d environment variable%s", environment_count,
			environment_count == 1 ? "" : "s");
	if (override_count > 0)
		buf_fmt(&text, ", %d setting%s of the command line", override_count,
			override_count == 1 ? "" : "s");
	return buf_text(&text);
}
