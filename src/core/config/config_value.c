/* Values of settings: numbers with units, to and from text. */
#include "core/config/config_table.h"

#include "vobe/buf.h"
#include "vobe/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	char letter;
	int64_t factor;
};

/* Largest last. */
static const struct unit no_units[] = {{0}};
static const struct unit time_units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {0}};
static const struct unit size_units[] = {{'k', 1 << 10}, {'m', 1 << 20}, {'g', 1 << 30}, {0}};

static const struct unit *units_of(enum option_type type)
{
	return type == OPTION_SECONDS ? time_units : type == OPTION_BYTES ? size_units : no_units;
}

static bool read_number(const struct unit *units, const char *text, int64_t *number)
{
	const char *digits = *text == '-' ? text + 1 : text;
	size_t len = strspn(digits, "0123456789");
	int64_t factor = 1;

	if (len == 0)
		return false;
	errno = 0;
	long long n = strtoll(text, NULL, 10);
	if (errno)
		return false;
	for (const char *rest = digits + len; *rest; rest++) {
		while (units->letter && units->letter != *rest)
			units++;
		if (!units->letter || rest[1])
			return false;
		factor = units->factor;
	}
	return !__builtin_mul_overflow(n, factor, number);
}

static bool read_bool(const char *text, int64_t *number)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{"true", true},   {"yes", true}, {"on", true},   {"1", true},
		{"false", false}, {"no", false}, {"off", false}, {"0", false},
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].text) == 0) {
			*number = words[i].value;
			return true;
		}
	return false;
}

static bool read_choice(const char *const *words, const char *text, int64_t *number)
{
	for (*number = 0; words[*number]; ++*number)
		if (strcmp(words[*number], text) == 0)
			return true;
	return false;
}

const char *config_words_text(const char *const *words)
{
	struct buf b = {.arena = settings.arena};
	for (int i = 0; words[i]; i++)
		buf_fmt(&b, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return buf_text(&b);
}

static const char *wanted(const struct option *o)
{
	static const char *const kinds[] = {
		[OPTION_BOOL] = "true or false",
		[OPTION_INT] = "a whole number",
		[OPTION_SECONDS] = "a time such as 90, 90s, 15m, 8h or 30d",
		[OPTION_BYTES] = "a size such as 512, 64k, 1m or 2g",
		[OPTION_TEXT] = "text in UTF-8",
		[OPTION_CONNINFO] = "text in UTF-8",
		[OPTION_SECRET] = "text in UTF-8",
	};
	if (o->type == OPTION_CHOICE)
		return config_words_text(o->one_of);
	if (o->type == OPTION_BOOL || o->max <= 0)
		return kinds[o->type];
	return arena_fmt(settings.arena, "%s, from %s to %s", kinds[o->type],
			 config_value_text(o->type, o->min), config_value_text(o->type, o->max));
}

const char *config_value_read(const struct option *o, const char *text, int64_t *number)
{
	int64_t n = 0;
	bool fine;

	switch (o->type) {
	case OPTION_BOOL: fine = read_bool(text, &n); break;
	case OPTION_CHOICE: fine = read_choice(o->one_of, text, &n); break;
	case OPTION_INT:
	case OPTION_SECONDS:
	case OPTION_BYTES:
		fine = read_number(units_of(o->type), text, &n) &&
		       (o->max <= 0 || (n >= o->min && n <= o->max));
		fine = fine && (o->type == OPTION_INT || n >= 0);
		break;
	default: fine = utf8_valid(text, strlen(text)); break;
	}
	if (!fine)
		return wanted(o);
	*number = n;
	return NULL;
}

const char *config_value_text(enum option_type type, int64_t number)
{
	const struct unit *units = units_of(type), *best = NULL;

	if (type == OPTION_BOOL)
		return number ? "true" : "false";
	for (; units->letter; units++)
		if (number != 0 && number % units->factor == 0)
			best = units;
	if (!best)
		return arena_fmt(settings.arena, "%" PRId64, number);
	return arena_fmt(settings.arena, "%" PRId64 "%c", number / best->factor, best->letter);
}
