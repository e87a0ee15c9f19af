/* Links in the database. */
#include "modules/auth/link.h"

#include "modules/auth/audit.h"
#include "modules/auth/token.h"
#include "vobe/clock.h"

#include <string.h>

enum { RESET_HOURS = 1, ADDRESS_HOURS = 24 };

#define LINK_COUNT_FIELDS(F, T)              \
	F(T, UUID, user_id, 0, "The account") \
	F(T, TEXT, kind, 0, "The kind")
STRUCT(link_count, LINK_COUNT_FIELDS);
SCHEMA(link_count, LINK_COUNT_FIELDS, "Which links to count");

/* One link of a kind and account is good at a time. */
static COMMAND(links_withdraw, link,
	       "UPDATE links SET expires_at = $created_at"
	       " WHERE user_id = $user_id AND kind = $kind AND used_at IS NULL AND expires_at > $created_at");

static COMMAND(link_insert, link,
	       "INSERT INTO links (id, user_id, kind, address, token, created_at, expires_at,"
	       " session_id, name)"
	       " VALUES ($id, $user_id, $kind, $address, $token, $created_at, $expires_at,"
	       " $session_id, $name)");

COMMAND(links_end, by_id,
	"UPDATE links SET expires_at = now() WHERE user_id = $id AND kind IN ('reset', 'new_email')"
	" AND used_at IS NULL AND expires_at > now()");

COMMAND(links_erase, by_id, "DELETE FROM links WHERE user_id = $id");

static COMMAND(link_spend, link,
	       "UPDATE links SET used_at = now() WHERE id = $id AND used_at IS NULL AND expires_at > now()",
	       .rows = 1, .otherwise = LINK_INVALID);

static COMMAND(link_token, link,
	       "UPDATE links SET token = $token WHERE id = $id AND used_at IS NULL AND expires_at > now()");

static COMMAND(links_forget, none, "DELETE FROM links WHERE expires_at < now() - interval '7 days'");

/* Nobody has opened the letter in time. */
static COMMAND(addresses_forget, none,
	       "UPDATE users u SET new_email = NULL WHERE new_email IS NOT NULL"
	       " AND NOT EXISTS (SELECT FROM links WHERE user_id = u.id AND kind = 'new_email'"
	       " AND used_at IS NULL AND expires_at > now())");

static QUERY_ROW(link_by_id, by_id, link,
		 "SELECT $* FROM links WHERE id = $id AND used_at IS NULL AND expires_at > now()");

static QUERY_ROW(link_by_token, link, link,
		 "SELECT $* FROM links"
		 " WHERE token = $token AND kind = $kind AND used_at IS NULL AND expires_at > now()",
		 .otherwise = LINK_INVALID);

static QUERY_ROW(links_counted, link_count, total,
		 "SELECT count(*) AS total FROM links"
		 " WHERE user_id = $user_id AND kind = $kind AND created_at > now() - interval '1 hour'");

#define READER_FIELDS(F, T)                             \
	F(T, TEXT, username, 0, "How the letter calls them") \
	F(T, TEXT, locale, 0, "In what language")
STRUCT(reader, READER_FIELDS);
SCHEMA(reader, READER_FIELDS, "Who reads a letter");

static QUERY_ROW(reader_of, by_id, reader,
		 "SELECT coalesce(l.name, u.username) AS username, u.locale"
		 " FROM links l JOIN users u ON u.id = l.user_id"
		 " WHERE l.id = $id AND (u.deleted_at IS NULL OR l.kind = 'deleted')");

static bool are_sent;

bool letters_are_sent(void)
{
	return are_sent;
}

static void set_letters_are_sent(bool yes)
{
	are_sent = yes;
}

/* Those that open something; the others only tell. */
static bool has_token(const char *kind)
{
	return !strcmp(kind, "reset") || !strcmp(kind, "verify") || !strcmp(kind, "new_email");
}

static int hours_of(const char *kind)
{
	return strcmp(kind, "reset") ? ADDRESS_HOURS : RESET_HOURS;
}

static struct link link_of(const struct user *u, const char *kind, const char *address, const char *token)
{
	const int64_t now = clock_now();
	return (struct link){.id = uuid_new(),
			     .user_id = u->id,
			     .kind = kind,
			     .address = address,
			     .token = token,
			     .created_at = now,
			     .expires_at = now + hours_of(kind) * 3600 * SECOND_US,
			     .used_at = TIME_NULL};
}

/* RFC 2606: no mail server has such an address; accounts of an import do, and deleted ones. */
static bool may_arrive(const char *address)
{
	const size_t len = strlen(address), end = strlen("invalid");
	return len < end || strcmp(address + len - end, "invalid") != 0;
}

static void want(struct change *ch, const struct user *u, const struct link *l)
{
	if (!are_sent || !may_arrive(l->address))
		return;
	if (has_token(l->kind))
		links_withdraw(ch, l);
	link_insert(ch, l);
	tell_user_link_wanted(ch, u->id, u->version,
			      &(struct link_event){.link_id = l->id, .user_id = u->id, .kind = l->kind});
}

void link_want(struct change *ch, const struct user *u, const char *kind, const char *address)
{
	struct link l = link_of(u, kind, address, NULL);
	l.name = strcmp(kind, "deleted") ? NULL : u->username;
	want(ch, u, &l);
}

void link_want_address(struct change *ch, const struct user *u, struct uuid session_id)
{
	struct link l = link_of(u, "new_email", u->new_email, NULL);
	l.session_id = session_id;
	want(ch, u, &l);
	link_want(ch, u, "email_asked", u->email);
}

err links_lately(struct ctx *cx, struct uuid user_id, const char *kind, int64_t *count)
{
	struct total counted;
	TRY(links_counted(cx, &(struct link_count){user_id, kind}, &counted));
	*count = counted.total;
	return NULL;
}

err letters_too_many(struct ctx *cx)
{
	struct problem *later = arena_copy(cx->arena, TOO_MANY_REQUESTS, sizeof *later);
	later->detail = "You were sent three such letters within the hour: open the last one, or wait.";
	later->retry_after_s = 3600;
	return later;
}

err link_find(struct ctx *cx, const char *kind, const char *token, struct link *out)
{
	struct refresh_token read, next; /* the same 256 bits, kept in the same way */
	if (!refresh_read(cx->arena, token, &read, &next))
		return problem_at(cx, LINK_INVALID, "/token");
	err e = link_by_token(cx, &(struct link){.kind = kind, .token = read.stored}, out);
	return problem_is(e, LINK_INVALID) ? problem_at(cx, e, "/token") : e;
}

void link_use(struct change *ch, const struct link *l)
{
	link_spend(ch, l);
}

err link_make(struct ctx *cx, const struct user *u, const char *kind, const char **token)
{
	const struct refresh_token made = refresh_new(cx->arena);
	const struct link l = link_of(u, kind, u->email, made.stored);
	struct change *ch = change_begin(cx);

	links_withdraw(ch, &l);
	link_insert(ch, &l);
	audit_add(cx, ch, arena_fmt(cx->arena, "user.%s_link_made", kind), u->id, &(struct origin){0}, "{}");
	TRY(change_commit(cx, ch));
	*token = made.text;
	return NULL;
}

err links_prune(struct ctx *cx)
{
	struct change *ch = change_begin(cx);
	links_forget(ch);
	addresses_forget(ch);
	return change_commit(cx, ch);
}

/* A notice has no token. Minting again, when the event is heard again, makes the token before worthless. */
static err mint(struct ctx *cx, struct uuid link_id, struct link_letter *out)
{
	struct link l;
	struct reader reader;

	*out = (struct link_letter){0};
	err e = link_by_id(cx, &(struct by_id){link_id}, &l);
	if (!e)
		e = reader_of(cx, &(struct by_id){link_id}, &reader);
	if (problem_is(e, NOT_FOUND))
		return NULL;
	TRY(e);
	*out = (struct link_letter){.kind = l.kind,
				    .username = reader.username,
				    .locale = reader.locale,
				    .hours = hours_of(l.kind),
				    .expires_at = l.expires_at,
				    .recipient = l.address};
	if (!has_token(l.kind))
		return NULL;
	const struct refresh_token made = refresh_new(cx->arena);
	struct change *ch = change_begin(cx);
	l.token = made.stored;
	link_token(ch, &l);
	out->token = made.text;
	return change_commit(cx, ch);
}

const struct auth_links link_service = {.mint = mint, .letters_are_sent = set_letters_are_sent};
