/*
 * Words by which other systems say that not everybody may see a thing. What the API does not know is told and
 * left out of a line; but a line must not become public because nobody read the word that hid it.
 */
#include "commands/import/kind.h"

#include "vobe/buf.h"
#include "vobe/clock.h"
#include "vobe/date.h"
#include "vobe/text.h"

#include <ctype.h>
#include <string.h>

/*
 * When a word hides: if it is true, if it is false, if it is anything, anything but a word for "shown", a
 * word for "not for all", a time that is not yet (or not any more), no time at all, or a time that is surely
 * not yet.
 */
enum hides { IF_TRUE, IF_FALSE, IF_ANYTHING, UNLESS_PUBLIC, IF_SAID, UNTIL, FROM, UNLESS_PAST, IF_AHEAD };
enum of { ALL, TEXTS }; /* what an artist that is not active or a track that is not live is, a post is not */

struct word {
	const char *word;
	enum hides hides;
	enum of of;
};

/* clang-format off */
/* Whole names. Of Ghost, WordPress, Hugo, Jekyll, Mastodon, Discourse, Disqus, Reddit and their like. */
static const struct word words[] = {
	{"archived", IF_TRUE}, {"spam", IF_TRUE}, {"membersonly", IF_TRUE}, {"memberonly", IF_TRUE},
	{"subscribersonly", IF_TRUE}, {"emailonly", IF_TRUE}, {"friendsonly", IF_TRUE},
	{"loggedinonly", IF_TRUE}, {"loginrequired", IF_TRUE}, {"requireslogin", IF_TRUE},
	{"secret", IF_TRUE}, {"internal", IF_TRUE}, {"offline", IF_TRUE}, {"disabled", IF_TRUE},
	{"deactivated", IF_TRUE}, {"inactive", IF_TRUE, TEXTS}, {"held", IF_TRUE}, {"onhold", IF_TRUE},
	{"expired", IF_TRUE}, {"bin", IF_TRUE}, {"future", IF_TRUE}, {"notpublished", IF_TRUE},
	{"notvisible", IF_TRUE}, {"notpublic", IF_TRUE}, {"members", IF_ANYTHING, TEXTS},
	{"subscribers", IF_ANYTHING, TEXTS}, {"paid", IF_TRUE, TEXTS}, {"premium", IF_TRUE, TEXTS},
	{"published", IF_FALSE}, {"publish", IF_FALSE}, {"public", IF_FALSE}, {"visible", IF_FALSE},
	{"approved", IF_FALSE}, {"listed", IF_FALSE}, {"enabled", IF_FALSE}, {"active", IF_FALSE, TEXTS},
	{"live", IF_FALSE, TEXTS}, {"online", IF_FALSE, TEXTS}, {"show", IF_FALSE, TEXTS},
	{"shown", IF_FALSE, TEXTS}, {"display", IF_FALSE, TEXTS}, {"displayed", IF_FALSE, TEXTS},
	{"visibility", UNLESS_PUBLIC}, {"visibleto", UNLESS_PUBLIC}, {"status", UNLESS_PUBLIC},
	{"access", UNLESS_PUBLIC}, {"audience", UNLESS_PUBLIC}, {"privacy", UNLESS_PUBLIC},
	{"moderationstatus", UNLESS_PUBLIC}, {"publishedstatus", UNLESS_PUBLIC},
	{"publicationstatus", UNLESS_PUBLIC}, {"reviewstatus", UNLESS_PUBLIC},
	{"archivedat", IF_ANYTHING}, {"password", IF_ANYTHING}, {"haspassword", IF_ANYTHING},
	{"passwordprotected", IF_ANYTHING}, {"protected", IF_ANYTHING}, {"visiblefrom", UNTIL},
	{"visibleat", UNTIL}, {"availablefrom", UNTIL}, {"availableat", UNTIL}, {"livefrom", UNTIL},
	{"liveat", UNTIL}, {"golive", UNTIL}, {"goliveat", UNTIL}, {"releaseat", UNTIL, TEXTS},
	{"unpublishat", FROM}, {"unpublishon", FROM}, {"unpublishdate", FROM}, {"visibleuntil", FROM},
	{"availableuntil", FROM}, {"validuntil", FROM}, {"date", IF_AHEAD, TEXTS},
	{"datetime", IF_AHEAD, TEXTS},
};

/* How a part of a longer name begins: "hidden_at", "removal_reason", "underEmbargo", "unpublished_on". */
static const struct word parts[] = {
	{"draft", IF_ANYTHING}, {"private", IF_ANYTHING}, {"hidden", IF_ANYTHING}, {"hide", IF_ANYTHING},
	{"delet", IF_ANYTHING}, {"remov", IF_ANYTHING}, {"trash", IF_ANYTHING},
	{"unlisted", IF_ANYTHING}, {"banned", IF_ANYTHING}, {"shadowban", IF_ANYTHING},
	{"blocked", IF_ANYTHING}, {"pending", IF_ANYTHING}, {"withdrawn", IF_ANYTHING},
	{"unpublish", IF_ANYTHING}, {"unapprov", IF_ANYTHING}, {"reject", IF_ANYTHING},
	{"declin", IF_ANYTHING}, {"restrict", IF_ANYTHING}, {"confidential", IF_ANYTHING},
	{"suspend", IF_ANYTHING}, {"quarantin", IF_ANYTHING}, {"черновик", IF_ANYTHING},
	{"скрыт", IF_ANYTHING}, {"удал", IF_ANYTHING}, {"приват", IF_ANYTHING},
	{"опубликован", IF_FALSE}, {"embargo", UNTIL}, {"schedul", UNTIL}, {"expir", FROM},
	{"status", IF_SAID}, {"state", IF_SAID}, {"visib", IF_SAID}, {"access", IF_SAID},
	{"audience", IF_SAID}, {"privacy", IF_SAID}, {"permission", IF_SAID}, {"moderation", IF_SAID},
	{"scope", IF_SAID}, {"level", IF_SAID}, {"tier", IF_SAID}, {"stage", IF_SAID},
	{"workflow", IF_SAID}, {"flags", IF_SAID},
};

/* Values that say so whatever the member's name, and those that do where it is about that. */
static const char *const hiding[] = {"draft",   "private", "hidden",    "deleted",     "archived", "unlisted",
				     "pending", "trash",   "scheduled", "unpublished", "черновик", NULL};
static const char *const not_for_all[] = {
	"spam",       "trashed",    "removed",   "future",       "inreview", "review",  "rejected",
	"unapproved", "hold",       "onhold",    "inactive",     "disabled", "members", "member",
	"paid",       "premium",    "followers", "subscribers",  "friends",  "staff",   "team",
	"internal",   "restricted", "password",  "protected",    "me",       "onlyme",  "self",
	"owner",      "nobody",     "secret",    "confidential", "limited",  "direct",  "banned",
	"blocked",    "withdrawn",  "suspended", "quarantined",  NULL};
/* clang-format on */

static bool is_sign(char c)
{
	return !((unsigned char)c & 0x80) && !isalnum((unsigned char)c);
}

/* In lower case, without signs and without "is" before it: "isDraft", "is_draft". */
static const char *bare(struct arena *a, const char *name)
{
	const char *from = text_fold(a, name);
	char *out = arena_str(a, from), *to = out;

	for (; *from; from++)
		if (!is_sign(*from))
			*to++ = *from;
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

/* The parts of a name in lower case, each behind a blank: "removedAt" is " removed at". */
static const char *parts_of(struct arena *a, const char *name)
{
	struct buf b = {.arena = a};
	char before = '_';

	for (; *name; before = *name++) {
		const bool begins =
			is_sign(before) || (isupper((unsigned char)*name) && !isupper((unsigned char)before));
		if (!is_sign(*name))
			buf_fmt(&b, begins ? " %c" : "%c", *name);
	}
	return b.len ? text_fold(a, buf_text(&b)) : "";
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
	return json_kind(v) == JSON_NULL || (json_kind(v) == JSON_STRING && !*json_string(v)) ||
	       (json_kind(v) == JSON_ARRAY && !json_first(v));
}

/* A day, or a time, with a zone or without; what is neither may be any. */
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
	if (!time_read(time, strlen(time), &at)) {
		time = arena_fmt(a, "%sZ", time);
		if (!time_read(time, strlen(time), &at))
			return false;
	}
	return (at > clock_now()) == ahead;
}

static bool says_so(struct arena *a, const struct json *v, bool strictly)
{
	const char *said = json_kind(v) == JSON_STRING ? bare(a, json_string(v)) : "";

	return is_word_of(hiding, said) || (!strictly && is_word_of(not_for_all, said));
}

/* The value, or one of a list, is a word for "not for all". */
static bool one_says_so(struct arena *a, const struct json *v, bool strictly)
{
	if (json_kind(v) != JSON_ARRAY)
		return says_so(a, v, strictly);
	for (const struct json *e = json_first(v); e; e = json_next(e))
		if (says_so(a, e, strictly))
			return true;
	return false;
}

/* Whether a word's value leaves it open that the thing is hidden. */
static bool may_hide(struct arena *a, enum hides hides, const struct json *v)
{
	switch (hides) {
	case IF_TRUE: return !is_no(a, v);
	case IF_FALSE: return !is_yes(a, v) && !shows(a, v);
	case IF_ANYTHING: return !is_nothing(v) && !is_no(a, v);
	case UNLESS_PUBLIC: return !shows(a, v);
	case IF_SAID: return one_says_so(a, v, false);
	case UNTIL: return !is_nothing(v) && !is_no(a, v) && !lies(a, v, false);
	case FROM: return !is_nothing(v) && !is_no(a, v) && !lies(a, v, true);
	case UNLESS_PAST: return !lies(a, v, false);
	case IF_AHEAD: return lies(a, v, true);
	}
	return true;
}

/* The name as a word is meant, even with a letter wrong, if the value says then that it hides. */
static bool is_misspelt(struct arena *a, const char *name, const struct json *v)
{
	static const char *const fields[] = {"status", "isdeleted", "deleted",    "draft",
					     "hidden", "private",   "visibility", NULL};

	return (json_kind(v) == JSON_TRUE || says_so(a, v, true)) && text_nearest(name, fields);
}

/* A post that is a draft anyway, and a thing that is deleted anyway, hide what these words would hide. */
static bool is_hidden_already(const struct line *l)
{
	const struct json *status = json_edit(l->doc, "status"), *gone = json_edit(l->doc, "is_deleted");

	return (status && json_kind(status) == JSON_STRING && !strcmp(json_string(status), "draft")) ||
	       (gone && json_kind(gone) == JSON_TRUE);
}

static bool is_text(const struct line *l)
{
	return !strcmp(l->kind->name, "posts") || !strcmp(l->kind->name, "comments");
}

static bool has_part(const char *name_parts, const char *stem, struct arena *a)
{
	return strstr(name_parts, arena_fmt(a, " %s", stem));
}

/* "publishedAt", "published_on", "publication_time": when it is shown, in other words than ours. */
static bool is_time_of_publication(const char *name)
{
	static const char *const times[] = {
		"publishedat",     "publishedon",   "publisheddate", "publishedtime",
		"publishat",       "publishon",     "publishdate",   "publishtime",
		"publishedfrom",   "publishfrom",   "datepublished", "publicationdate",
		"publicationtime", "publicationat", "pubdate",       NULL};
	return is_word_of(times, name);
}

/* By parts of its name; a number of hidden things hides nothing. */
static bool hides_in_part(struct arena *a, const char *name, const struct json *v)
{
	const char *all = parts_of(a, name);
	const size_t len = strlen(all);

	if (len > strlen(" count") && !strcmp(all + len - strlen(" count"), " count"))
		return false;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (has_part(all, parts[i].word, a) && may_hide(a, parts[i].hides, v))
			return true;
	return false;
}

static bool hides(const struct line *l, const struct json *v)
{
	struct arena *a = l->cx->arena;
	const char *name = bare_of(l, json_name(v));

	if (is_misspelt(a, name, v) || (is_text(l) && one_says_so(a, v, true)))
		return true;
	if (is_time_of_publication(name))
		return may_hide(a, is_text(l) ? UNLESS_PAST : UNTIL, v);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(name, words[i].word) && (words[i].of == ALL || is_text(l)))
			return may_hide(a, words[i].hides, v);
	return hides_in_part(a, json_name(v), v);
}

/* Where other systems keep what they say of a thing: {"meta": {"draft": true}}. */
static bool is_about_it(struct arena *a, const struct json *v)
{
	static const char *const rooms[] = {
		"meta",       "metadata", "frontmatter", "attributes", "fields", "data",
		"properties", "params",   "settings",    "options",    "flags",  "custom",
		"extra",      "status",   "state",       "visibility", NULL};

	return json_kind(v) == JSON_OBJECT && is_word_of(rooms, bare(a, json_name(v)));
}

static void tell_hiding(struct line *l, const char *pointer)
{
	line_fault(l, pointer, "may_hide",
		   "May say that not everybody is to see it, and is not read. Say it by the status"
		   " (draft, published, archived) of a post, or by is_deleted.");
}

void hiding_judge(struct line *l, const struct json *member)
{
	struct arena *a = l->cx->arena;
	const char *pointer = arena_fmt(a, "/%s", json_name(member));

	if (is_hidden_already(l))
		return;
	if (hides(l, member))
		tell_hiding(l, pointer);
	if (is_about_it(a, member))
		for (const struct json *m = json_first(member); m; m = json_next(m))
			if (hides(l, m))
				tell_hiding(l, arena_fmt(a, "%s/%s", pointer, json_name(m)));
}
