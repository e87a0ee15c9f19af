/*
 * What makes lines fit that the API would refuse: the record is worth more than what is cut. Each says so
 * with a note, which is told with file and line.
 */
#include "commands/import/kind.h"

#include "vobe/buf.h"
#include "vobe/date.h"
#include "vobe/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { URL_MAX = 500, LINKS_MAX = 20, DURATION_MAX_S = 86400, DISC_MAX = 99, LONG_TRACK_S = 10000 };

static const char *text_of(const struct json *v)
{
	return json_kind(v) == JSON_STRING ? json_string(v) : NULL;
}

static int length_of(const struct json *list)
{
	int n = 0;
	for (const struct json *e = json_first(list); e; e = json_next(e))
		n++;
	return n;
}

/* --- whatever the kind --- */

static bool is_list(const struct field *f)
{
	return f->type == TYPE_TEXTS || f->type == TYPE_UUIDS || f->type == TYPE_MANY;
}

/* What a record can be without is cut; what it is known by is not. */
static bool may_be_cut(const struct field *f)
{
	return f->type == TYPE_TEXT && f->max > 0 && !f->one_of &&
	       (f->flags & (NULLABLE | REQ)) == NULLABLE &&
	       (f->format == FORMAT_ANY || f->format == FORMAT_LINE);
}

static void cut_text(struct line *l, const struct field *f, struct json *v)
{
	const char *text = text_of(v);

	if (!text || utf8_length(text) <= (size_t)f->max)
		return;
	json_become_text(v, text_cut(l->cx->arena, text, (size_t)f->max));
	line_note(l, "%s cut to %lld characters", f->name, (long long)f->max);
}

static void cut_list(struct line *l, const struct field *f, struct json *v)
{
	const int count = json_kind(v) == JSON_ARRAY ? length_of(v) : 0;

	if (f->max <= 0 || count <= f->max)
		return;
	json_cut_list(v, (int)f->max);
	line_note(l, "the first %lld of %d %s kept", (long long)f->max, count, f->name);
}

/* Nobody said when: nothing, or the zero of MySQL, of Go and .NET. */
static bool is_no_time(const char *text)
{
	const bool is_zero = !strncmp(text, "0000-00-00", 10) || !strncmp(text, "0001-01-01", 10);
	return !*text || (is_zero && !text[10 + strspn(text + 10, "T 0:.Z+")]);
}

/* RFC 3339 asks for the zone; systems that leave it out mean UTC, and a day alone its beginning. */
static void complete_time(struct line *l, const struct field *f, struct json *v)
{
	const char *text = text_of(v);
	const size_t len = text ? strlen(text) : 0;
	const char *zoned;
	int64_t t;

	if (!text)
		return;
	zoned = arena_fmt(l->cx->arena, len == strlen("2026-01-02") ? "%sT00:00:00Z" : "%sZ", text);
	if (is_no_time(text) && !strcmp(f->name, "published_at")) { /* told as null is */
		json_become_null(v);
	} else if (is_no_time(text)) {
		json_take_out(l->doc, v);
	} else if ((len <= strlen("2026-01-02") || !time_read(text, len, &t)) &&
		   time_read(zoned, strlen(zoned), &t)) {
		json_become_text(v, zoned);
		report_remark(l->report, l->at.path, f->name, "without a zone", "read as UTC");
	}
}

void fit_by_schema(struct line *l, const struct field *f, struct json *v)
{
	const bool is_null = json_kind(v) == JSON_NULL;

	if (json_edit(l->doc, f->name) != v)
		return;
	if (is_null && (is_list(f) || !(f->flags & IN)) && strcmp(f->name, "published_at") != 0)
		json_take_out(l->doc, v);
	else if (may_be_cut(f))
		cut_text(l, f, v);
	else if (f->type == TYPE_TEXTS)
		cut_list(l, f, v);
	else if (f->type == TYPE_TIME)
		complete_time(l, f, v);
}

/* --- artists --- */

/* Words that stand as objects with a name, as other systems write them. */
static void names_fit(struct line *l, struct json *list)
{
	(void)l;
	for (const struct json *e = json_kind(list) == JSON_ARRAY ? json_first(list) : NULL; e;
	     e = json_next(e)) {
		const struct json *name = json_edit(e, "name");
		if (name && json_kind(name) == JSON_STRING)
			json_become_text(json_editable(e), json_string(name));
	}
}

/* "enwiki:Ed_Sheeran", a MusicBrainz id or a bare host: as the URL it means; NULL: none. */
static const char *link_url(struct arena *a, const char *name, const char *value)
{
	const char *wiki = strstr(value, "wiki:"), *url = strstr(value, "http");
	struct uuid id;

	if (url && (!strncmp(url, "http://", 7) || !strncmp(url, "https://", 8)))
		return url;
	if (wiki && wiki - value == 2)
		return arena_fmt(a, "https://%.2s.wikipedia.org/wiki/%s", value, wiki + 5);
	if (!strcmp(name, "musicbrainz") && uuid_read(value, strlen(value), &id))
		return arena_fmt(a, "https://musicbrainz.org/artist/%s", value);
	return strchr(value, '.') && !strpbrk(value, " \t:") ? arena_fmt(a, "https://%s", value) : NULL;
}

static bool link_fit(struct line *l, struct json *link)
{
	const char *name = json_name(link), *value = text_of(link);
	const char *url = value ? link_url(l->cx->arena, name, value) : NULL;

	if (!url || !text_is_url(url) || utf8_length(url) > URL_MAX) {
		line_note(l, "link %s left out: not a URL of at most %d characters", name, URL_MAX);
		return false;
	}
	json_become_text(link, url);
	if (!strncmp(name, "Soundcloud", strlen("Soundcloud")))
		json_rename(link, "soundcloud");
	return true;
}

/* Links by name; a list of them is a fault of the line, which the schema tells. */
static void links_fit(struct line *l, struct json *links)
{
	int count = 0;

	if (json_kind(links) == JSON_NULL)
		json_take_out(l->doc, links);
	if (json_kind(links) != JSON_OBJECT)
		return;
	for (const struct json *m = json_first(links), *next; m; m = next) {
		struct json *link = json_editable(m);
		next = json_next(m);
		if (!link_fit(l, link) || count++ == LINKS_MAX)
			json_take_out(links, link);
	}
	if (count > LINKS_MAX)
		line_note(l, "the first %d of %d links kept", LINKS_MAX, count);
}

const struct fit artist_fits[] = {{"genres", names_fit}, {"social_links", links_fit}, {0}};

/* --- albums --- */

static bool is_type(const struct field *f, const char *text)
{
	for (const char *const *type = f->one_of; *type; type++)
		if (!strcasecmp(*type, text))
			return true;
	return false;
}

static void type_fit(struct line *l, struct json *v)
{
	const struct field *f = schema_field(l->kind->importer()->schema, "album_type");
	const char *text = text_of(v);

	if (json_kind(v) == JSON_NULL)
		json_take_out(l->doc, v);
	if (!text || is_type(f, text))
		return;
	json_become_text(v, "album");
	line_note(l, "album_type \"%s\" is none of ours: an album", text_cut(l->cx->arena, text, 40));
}

static void date_take_out(struct line *l, struct json *date)
{
	struct json *precision = json_edit(l->doc, "release_date_precision");

	json_take_out(l->doc, date);
	if (precision)
		json_become_null(precision);
}

/* Catalogues write 00 for a month or a day that is not known, and 0000 for a year that is not. */
static void date_fit(struct line *l, struct json *v)
{
	const char *text = text_of(v);
	size_t len = text ? strlen(text) : 0;

	if (!text)
		return;
	while (len > strlen("YYYY") && !strcmp(text + len - strlen("-00"), "-00"))
		text = arena_strn(l->cx->arena, text, len -= strlen("-00"));
	if (!strncmp(text, "0000", 4) && (!text[4] || text[4] == '-'))
		line_note(l, "release_date %s left out: year 0 is no year", text);
	else if (len) {
		json_become_text(v, text);
		return;
	}
	date_take_out(l, v);
}

const struct fit album_fits[] = {{"album_type", type_fit}, {"release_date", date_fit}, {0}};

/* --- tracks --- */

static void duration_fit(struct line *l, struct json *v)
{
	int64_t seconds;

	if (json_kind(v) != JSON_NUMBER || json_integer(v, &seconds) != INTEGER_FINE)
		return;
	report_duration(l->report, seconds > LONG_TRACK_S);
	if (seconds >= 1 && seconds <= DURATION_MAX_S)
		return;
	json_take_out(l->doc, v);
	line_note(l, "duration %lld left out: not within a day, in seconds", (long long)seconds);
}

static bool number_read(const char *text, int64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)*text) || strlen(text) > 4)
		return false;
	*n = strtoll(text, &end, 10);
	return !*end && *n > 0;
}

/* "B2": the side of a record; two sides are a disc. "B": all of a side. */
static bool side_read(const char *text, int64_t *disc, int64_t *number)
{
	if (!isalpha((unsigned char)*text))
		return false;
	*disc = (toupper((unsigned char)*text) - 'A') / 2 + 1;
	*number = 1;
	return !text[1] || number_read(text + 1, number);
}

/* "1-04" or "CD2-3": disc and number. */
static bool disc_read(struct arena *a, const char *text, int64_t *disc, int64_t *number)
{
	const char *dash = strpbrk(text, "-.");

	if (!dash)
		return false;
	const char *head = arena_strn(a, text, (size_t)(dash - text));
	head += strcspn(head, "0123456789");
	return number_read(head, disc) && *disc <= DISC_MAX && number_read(dash + 1, number);
}

/* Places as catalogues write them. What cannot be read is null. */
static void number_fit(struct line *l, struct json *v)
{
	const char *text = text_of(v);
	int64_t disc = 0, number = 0;

	if (!text)
		return;
	text = text_trim(l->cx->arena, text);
	if (!number_read(text, &number) && !disc_read(l->cx->arena, text, &disc, &number) &&
	    !side_read(text, &disc, &number)) {
		json_take_out(l->doc, v);
		line_note(l, "track_number \"%s\" left out: no number", text_cut(l->cx->arena, text, 40));
		return;
	}
	json_become_integer(v, number);
	if (disc && !json_edit(l->doc, "disc_number"))
		json_add_integer(l->cx->arena, l->doc, "disc_number", disc);
	line_guess(l, "track_number");
	line_note(l, "track_number \"%s\" read as %lld on disc %lld", text, (long long)number,
		  (long long)(disc ? disc : 1));
}

const struct fit track_fits[] = {{"duration", duration_fit}, {"track_number", number_fit}, {0}};

/* --- posts --- */

/* A slug that is none is made one; a wish in any case, which gets a number when it is taken. */
static void slug_fit(struct line *l, struct json *v)
{
	const char *text = text_of(v), *slug = text ? text_slug(l->cx->arena, text) : NULL;

	if (!text || !strcmp(text, slug))
		return;
	if (*slug)
		json_become_text(v, slug);
	else
		json_take_out(l->doc, v);
	line_note(l, "slug made fit: %s", *slug ? slug : "made from the title");
}

/* A post without text says what it is about, or at least how it is called. */
static void content_fit(struct line *l, struct json *v)
{
	static const char *const instead[] = {"description", "title"};
	const char *text = text_of(v);

	if (json_kind(v) != JSON_NULL && (!text || *text))
		return;
	for (int i = 0; i < 2; i++) {
		const struct json *other = json_edit(l->doc, instead[i]);
		const char *words = other ? text_of(other) : NULL;
		if (!words || !*words)
			continue;
		json_become_text(v, words);
		line_note(l, "no content: %s taken for it", instead[i]);
		return;
	}
}

const struct fit post_fits[] = {{"slug", slug_fit}, {"content", content_fit}, {"tags", names_fit}, {0}};

/* --- comments --- */

static void spam_fit(struct line *l, struct json *v)
{
	l->is_spam = json_kind(v) == JSON_TRUE;
	if (json_kind(v) != JSON_TRUE && json_kind(v) != JSON_FALSE && json_kind(v) != JSON_NULL)
		line_fault(l, "/spam", "wrong_type", "Must be true or false.");
}

static void bucket_fit(struct line *l, struct json *v)
{
	if (l->wanted->buckets)
		l->bucket = text_of(v);
	else
		report_remark(l->report, l->at.path, "post_bucket", "not read",
			      "a comment stands under a post; say post_id");
}

const struct fit comment_fits[] = {{"spam", spam_fit}, {"post_bucket", bucket_fit}, {0}};
