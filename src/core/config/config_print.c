/* Settings for people: an example file, the values in force. */
#include "core/config/config.h"

#include "core/config/config_table.h"
#include "vobe/buf.h"

#include <inttypes.h>
#include <string.h>

enum { VALUE_WIDTH = 40 }; /* of `\tname = value`, so that what follows stands in a column */

static bool is_text(const struct option *o)
{
	return o->type == OPTION_TEXT || o->type == OPTION_CONNINFO || o->type == OPTION_SECRET ||
	       o->type == OPTION_CHOICE;
}

/* In double quotes; `${` would be the environment's. */
static const char *quoted(const char *text)
{
	struct buf b = {.arena = settings.arena};

	buf_char(&b, '"');
	for (; *text; text++) {
		if (*text == '\n') {
			buf_str(&b, "\\n");
			continue;
		}
		if (strchr("\"\\$", *text))
			buf_char(&b, '\\');
		buf_char(&b, *text);
	}
	buf_char(&b, '"');
	return buf_text(&b);
}

/* `}` of the section before and `name {` when a new one begins. */
static void print_section(FILE *out, const struct setting *s)
{
	bool first = s == settings.at;

	if (!first && strcmp(s->section, s[-1].section) == 0)
		return;
	fprintf(out, "%s%s {\n", first ? "" : "}\n\n", s->section);
}

static const char *range_of(const struct option *o)
{
	if (o->type == OPTION_CHOICE)
		return arena_fmt(settings.arena, " (%s)", config_words_text(o->one_of));
	if (is_text(o) || o->type == OPTION_BOOL || o->max <= 0)
		return "";
	return arena_fmt(settings.arena, " (%s to %s)", config_value_text(o->type, o->min),
			 config_value_text(o->type, o->max));
}

static const char *default_of(const struct option *o)
{
	const char *text = o->otherwise ? o->otherwise : "";

	return is_text(o) || !*text ? quoted(text) : text;
}

void config_print_example(FILE *out)
{
	fputs("# VobeMusic. Every setting with its default: take the # away from what you change.\n"
	      "# Text stands in quotes; ${NAME} is replaced from the environment in double quotes, not in "
	      "single ones.\n"
	      "# VOBE_<SECTION>_<NAME> in the environment overrides this file, the command line overrides "
	      "both.\n\n",
	      out);
	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		print_section(out, s);
		const struct option *o = s->option;
		fprintf(out, "\t# %s%s\n", o->doc, range_of(o));
		if (o->type == OPTION_SECRET)
			fprintf(out, "\t#%s_file = \"/etc/vobemusic/%s_%s\"\n", o->name, s->section, o->name);
		else
			fprintf(out, "\t#%s = %s\n", o->name, default_of(o));
	}
	if (settings.count > 0)
		fputs("}\n", out);
}

static const char *value_of(const struct setting *s)
{
	if (s->option->type == OPTION_SECRET)
		return *s->text ? "***" : quoted("");
	return is_text(s->option) ? quoted(config_text_shown(s->option, s->text))
				  : config_value_text(s->option->type, s->number);
}

static void print_values(FILE *out)
{
	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		print_section(out, s);
		const char *hash = s->option->type == OPTION_SECRET ? "#" : "";
		int width = fprintf(out, "\t%s%s = %s", hash, s->option->name, value_of(s));
		int gap = width < VALUE_WIDTH ? VALUE_WIDTH - width : 0;
		fprintf(out, "%*s # %s\n", gap, "", s->origin ? s->origin : "default");
	}
	if (settings.count > 0)
		fputs("}\n", out);
}

static void write_value(struct buf *b, const struct setting *s)
{
	if (s->option->type == OPTION_SECRET)
		json_str(b, *s->text ? "***" : NULL);
	else if (is_text(s->option))
		json_str(b, config_text_shown(s->option, s->text));
	else if (s->option->type == OPTION_BOOL)
		buf_str(b, s->number ? "true" : "false");
	else
		buf_int(b, s->number);
}

/* {"http":{"port":{"value":8080,"source":"default"}}}; times in seconds, sizes in bytes. */
static void print_json(FILE *out)
{
	struct buf b = {.arena = settings.arena};

	for (const struct setting *s = settings.at; s < settings.at + settings.count; s++) {
		bool begins = s == settings.at || strcmp(s->section, s[-1].section) != 0;
		if (begins && b.len > 0)
			buf_char(&b, '}');
		buf_char(&b, b.len > 0 ? ',' : '{');
		if (begins)
			buf_fmt(&b, "\"%s\":{", s->section);
		buf_fmt(&b, "\"%s\":{\"value\":", s->option->name);
		write_value(&b, s);
		buf_str(&b, ",\"source\":");
		json_str(&b, s->origin ? s->origin : "default");
		buf_char(&b, '}');
	}
	buf_str(&b, b.len > 0 ? "}}" : "{}");
	fprintf(out, "%s\n", buf_text(&b));
}

void config_print_values(FILE *out, bool json)
{
	if (json)
		print_json(out);
	else
		print_values(out);
}

int config_values(struct arena *a, struct config_value **rows)
{
	*rows = ARENA_ARRAY(a, struct config_value, settings.count);
	for (int i = 0; i < settings.count; i++) {
		const struct setting *s = &settings.at[i];
		const struct option *o = s->option;
		const char *value =
			is_text(o) ? config_text_shown(o, s->text) : config_value_text(o->type, s->number);
		(*rows)[i] = (struct config_value){s->section, o->name, arena_str(a, value),
						   arena_str(a, s->origin ? s->origin : "default"), o->doc};
	}
	return settings.count;
}
