/*
 * Words by which other systems say that not everybody may see a thing. What the API does not know is told and
 * left out of a line; but a line must not become public because nobody read the word that hid it.
 */
#include "commands/import/kind.h"

#include "vobe/text.h"

#include <ctype.h>
#include <string.h>

/* When a word hides: if it is true, if it is false, if it is anything, or anything but a word for "shown". */
enum hides { IF_TRUE, IF_FALSE, IF_ANYTHING, UNLESS_PUBLIC };

static const struct {
	const char *word;
	enum hides hides;
} words[] = {
	{"draft", IF_TRUE},         {"private", IF_TRUE},          {"hidden", IF_TRUE},
	{"deleted", IF_TRUE},       {"unlisted", IF_TRUE},         {"archived", IF_TRUE},
	{"trashed", IF_TRUE},       {"published", IF_FALSE},       {"public", IF_FALSE},
	{"visible", IF_FALSE},      {"visibility", UNLESS_PUBLIC}, {"status", UNLESS_PUBLIC},
	{"deletedat", IF_ANYTHING}, {"archivedat", IF_ANYTHING},
};

static const char *const hiding[] = {"draft",   "private", "hidden", "deleted",   "archived", "unlisted",
				     "pending", "trash",   "spam",   "scheduled", NULL};

/* The name in lower case, without signs and without "is" before it: "isDraft", "is_draft". */
static const char *bare(struct arena *a, const char *name)
{
	char *out = arena_str(a, name), *to = out;

	for (; *name; name++)
		if (isalnum((unsigned char)*name))
			*to++ = (char)tolower((unsigned char)*name);
	*to = '\0';
	return !strncmp(out, "is", 2) && out[2] ? out + 2 : out;
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
	static const char *const shown[] = {"public", "published", "visible", "everyone", NULL};
	return json_kind(v) == JSON_STRING && is_word_of(shown, bare(a, json_string(v)));
}

static bool is_no(const struct json *v)
{
	int64_t n;
	return json_kind(v) == JSON_FALSE || json_kind(v) == JSON_NULL ||
	       (json_kind(v) == JSON_NUMBER && json_integer(v, &n) == INTEGER_FINE && n == 0);
}

static bool is_yes(const struct json *v)
{
	int64_t n;
	return json_kind(v) == JSON_TRUE ||
	       (json_kind(v) == JSON_NUMBER && json_integer(v, &n) == INTEGER_FINE && n == 1);
}

/* Whether a word's value leaves it open that the thing is hidden. */
static bool may_hide(struct arena *a, enum hides hides, const struct json *v)
{
	switch (hides) {
	case IF_TRUE: return !is_no(v);
	case IF_FALSE: return !is_yes(v) && !shows(a, v);
	case IF_ANYTHING: return json_kind(v) != JSON_NULL;
	case UNLESS_PUBLIC: return !shows(a, v);
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
	const char *name = bare(a, json_name(member));
	bool hides = is_misspelt(a, name, member);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(name, words[i].word))
			hides = may_hide(a, words[i].hides, member);
	if (hides && !is_hidden_already(l))
		line_fault(l, arena_fmt(a, "/%s", json_name(member)), "may_hide",
			   "May say that not everybody is to see it, and is not read. Say it by the status"
			   " (draft, published, archived) of a post, or by is_deleted.");
}
