/*
 * Words by which other systems say that not everybody may see a thing. What the API does not know is told and
 * left out of a line; but a line must not become public because nobody read the word that hid it.
 */
#include "commands/import/kind.h"

#include "vobe/clock.h"
#include "vobe/date.h"
#include "vobe/text.h"

#include <ctype.h>
#include <string.h>

/*
 * When a word hides: if it is true, if it is false, if it is anything, anything but a word for "shown", a
 * time that is not yet (or not any more), or no time at all.
 */
enum hides { IF_TRUE, IF_FALSE, IF_ANYTHING, UNLESS_PUBLIC, UNTIL, FROM };

/* Of Ghost, WordPress, Hugo, Jekyll, Mastodon, Discourse, Disqus, Reddit and their like. */
static const struct {
	const char *word;
	enum hides hides;
} words[] = {
	{"draft", IF_TRUE},
	{"private", IF_TRUE},
	{"hidden", IF_TRUE},
	{"deleted", IF_TRUE},
	{"unlisted", IF_TRUE},
	{"archived", IF_TRUE},
	{"trashed", IF_TRUE},
	{"removed", IF_TRUE},
	{"spam", IF_TRUE},
	{"blocked", IF_TRUE},
	{"banned", IF_TRUE},
	{"pending", IF_TRUE},
	{"withdrawn", IF_TRUE},
	{"unpublished", IF_TRUE},
	{"membersonly", IF_TRUE},
	{"subscribersonly", IF_TRUE},
	{"emailonly", IF_TRUE},
	{"friendsonly", IF_TRUE},
	{"secret", IF_TRUE},
	{"internal", IF_TRUE},
	{"userdeleted", IF_TRUE},
	{"published", IF_FALSE},
	{"public", IF_FALSE},
	{"visible", IF_FALSE},
	{"approved", IF_FALSE},
	{"listed", IF_FALSE},
	{"visibility", UNLESS_PUBLIC},
	{"status", UNLESS_PUBLIC},
	{"access", UNLESS_PUBLIC},
	{"audience", UNLESS_PUBLIC},
	{"privacy", UNLESS_PUBLIC},
	{"moderationstatus", UNLESS_PUBLIC},
	{"deletedat", IF_ANYTHING},
	{"archivedat", IF_ANYTHING},
	{"removedat", IF_ANYTHING},
	{"hiddenat", IF_ANYTHING},
	{"removedby", IF_ANYTHING},
	{"deletedby", IF_ANYTHING},
	{"password", IF_ANYTHING},
	{"embargo", UNTIL},
	{"embargoeduntil", UNTIL},
	{"scheduledat", UNTIL},
	{"scheduledfor", UNTIL},
	{"publishat", UNTIL},
	{"publishon", UNTIL},
	{"publishdate", UNTIL},
	{"publicationdate", UNTIL},
	{"visiblefrom", UNTIL},
	{"expiresat", FROM},
	{"expirydate", FROM},
	{"unpublishat", FROM},
	{"unpublishdate", FROM},
	{"visibleuntil", FROM},
};

static const char *const hiding[] = {"draft",   "private", "hidden", "deleted",   "archived", "unlisted",
				     "pending", "trash",   "spam",   "scheduled", NULL};

/* In lower case, without signs and without "is" before it: "isDraft", "is_draft". */
static const char *bare(struct arena *a, const char *name)
{
	char *out = arena_str(a, name), *to = out;

	for (; *name; name++)
		if (isalnum((unsigned char)*name))
			*to++ = (char)tolower((unsigned char)*name);
	*to = '\0';
	return !strncmp(out, "is", 2) && out[2] ? out + 2 : out;
}

/* Of a post "post_status" is its status: the kind's own name says nothing. */
static const char *bare_of(const struct line *l, const char *name)
{
	const char *out = bare(l->cx->arena, name);
	const size_t kind = strlen(l->kind->name) - 1; /* without the s */
	return !strncmp(out, l->kind->name, kind) && out[kind] ? out + kind : out;
}

static bool is_word_of(const char *const *list, const char *text)
{
	for (; *list; list++)
		if (!strcmp(*list, text))
			return true;
	return false;
}

static bool shows(struct arena *a, const struct json *v)
{
	static const char *const shown[] = {"public",   "published", "publish", "visible",
					    "everyone", "approved",  "anybody", NULL};
	return json_kind(v) == JSON_STRING && is_word_of(shown, bare(a, json_string(v)));
}

/* `word` in every way in which it is written: false, 0, "0", "no". */
static bool is_said(struct arena *a, const struct json *v, enum json_kind word, int number,
		    const char *const *texts)
{
	int64_t n;
	return json_kind(v) == word ||
	       (json_kind(v) == JSON_NUMBER && json_integer(v, &n) == INTEGER_FINE && n == number) ||
	       (json_kind(v) == JSON_STRING && is_word_of(texts, bare(a, json_string(v))));
}

static bool is_no(struct arena *a, const struct json *v)
{
	static const char *const no[] = {"0", "false", "no", "off", "n", "f", NULL};
	return json_kind(v) == JSON_NULL || is_said(a, v, JSON_FALSE, 0, no);
}

static bool is_yes(struct arena *a, const struct json *v)
{
	static const char *const yes[] = {"1", "true", "yes", "on", "y", "t", NULL};
	return is_said(a, v, JSON_TRUE, 1, yes);
}

static bool is_nothing(const struct json *v)
{
	return json_kind(v) == JSON_NULL || (json_kind(v) == JSON_STRING && !*json_string(v));
}

/* A day, or a time; what is neither may be any. */
static bool lies(struct arena *a, const struct json *v, bool ahead)
{
	char begins[DATE_TEXT];
	const char *time = json_kind(v) == JSON_STRING ? json_string(v) : "";
	struct date day;
	int64_t at;

	if (date_read(time, &day)) {
		date_text(day, begins);
		time = arena_fmt(a, "%sT00:00:00Z", begins);
	}
	return time_read(time, strlen(time), &at) && (at > clock_now()) == ahead;
}

/* Whether a word's value leaves it open that the thing is hidden. */
static bool may_hide(struct arena *a, enum hides hides, const struct json *v)
{
	switch (hides) {
	case IF_TRUE: return !is_no(a, v);
	case IF_FALSE: return !is_yes(a, v) && !shows(a, v);
	case IF_ANYTHING: return !is_nothing(v) && !is_no(a, v);
	case UNLESS_PUBLIC: return !shows(a, v);
	case UNTIL: return !is_nothing(v) && !is_no(a, v) && !lies(a, v, false);
	case FROM: return !is_nothing(v) && !is_no(a, v) && !lies(a, v, true);
	}
	return true;
}

/* The name as a word is meant, even with a letter wrong, if the value says then that it hides. */
static bool is_misspelt(struct arena *a, const char *name, const struct json *v)
{
	static const char *const fields[] = {"status", "isdeleted", "deleted",    "draft",
					     "hidden", "private",   "visibility", NULL};
	const bool says_so = json_kind(v) == JSON_TRUE ||
			     (json_kind(v) == JSON_STRING && is_word_of(hiding, bare(a, json_string(v))));
	return says_so && text_nearest(name, fields);
}

/* A post that is a draft anyway, and a thing that is deleted anyway, hide what these words would hide. */
static bool is_hidden_already(const struct line *l)
{
	const struct json *status = json_edit(l->doc, "status"), *gone = json_edit(l->doc, "is_deleted");

	return (status && json_kind(status) == JSON_STRING && !strcmp(json_string(status), "draft")) ||
	       (gone && json_kind(gone) == JSON_TRUE);
}

void hiding_judge(struct line *l, const struct json *member)
{
	struct arena *a = l->cx->arena;
	const char *name = bare_of(l, json_name(member));
	bool hides = is_misspelt(a, name, member);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(name, words[i].word))
			hides = may_hide(a, words[i].hides, member);
	if (hides && !is_hidden_already(l))
		line_fault(l, arena_fmt(a, "/%s", json_name(member)), "may_hide",
			   "May say that not everybody is to see it, and is not read. Say it by the status"
			   " (draft, published, archived) of a post, or by is_deleted.");
}
