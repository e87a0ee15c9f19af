/* Facts of documents, and the tsquery of those that filters ask for. */
#include "vobe/facts.h"

#include "vobe/buf.h"
#include "vobe/date.h"
#include "vobe/name_queries.h"
#include "vobe/text.h"
#include "vobe/word_lists.h"
#include "vobe/words.h"
#include "vobe/year_ranges.h"

#include <string.h>

enum {
	FACT_MAX = 200,    /* code points of a tag; a lexeme may have 2,046 bytes */
	FACT_LONGEST = 14, /* bytes; longer ones are numbers, since every document has several */
};

const struct filters no_filters = {.verified = INT_NULL, .year_from = INT_NULL, .year_to = INT_NULL};

bool filter_add(struct values *values, const char *value)
{
	if (values->count == FILTER_VALUES || !value || !*value)
		return false;
	values->at[values->count++] = value;
	return true;
}

/* The year of a date; INT_NULL where nothing stands. False: something else stands there. */
static bool year_read(const char *text, int64_t *year)
{
	struct date d;

	if (*text && !date_read(text, &d))
		return false;
	*year = *text ? d.year : INT_NULL;
	return true;
}

bool years_read(struct arena *a, const char *text, struct filters *f)
{
	const char *dots = strstr(text, "..");
	int64_t from, to;

	if (!year_read(dots ? arena_strn(a, text, (size_t)(dots - text)) : text, &from) ||
	    !year_read(dots ? dots + 2 : text, &to) || (from == INT_NULL && to == INT_NULL))
		return false;
	f->year_from = from;
	f->year_to = to;
	return true;
}

static int64_t year_start(struct arena *a, int64_t year)
{
	const char *text = arena_fmt(a, "%04d-01-01", (int)year);
	int64_t t;

	const bool is_year = year != INT_NULL && year > 0 && year <= YEAR_LAST;
	return is_year && time_read(text, strlen(text), &t) ? t : TIME_NULL;
}

void years_take(struct arena *a, struct filters *f, int64_t *from, int64_t *before)
{
	*from = year_start(a, f->year_from);
	*before = f->year_to == INT_NULL ? TIME_NULL : year_start(a, f->year_to + 1);
	f->year_from = f->year_to = INT_NULL;
}

/* --- What values are compared by --- */

/* Tags are suggested by their facts, and so are never numbers. */
static const char *fact(struct arena *a, const char *name, const char *value)
{
	if (!strcmp(name, "tag"))
		return arena_fmt(a, ":tag:%s", text_cut(a, value, FACT_MAX));
	return lexeme_short(a, ':', arena_fmt(a, "%s:%s", name, value), FACT_LONGEST);
}

/* Signs that are the whole name stay. */
static const char *even_name(struct arena *a, const char *name)
{
	const char *plain = words_plain(a, name);
	return *plain ? plain : text_trim(a, text_loose(a, name));
}

/* "Hip Hop", "hip-hop" and "HIP HOP" are one tag; what no slug can be made of is compared as it stands. */
static const char *tag_name(struct arena *a, const char *tag)
{
	const char *slug = text_tag_slug(a, tag);
	return *slug ? slug : text_trim(a, text_loose(a, tag));
}

/* --- Facts of a document --- */

struct facts facts_begin(struct arena *a, int most)
{
	return (struct facts){a, ARENA_ARRAY(a, const char *, most), 0};
}

void fact_add(struct facts *f, const char *name, const char *value)
{
	if (value && *value)
		f->at[f->count++] = fact(f->arena, name, value);
}

void fact_add_artist(struct facts *f, const char *name)
{
	const char *even = name ? even_name(f->arena, name) : "";
	fact_add(f, "artist", even);
	fact_add(f, "artist", text_latin(f->arena, even));
}

void fact_add_id(struct facts *f, struct uuid id)
{
	char text[UUID_TEXT];

	if (uuid_is_nil(id))
		return;
	uuid_text(id, text);
	fact_add(f, "artist_id", text);
}

/* Dates begin with the four digits of their year. */
void fact_add_year(struct facts *f, const char *date)
{
	if (date && strlen(date) >= YEAR_DIGITS)
		fact_add(f, "year", arena_strn(f->arena, date, YEAR_DIGITS));
}

void fact_add_genre(struct facts *f, const char *genre)
{
	fact_add(f, "tag", tag_name(f->arena, genre));
	fact_add(f, "genre", tag_name(f->arena, genre));
}

struct texts facts_end(const struct facts *f)
{
	return words_ordered(f->at, f->count);
}

/* --- What is asked of them --- */

static const char *quoted(struct arena *a, const char *lexeme)
{
	struct buf out = {.arena = a};
	lexeme_write(&out, lexeme);
	return arena_str(a, buf_text(&out));
}

/* Documents of before 0014_density.sql hold long facts whole until the rebuild has written them again. */
static const char *fact_asked(struct arena *a, const char *name, const char *value)
{
	const char *now = fact(a, name, value);
	const char *once = arena_fmt(a, ":%s:%s", name, text_cut(a, value, FACT_MAX));

	return strcmp(now, once) != 0 ? arena_fmt(a, "(%s | %s)", quoted(a, now), quoted(a, once))
				      : quoted(a, now);
}

static void must(struct buf *out, const char *what)
{
	if (*what)
		buf_fmt(out, "%s%s", out->len ? " & " : "", what);
}

typedef const char *(*evener)(struct arena *a, const char *value);

static void all_must(struct buf *out, const char *name, const struct values *values, evener form)
{
	for (int i = 0; i < values->count; i++)
		must(out, fact_asked(out->arena, name, form(out->arena, values->at[i])));
}

static const char *fold(struct arena *a, const char *value)
{
	return text_fold(a, value);
}

static const char *even(struct arena *a, const char *value)
{
	return text_loose(a, value);
}

const char *artist_tsquery(struct arena *a, const char *name)
{
	const char *even = even_name(a, name), *latin = text_latin(a, even);
	const char *named = fact_asked(a, "artist", even);

	if (*latin && strcmp(latin, even) != 0)
		return arena_fmt(a, "(%s | %s)", named, fact_asked(a, "artist", latin));
	return named;
}

const char *artist_id_tsquery(struct arena *a, struct uuid id)
{
	char text[UUID_TEXT];

	uuid_text(id, text);
	return quoted(a, fact(a, "artist_id", text));
}

static void any_must(struct buf *out, const char *name, const struct values *values, evener form)
{
	struct buf any = {.arena = out->arena};

	for (int i = 0; i < values->count; i++)
		buf_fmt(&any, "%s%s", i ? " | " : "",
			fact_asked(out->arena, name, form(out->arena, values->at[i])));
	if (any.len)
		must(out, arena_fmt(out->arena, "(%s)", buf_text(&any)));
}

static void years_must(struct buf *out, const struct filters *f)
{
	if (f->year_from == INT_NULL && f->year_to == INT_NULL)
		return;
	const char *any = years_tsquery(out->arena, ":year:", f->year_from == INT_NULL ? 0 : f->year_from,
					f->year_to == INT_NULL ? YEAR_LAST : f->year_to);
	must(out, *any ? any : "':year:none'");
}

const char *filters_tsquery(struct arena *a, const struct filters *f)
{
	struct buf out = {.arena = a};
	char id[UUID_TEXT];

	for (int i = 0; i < f->artists.count; i++)
		must(&out, artist_tsquery(a, f->artists.at[i]));
	all_must(&out, "tag", &f->tags, tag_name);
	all_must(&out, "genre", &f->genres, tag_name);
	any_must(&out, "author", &f->authors, fold);
	any_must(&out, "country", &f->countries, even);
	if (!uuid_is_nil(f->artist_id)) {
		uuid_text(f->artist_id, id);
		must(&out, fact_asked(a, "artist_id", id));
	}
	if (f->verified != INT_NULL)
		must(&out, f->verified ? "':verified:true'" : "':verified:false'");
	years_must(&out, f);
	return arena_str(a, buf_text(&out));
}
