/* The rules of fields (limits, formats, allowed values), and the faults that say what a client must do. */
#include "core/schema/member.h"
#include "core/schema/walking.h"

#include "core/json/json.h"
#include "core/text/text_scan.h"
#include "vobe/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { URL_MOST = 500 };

const char *type_wanted(enum type t)
{
	static const char *const wanted[] = {
		[TYPE_BOOL] = "true or false",
		[TYPE_INT] = "a whole number",
		[TYPE_REAL] = "a number",
		[TYPE_TEXT] = "a string",
		[TYPE_UUID] = "a UUID such as 01890a5d-ac96-774b-bcce-b302099a8057",
		[TYPE_TIME] = "an RFC 3339 time such as 2026-01-02T03:04:05Z",
		[TYPE_DATE] = "a date such as 2026-01-02",
		[TYPE_TEXTS] = "a list of strings",
		[TYPE_UUIDS] = "a list of UUIDs",
		[TYPE_INTS] = "a list of whole numbers",
		[TYPE_JSON] = "an object",
		[TYPE_BYTES] = "base64url without padding",
		[TYPE_MANY] = "a list of objects",
		[TYPE_ONE] = "an object",
	};
	return wanted[t];
}

const char *value_wanted(const struct field *f)
{
	return f->format == FORMAT_PARTIAL ? "a date such as 2026-01-02, 2026-01 or 2026"
					   : type_wanted(f->type);
}

/* --- faults --- */

static void add_escaped(struct buf *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '~')
			buf_str(b, "~0");
		else if (*name == '/')
			buf_str(b, "~1");
		else
			buf_char(b, *name);
	}
}

/* RFC 6901; of the whole document it is the empty string. */
static void add_pointer(struct buf *b, const struct place *p)
{
	if (!p)
		return;
	add_pointer(b, p->up);
	buf_char(b, '/');
	if (p->name)
		add_escaped(b, p->name);
	else
		buf_int(b, p->index);
}

static const char *pointer_of(struct walk *w, const struct place *p)
{
	struct buf b = {.arena = w->arena};

	if (w->parameters) {
		while (p->up)
			p = p->up;
		return p->name;
	}
	add_pointer(&b, p);
	return buf_text(&b);
}

bool walk_is_full(const struct walk *w)
{
	return w->faults.count >= FAULTS_MOST;
}

void walk_fault(struct walk *w, const struct place *p, const char *code, const char *fmt, ...)
{
	va_list ap;

	if (walk_is_full(w))
		return;
	va_start(ap, fmt);
	fault_add(w->arena, &w->faults, pointer_of(w, p), code, "%s", arena_vfmt(w->arena, fmt, ap));
	va_end(ap);
}

/* Names a client may send, NULL-terminated. */
static const char **names_of(struct arena *a, const struct schema *s)
{
	const char **names = ARENA_ARRAY(a, const char *, (size_t)s->count + 1);
	int n = 0;

	for (const struct field *f = s->fields; f < s->fields + s->count; f++)
		if (f->flags & IN && !(f->flags & NO_JSON))
			names[n++] = f->name;
	return names;
}

/* "a", "b" and so on: quoted, with commas. */
static const char *listed(struct arena *a, const char *const *words)
{
	struct buf b = {.arena = a};

	for (; *words; words++)
		buf_fmt(&b, "%s\"%s\"", b.len ? ", " : "", *words);
	return buf_text(&b);
}

void walk_fault_unknown(struct walk *w, const struct place *p, const struct schema *s)
{
	const char *code = w->parameters ? "unknown_parameter" : "unknown_field";
	const char *what = w->parameters ? "parameter" : "field";

	if (walk_is_full(w))
		return;
	const char **names = names_of(w->arena, s);
	const char *near = text_nearest(p->name, names);
	if (near)
		walk_fault(w, p, code, "There is no such %s; did you mean \"%s\"?", what, near);
	else if (*names)
		walk_fault(w, p, code, "There is no such %s. There are: %s.", what, listed(w->arena, names));
	else
		walk_fault(w, p, code, "There is no such %s; none is taken here.", what);
}

void walk_fault_required(struct walk *w, const struct place *p)
{
	walk_fault(w, p, "required", "Is required; it must be %s.", value_wanted(p->field));
}

void walk_null(struct walk *w, const struct place *p)
{
	if (!(p->field->flags & NULLABLE))
		walk_fault(w, p, "null_not_allowed", "Must not be null; it must be %s.",
			   value_wanted(p->field));
}

/* --- rules --- */

static const char *plural(int64_t count)
{
	return count == 1 ? "" : "s";
}

static void obey_length(struct walk *w, const struct place *p, const char *text, int64_t min, int64_t max)
{
	int64_t length = (int64_t)utf8_length(text);

	if (max <= 0)
		return;
	if (length > max)
		walk_fault(w, p, "too_long", "Must have at most %" PRId64 " character%s; it has %" PRId64 ".",
			   max, plural(max), length);
	else if (length < min)
		walk_fault(w, p, "too_short",
			   "Must have at least %" PRId64 " character%s; it has %" PRId64 ".", min,
			   plural(min), length);
	else if (min > 0 && text_is_blank(text))
		walk_fault(w, p, "blank", "Must have a character that can be seen.");
}

static bool has_format(enum format format, const char *text)
{
	switch (format) {
	case FORMAT_ANY:
	case FORMAT_PARTIAL: return true;
	case FORMAT_URL: return text_is_url(text) && utf8_length(text) <= URL_MOST;
	case FORMAT_EMAIL: return text_is_email(text);
	case FORMAT_SLUG: return text_is_slug(text);
	case FORMAT_LINE: return !text_has_line_break(text);
	}
	return false;
}

static void obey_format(struct walk *w, const struct place *p, enum format format, const char *text)
{
	static const char *const wanted[] = {
		[FORMAT_ANY] = "",
		[FORMAT_URL] = "an http or https URL of at most 500 characters, such as "
			       "https://example.com/cover.jpg",
		[FORMAT_EMAIL] = "an e-mail address such as name@example.com",
		[FORMAT_SLUG] = "lower-case letters a-z, digits and single hyphens between them, such as "
				"my-first-post",
		[FORMAT_LINE] = "one line, without line breaks",
	};
	if (!has_format(format, text))
		walk_fault(w, p, "invalid_format", "Must be %s.", wanted[format]);
}

static void obey_one_of(struct walk *w, const struct place *p, const char *const *allowed, const char *text)
{
	const char *near;

	for (const char *const *a = allowed; *a; a++)
		if ((p->field->any_case ? strcasecmp : strcmp)(*a, text) == 0)
			return;
	near = text_nearest(text, allowed);
	walk_fault(w, p, "not_allowed", "Must be one of %s.%s", listed(w->arena, allowed),
		   near ? arena_fmt(w->arena, " Did you mean \"%s\"?", near) : "");
}

static void obey_text(struct walk *w, const struct place *p, const char *text)
{
	const struct field *f = p->field;

	if (f->one_of) {
		obey_one_of(w, p, f->one_of, text);
		return;
	}
	obey_length(w, p, text, f->min, f->max);
	obey_format(w, p, f->format, text);
}

static void obey_range(struct walk *w, const struct place *p, int64_t n)
{
	const struct field *f = p->field;

	if (f->max <= 0)
		return;
	if (n > f->max)
		walk_fault(w, p, "too_large", "Must be at most %" PRId64 "; it is %" PRId64 ".", f->max, n);
	else if (n < f->min)
		walk_fault(w, p, "too_small", "Must be at least %" PRId64 "; it is %" PRId64 ".", f->min, n);
}

static void obey_count(struct walk *w, const struct place *p, int64_t count, const char *what)
{
	int64_t min = p->field->min, max = p->field->max;

	if (max <= 0)
		return;
	if (count > max)
		walk_fault(w, p, "too_many", "Must have at most %" PRId64 " %s%s; it has %" PRId64 ".", max,
			   what, plural(max), count);
	else if (count < min)
		walk_fault(w, p, "too_few", "Must have at least %" PRId64 " %s%s; it has %" PRId64 ".", min,
			   what, plural(min), count);
}

static void obey_texts(struct walk *w, const struct place *p, const struct texts *list)
{
	obey_count(w, p, list->count, "element");
	for (int i = 0; i < list->count && !walk_is_full(w); i++) {
		struct place element = {.up = p, .field = p->field, .index = i};
		if (p->field->one_of)
			obey_one_of(w, &element, p->field->one_of, list->at[i]);
		obey_length(w, &element, list->at[i], 1, p->field->each_max);
		obey_format(w, &element, p->field->format, list->at[i]);
	}
}

/* A member of an object of texts. In a patch null takes it away. */
static void obey_member(struct walk *w, const struct place *p, const struct json *m)
{
	enum { NAME_MOST = 50 };
	struct place member = {.up = p, .field = p->field, .name = json_name(m)};

	if (w->mode == DECODE_PATCH && json_kind(m) == JSON_NULL)
		return;
	if (text_is_blank(member.name) || utf8_length(member.name) > NAME_MOST)
		walk_fault(w, &member, "invalid_name", "Its name must have 1 to %d characters.", NAME_MOST);
	else if (!has_format(FORMAT_LINE, member.name) ||
		 strcmp(text_trim(w->arena, member.name), member.name))
		walk_fault(w, &member, "invalid_name",
			   "Its name must be one line, without blanks around it.");
	if (json_kind(m) != JSON_STRING) {
		walk_fault(w, &member, "wrong_type", "Must be %s.", type_wanted(TYPE_TEXT));
		return;
	}
	obey_length(w, &member, json_string(m), 1, p->field->each_max);
	obey_format(w, &member, p->field->format, json_string(m));
}

/* How many there are is asked of the whole: of a patch when it has been merged. */
static void obey_members(struct walk *w, const struct place *p, const char *text)
{
	const struct json *doc;
	int64_t count = 0;

	if (p->field->max <= 0 && p->field->each_max <= 0)
		return;
	if (json_parse(w->arena, text, strlen(text), &doc)) {
		walk_fault(w, p, "wrong_type", "Must be %s.", type_wanted(TYPE_JSON));
		return;
	}
	for (const struct json *m = json_first(doc); m && !walk_is_full(w); m = json_next(m), count++)
		if (p->field->each_max > 0)
			obey_member(w, p, m);
	if (w->mode != DECODE_PATCH)
		obey_count(w, p, count, "member");
}

static void obey_own_rule(struct walk *w, const struct place *p, const void *member)
{
	const char *todo = p->field->rule(w->arena, member);

	if (todo)
		walk_fault(w, p, "invalid", "%s", todo);
}

static void obey_own_rules(struct walk *w, const struct place *p, const void *member)
{
	const struct texts *list = member;

	if (p->field->type != TYPE_TEXTS) {
		obey_own_rule(w, p, member);
		return;
	}
	for (int i = 0; i < list->count; i++) {
		struct place element = {.up = p, .field = p->field, .index = i};
		obey_own_rule(w, &element, &list->at[i]);
	}
}

void walk_obey(struct walk *w, const struct place *p, const void *member)
{
	int before = w->faults.count;

	switch (p->field->type) {
	case TYPE_INT: obey_range(w, p, *(const int64_t *)member); break;
	case TYPE_TEXT: obey_text(w, p, *(const char *const *)member); break;
	case TYPE_TEXTS: obey_texts(w, p, member); break;
	case TYPE_UUIDS: obey_count(w, p, ((const struct uuids *)member)->count, "element"); break;
	case TYPE_INTS: obey_count(w, p, ((const struct ints *)member)->count, "element"); break;
	case TYPE_MANY: obey_count(w, p, ((const struct many *)member)->count, "element"); break;
	case TYPE_JSON: obey_members(w, p, *(const char *const *)member); break;
	case TYPE_BOOL:
	case TYPE_REAL:
	case TYPE_UUID:
	case TYPE_TIME:
	case TYPE_DATE:
	case TYPE_BYTES:
	case TYPE_ONE: break;
	}
	if (w->faults.count == before && p->field->rule)
		obey_own_rules(w, p, member);
}

void walk_absent(struct walk *w, const struct place *up, const struct schema *s, uint64_t present,
		 void *value)
{
	for (int i = 0; i < s->count; i++) {
		const struct field *f = &s->fields[i];
		struct place p = {.up = up, .field = f, .name = f->name};
		if (HAS(present, i))
			continue;
		if (f->otherwise) {
			const char *unreadable =
				member_read(w->arena, f, f->otherwise, (char *)value + f->offset);
			assert(!unreadable);
			(void)unreadable;
		} else if ((f->flags & (IN | REQ)) == (IN | REQ)) {
			walk_fault_required(w, &p);
		}
	}
}
