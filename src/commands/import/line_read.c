/* Reads a line: what is known goes to the schema, what is not is told, all faults at once. */
#include "commands/import/kind.h"
#include "core/schema/walk.h"
#include "vobe/clock.h"
#include "vobe/text.h"

#include <string.h>

/* --- members --- */

/* What other systems call a member, for those who look for it by another name. */
static const struct alias elsewhere[] = {
	{"author", "author_username"},
	{"user", "username"},
	{"body", "content"},
	{"text", "content"},
	{"html", "content"},
	{"image", "cover_image_url"},
	{"cover", "cover_url"},
	{"parent", "parent_id"},
	{"in_reply_to", "parent_id"},
	{"feature_image", "cover_image_url"},
	{"type", "album_type"},
	{"year", "release_date"},
	{"date", "release_date"},
	{"released", "release_date"},
	{"artist", "artist_id"},
	{"album", "album_id"},
	{"post", "post_id"},
	{"links", "social_links"},
	{"style", "genres"},
	{"styles", "genres"},
	{"position", "track_number"},
	{"number", "track_number"},
	{"excerpt", "description"},
	{"summary", "description"},
	{0},
};

static bool is_one_of(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

static const char *nearest(struct line *l, const char *name)
{
	const char *const *names = kind_names(l->cx->arena, l->kind);

	for (const struct alias *a = elsewhere; a->name; a++)
		if (!strcmp(a->name, name) && is_one_of(names, a->means))
			return a->means;
	const char *near = text_nearest(name, names);
	return near && near[0] == name[0] ? near : NULL;
}

static void tell_unread(struct line *l, const char *name, const struct field *f)
{
	struct arena *a = l->cx->arena;
	const char *near = f ? NULL : nearest(l, name);
	const char *more = f ? "it is kept here" : near ? arena_fmt(a, "did you mean %s?", near) : NULL;

	report_remark(l->report, l->at.path, name, "not read", more);
}

static const char *meaning(const struct line *l, const char *name)
{
	for (const struct alias *a = l->kind->aliases; a->name; a++)
		if (!strcmp(a->name, name) && !json_edit(l->doc, a->means))
			return a->means;
	return name;
}

/* True if a function took it; it may have taken it out of the document. */
static void fit_member(struct line *l, struct json *m)
{
	const char *name = json_name(m);

	for (const struct fit *f = l->kind->fits; f->name; f++)
		if (!strcmp(f->name, name)) {
			f->fit(l, m);
			return;
		}
}

static bool has_fit(const struct line *l, const char *name)
{
	for (const struct fit *f = l->kind->fits; f->name; f++)
		if (!strcmp(f->name, name))
			return true;
	return false;
}

/* Leaves in the document what the schema is to read, and tells the rest. */
static void sort_member(struct line *l, struct json *m)
{
	json_rename(m, meaning(l, json_name(m)));
	const char *name = json_name(m);
	const struct field *f = schema_field(l->kind->importer()->schema, name);
	const bool is_read = f && kind_reads(l->kind, f);

	if (!is_read && !has_fit(l, name)) {
		tell_unread(l, name, f && !(f->flags & NO_JSON) ? f : NULL);
		if (!f || f->flags & NO_JSON)
			hiding_judge(l, m);
		json_take_out(l->doc, m);
		return;
	}
	fit_member(l, m);
	if (is_read)
		fit_by_schema(l, f, m);
	else if (json_edit(l->doc, name) == m)
		json_take_out(l->doc, m);
}

static void sort_members(struct line *l)
{
	for (const struct json *m = json_first(l->doc), *next; m; m = next) {
		next = json_next(m);
		sort_member(l, json_edit(l->doc, json_name(m)));
	}
}

/* --- the row --- */

static void take_faults(struct line *l, err e)
{
	for (int i = 0; e && i < e->fault_count; i++)
		line_fault(l, e->faults[i].pointer, e->faults[i].code, e->faults[i].detail);
	if (e && !e->fault_count)
		line_fault(l, "", e->code, e->detail);
}

/* What was is not later than now; when a post is to be published is the post's own affair. */
static void times_fit(struct line *l)
{
	const struct schema *s = l->kind->importer()->schema;

	for (const struct field *f = s->fields; f < s->fields + s->count; f++) {
		int64_t *t = (int64_t *)((char *)l->row + f->offset);
		if (f->type != TYPE_TIME || !HAS(l->given, f - s->fields) || *t == TIME_NULL ||
		    *t <= clock_now() || !strcmp(f->name, "published_at"))
			continue;
		*t = clock_now();
		line_note(l, "%s: in the future, set to now", f->name);
	}
}

/* A row may not be said to be there and to be deleted. */
static void deletion_judge(struct line *l)
{
	const struct field *f = schema_field(l->kind->importer()->schema, "deleted_at");

	if (!f || f->flags & NO_JSON || !line_gave(l, "deleted_at") ||
	    *(int64_t *)line_member(l, "deleted_at") == TIME_NULL)
		return;
	if (line_gave(l, "is_deleted") && !*(bool *)line_member(l, "is_deleted"))
		line_fault(l, "/deleted_at", "may_hide",
			   "It says when it was deleted, is_deleted that it was not.");
	*(bool *)line_member(l, "is_deleted") = true;
}

static void row_read(struct line *l)
{
	const struct schema *s = l->kind->importer()->schema;

	take_faults(l, schema_decode(l->cx->arena, s, l->doc, DECODE_LINE, l->row, &l->given));
	if (!json_edit(l->doc, "id"))
		line_fault(l, "/id", "required", "Required: a UUID of its own, by which it is known again.");
	times_fit(l);
	deletion_judge(l);
}

bool line_read(struct line *l, const char *text, size_t len)
{
	const struct json *doc;
	err e = json_parse(l->cx->arena, text, len, &doc);

	if (e || json_kind(doc) != JSON_OBJECT) {
		line_fault(l, "", "no_object", e ? e->detail : "Must be an object.");
		return false;
	}
	l->doc = json_editable(doc);
	l->row = arena_alloc(l->cx->arena, l->kind->importer()->schema->size);
	sort_members(l);
	if (!l->is_spam)
		row_read(l);
	return !l->is_spam && !l->faults.count;
}
