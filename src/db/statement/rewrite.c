/* The SQL of a statement as modules write it, made into what the server is given. */
#include "db/statement/statement.h"

#include <ctype.h>
#include <string.h>

enum { PARAMETERS_MAX = 200 };

/* --- Lexical structure (PostgreSQL 15, section 4.1) --- */

static bool begins_word(char c)
{
	return isalpha((unsigned char)c) || c == '_' || (c & 0x80);
}

static bool is_in_word(char c)
{
	return begins_word(c) || isdigit((unsigned char)c);
}

static const char *after_word(const char *at)
{
	while (is_in_word(*at))
		at++;
	return at;
}

/* `at` stands on the opening quote. A doubled quote stays inside; with `escapes` so does one behind a
 * backslash. */
static const char *after_quoted(const char *at, bool escapes)
{
	char quote = *at++;
	for (; *at; at++) {
		if (escapes && *at == '\\' && at[1])
			at++;
		else if (*at == quote && at[1] == quote)
			at++;
		else if (*at == quote)
			return at + 1;
	}
	return at;
}

static const char *after_block_comment(const char *at)
{
	int depth = 0;
	do {
		int step = (at[0] == '/' && at[1] == '*') ? 1 : (at[0] == '*' && at[1] == '/') ? -1 : 0;
		depth += step;
		at += step ? 2 : 1;
	} while (*at && depth > 0);
	return at;
}

/* Behind a $tag$ ... $tag$ string; `at` itself when none begins here. */
static const char *after_dollar_quoted(const char *at)
{
	const char *tag_end = after_word(at + 1);
	if (*tag_end != '$' || isdigit((unsigned char)at[1]))
		return at;
	size_t len = (size_t)(tag_end - at) + 1;
	for (const char *c = at + len; *c; c++)
		if (strncmp(c, at, len) == 0)
			return c + len;
	return at;
}

/* Behind what is none of our business (strings, quoted names, comments); `at` itself when it is something
 * else. */
static const char *after_opaque(const char *at)
{
	if (*at == '\'' || *at == '"')
		return after_quoted(at, false);
	if ((*at == 'e' || *at == 'E') && at[1] == '\'')
		return after_quoted(at + 1, true);
	if (at[0] == '-' && at[1] == '-')
		return at + strcspn(at, "\n");
	if (at[0] == '/' && at[1] == '*')
		return after_block_comment(at);
	if (*at == '$')
		return after_dollar_quoted(at);
	return at;
}

/* Behind the token at `at`: something opaque, a word (with the $ it may hold), or one character. */
static const char *after_token(const char *at)
{
	const char *end = after_opaque(at);
	if (end > at)
		return end;
	if (!is_in_word(*at))
		return at + 1;
	do
		end = after_word(end + 1);
	while (*end == '$');
	return end;
}

static bool is_word(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);
	return (size_t)(end - at) == len && strncasecmp(at, word, len) == 0;
}

/* --- $name, $* and $p.* --- */

struct rewriting {
	struct arena *arena;
	struct prepared *p;
	struct buf sql;
	const char *fault;
};

static const char *fault(struct rewriting *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static const char *fault(struct rewriting *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	w->fault = arena_vfmt(w->arena, fmt, ap);
	va_end(ap);
	return w->fault;
}

static void add_columns(struct rewriting *w, const char *alias, int alias_len)
{
	const struct schema *out = w->p->st->out;
	int count = 0;
	for (int i = 0; out && i < out->count; i++) {
		const struct field *f = &out->fields[i];
		if (f->flags & NO_COLUMN || f->type == TYPE_MANY || f->type == TYPE_ONE)
			continue;
		buf_fmt(&w->sql, "%s%.*s%s\"%s\"", count++ ? ", " : "", alias_len, alias,
			alias_len ? "." : "", f->name);
	}
	if (!count)
		fault(w,
		      "$* stands for the columns of `out`, and there are none; give the statement an `out`");
}

/* The number of the parameter for that field, which is new or was used before. */
static int number_of(struct prepared *p, const struct field *field)
{
	for (int i = 0; i < p->parameter_count; i++)
		if (p->parameters[i].field == field)
			return i + 1;
	p->parameters[p->parameter_count++].field = field;
	return p->parameter_count;
}

static void add_parameter(struct rewriting *w, const char *name, int len)
{
	const struct schema *in = w->p->st->in;
	const struct field *field = in ? schema_field(in, arena_strn(w->arena, name, (size_t)len)) : NULL;
	if (!field)
		fault(w, "$%.*s is no field of `in` (%s)", len, name,
		      in ? in->name : "which the statement lacks");
	else if (w->p->parameter_count == PARAMETERS_MAX)
		fault(w, "more than %d parameters", PARAMETERS_MAX);
	else
		buf_fmt(&w->sql, "$%d", number_of(w->p, field));
}

/* `at` stands on a dollar that begins no string. Returns behind what was replaced. */
static const char *add_replaced(struct rewriting *w, const char *at)
{
	const char *name = at + 1, *end = after_word(name);
	if (*name == '*') {
		add_columns(w, "", 0);
		return name + 1;
	}
	if (end == name || isdigit((unsigned char)*name)) {
		fault(w, "write parameters as $name, not as \"%.10s\"", at);
		return name;
	}
	if (end[0] == '.' && end[1] == '*') {
		add_columns(w, name, (int)(end - name));
		return end + 2;
	}
	add_parameter(w, name, (int)(end - name));
	return end;
}

static void replace_names(struct rewriting *w)
{
	for (const char *at = w->p->st->sql; *at && !w->fault;) {
		const char *end = after_token(at);
		if (*at == '$' && end == at + 1) {
			at = add_replaced(w, at);
			continue;
		}
		buf_add(&w->sql, at, (size_t)(end - at));
		at = end;
	}
}

/* --- Row counts --- */

/* Where the words stand that matter outside of parentheses. */
struct outline {
	const char *with, *main, *returning, *end;
	bool changes; /* INSERT, UPDATE or DELETE */
};

static void note_word(struct outline *o, const char *at, const char *end)
{
	bool changes = is_word(at, end, "insert") || is_word(at, end, "update") || is_word(at, end, "delete");
	if (o->main && is_word(at, end, "returning"))
		o->returning = at;
	else if (!o->main && is_word(at, end, "with"))
		o->with = at;
	else if (!o->main && (changes || is_word(at, end, "select"))) {
		o->main = at;
		o->changes = changes;
	}
}

static struct outline outline_of(const char *sql)
{
	struct outline o = {.end = sql};
	int depth = 0;
	for (const char *at = sql; *at;) {
		const char *end = after_token(at);
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		if (depth == 0 && begins_word(*at))
			note_word(&o, at, end);
		if (!isspace((unsigned char)*at) && *at != ';' && !(at[0] == '-' && at[1] == '-'))
			o.end = end;
		at = end;
	}
	return o;
}

bool statement_does(const struct statement *st, const char *verb)
{
	struct outline o = outline_of(st->sql);
	return o.main && is_word(o.main, after_word(o.main), verb);
}

/*
 * The statement becomes a CTE and its rows are counted on the server, where a miss can still abort the
 * transaction. CTEs of its own move in front, because only the top level may hold some that change data. The
 * count is on the outer side of the join, so that it is looked at even when there is no row.
 */
static void demand_rows(struct rewriting *w, const char *schema)
{
	const char *sql = buf_text(&w->sql);
	struct outline o = outline_of(sql);
	if (!o.main) {
		fault(w, "`rows` works with SELECT, INSERT, UPDATE and DELETE only");
		return;
	}
	struct buf b = {.arena = w->arena};
	const struct statement *st = w->p->st;
	buf_fmt(&b,
		"%.*s%s did AS (%.*s%s), counted AS MATERIALIZED (SELECT \"%s\".expect_rows(count(*), %d) AS "
		"fine "
		"FROM did) ",
		(int)(o.main - sql), sql, o.with ? "," : "WITH", (int)(o.end - o.main), o.main,
		o.changes && !o.returning ? " RETURNING 1" : "", schema, st->rows);
	buf_str(&b, st->out ? "SELECT did.* FROM counted LEFT JOIN did ON true WHERE counted.fine"
			    : "SELECT fine FROM counted");
	w->sql = b;
}

bool statement_writes(const char *sql)
{
	static const char *const words[] = {"insert", "update", "delete", "nextval"};
	for (const char *at = sql, *end; *at; at = end) {
		end = after_token(at);
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (is_word(at, end, words[i]))
				return true;
	}
	return false;
}

const char *statement_rewrite(struct arena *a, const char *schema, struct prepared *p)
{
	struct rewriting w = {.arena = a, .p = p, .sql = {.arena = a}};
	p->parameters = ARENA_ARRAY(a, struct parameter, PARAMETERS_MAX);
	p->parameter_count = 0;
	replace_names(&w);
	if (!w.fault && p->st->rows > 0)
		demand_rows(&w, schema);
	p->sql = arena_str(a, buf_text(&w.sql));
	return w.fault;
}
