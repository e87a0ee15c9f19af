/* Names in the exact field, and the queries for them. */
#include "vobe/name_queries.h"

#include "vobe/fnv.h"

#include <string.h>

enum { FORM_LONGEST = 24 /* bytes; longer ones are as well found by a number */ };

void lexeme_write(struct buf *out, const char *lexeme)
{
	buf_char(out, '\'');
	for (; *lexeme; lexeme++) {
		if (*lexeme == '\'' || *lexeme == '\\')
			buf_char(out, *lexeme);
		buf_char(out, *lexeme);
	}
	buf_char(out, '\'');
}

const char *lexeme_short(struct arena *a, char mark, const char *text, size_t longest)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
	enum { DIGITS = 10, BITS = 6 };
	char number[DIGITS + 1] = "";

	if (strlen(text) <= longest)
		return arena_fmt(a, "%c%s", mark, text);
	const uint64_t hash = fnv1a(FNV_BEGINS, text, strlen(text));
	for (int i = 0; i < DIGITS; i++)
		number[i] = digits[hash >> (64 - BITS * (i + 1)) & ((1u << BITS) - 1)];
	return arena_fmt(a, "%c#%s", mark, number);
}

const char *name_lexeme(struct arena *a, const char *form)
{
	return lexeme_short(a, ' ', form, FORM_LONGEST);
}

static void alternative(struct arena *a, struct buf *out, const char *form, const char *label)
{
	buf_str(out, out->len ? " | " : "");
	lexeme_write(out, name_lexeme(a, form));
	buf_str(out, label);
}

const char *tsquery_or(struct arena *a, const char *one, const char *other)
{
	one = one ? one : "";
	other = other ? other : "";
	if (!*one || !*other)
		return *one ? one : other;
	return arena_fmt(a, "(%s | %s)", one, other);
}

struct name_queries name_queries(struct arena *a, const char *text)
{
	struct name_form forms[NAME_FORMS_MAX];
	struct buf same = {.arena = a}, named = {.arena = a}, near = {.arena = a}, begun = {.arena = a};
	const int count = name_forms(a, text, forms);

	for (int i = 0; i < count; i++) {
		const struct name_form *f = &forms[i];
		if (f->rank == 'A')
			alternative(a, &same, f->text, ":A");
		else if (f->rank == 'B')
			alternative(a, &named, f->text, ":AB");
		if (f->rank == 'B' || f->rank == 'C')
			alternative(a, &near, f->text, ":BC");
		if (f->rank == 'D')
			alternative(a, &near, f->text, ":D");
	}
	if (count == 1 && strlen(forms[0].text) <= FORM_LONGEST)
		alternative(a, &begun, forms[0].text, ":*A");
	struct name_queries out = {arena_str(a, buf_text(&same)), arena_str(a, buf_text(&named)),
				   arena_str(a, buf_text(&near)), arena_str(a, buf_text(&begun)), NULL};
	out.called = tsquery_or(a, tsquery_or(a, out.same, out.named), out.near);
	return out;
}

struct name_queries names_meant(struct arena *a, const char *text, const char *const *meant, int meanings)
{
	struct name_queries out = name_queries(a, text);

	for (int i = 0; i < meanings; i++) {
		const struct name_queries of = name_queries(a, meant[i]);
		out.near = tsquery_or(a, out.near, of.named);
		out.near = tsquery_or(a, out.near, i ? "" : of.near);
	}
	return out;
}

const char *names_begun(struct arena *a, const char *const *begins, int count)
{
	struct buf out = {.arena = a};

	for (int i = 0; i < count; i++)
		if (*begins[i] && strlen(begins[i]) <= FORM_LONGEST)
			alternative(a, &out, begins[i], ":*");
	return arena_str(a, buf_text(&out));
}

const char *names_within(struct arena *a, const char *text)
{
	struct name_form *spans = ARENA_ARRAY(a, struct name_form, NAME_SPANS_MAX);
	const int count = name_spans(a, text, spans);
	struct buf out = {.arena = a};

	for (int i = 0; i < count; i++)
		alternative(a, &out, spans[i].text, spans[i].rank == 'D' ? ":D" : ":BC");
	return arena_str(a, buf_text(&out));
}
