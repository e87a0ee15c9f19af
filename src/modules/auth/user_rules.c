/* The rules of accounts: names, roles, what is told of a user. Pure. */
#include "modules/auth/user.h"
#include "vobe/text.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

const char *const role_names[] = {"user", "moderator", "superuser", NULL};
const char *const bool_names[] = {"true", "false", NULL};

/* Names that would pass for the house itself, or that mean nobody. */
/* clang-format off */
static const char *const reserved[] = {
	"admin",     "administrator", "anonymous", "api",       "auth",      "everyone",  "guest",
	"help",      "info",          "me",        "mod",       "moderator", "nobody",    "null",
	"owner",     "root",          "security",  "staff",     "superuser", "support",   "system",
	"undefined", "unknown",       "user",      "vobe",      "vobemusic", "webmaster", "www",
	"админ",     "администратор", "гость",     "модератор", "поддержка", "система",
};
/* clang-format on */

static bool is_name_character(UChar32 c)
{
	return c < 0x80 ? u_isalnum(c) || strchr("_.-", c) : u_isalpha(c);
}

/* How it looks to somebody who does not look twice: letter case, script and "ADMlN" make no difference. */
static char *glance(struct arena *a, const char *name)
{
	char *look = text_skeleton(a, text_fold(a, name));
	for (char *c = look; (c = strchr(c, 'l'));)
		*c = 'i';
	return look;
}

bool username_is_reserved(struct arena *a, const char *username)
{
	const char *look = glance(a, username);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (!strcmp(look, glance(a, reserved[i])))
			return true;
	return false;
}

/* A field's rule: its length has been judged before, but the normal form may be shorter. */
const char *username_rule(struct arena *a, const void *value)
{
	const char *s = text_nfc(a, *(const char *const *)value);
	const int32_t bytes = (int32_t)strlen(s);
	bool spoken = false;

	for (int32_t i = 0; i < bytes;) {
		UChar32 c;
		U8_NEXT(s, i, bytes, c);
		if (c <= 0 || !is_name_character(c))
			return "Use only letters, digits, _ . and -";
		spoken |= u_isalnum(c);
	}
	if (!spoken || utf8_length(s) < 3)
		return "Use at least 3 characters, one of them a letter or digit.";
	if (!text_single_script(s))
		return "Use letters of one script only, Latin or Cyrillic.";
	return username_is_reserved(a, s) ? "This name is reserved; choose another one." : NULL;
}

enum role role_of(const struct user *u)
{
	return u->is_superuser ? ROLE_SUPERUSER : u->is_moderator ? ROLE_MODERATOR : ROLE_USER;
}

const char *role_name(enum role role)
{
	return role_names[role - ROLE_USER];
}

bool role_read(const char *name, enum role *role)
{
	for (int i = 0; name && role_names[i]; i++)
		if (!strcmp(name, role_names[i])) {
			*role = (enum role)(ROLE_USER + i);
			return true;
		}
	return false;
}

void user_rename(struct arena *a, struct user *u, const char *email, const char *username)
{
	u->email = text_nfc(a, email);
	u->email_fold = text_fold(a, email);
	u->username = text_nfc(a, username);
	u->username_fold = text_fold(a, username);
	u->username_skeleton = text_skeleton(a, username);
}

const char *const locales[] = {"en", "ru", NULL};

void user_anonymise(struct arena *a, struct user *u)
{
	char id[UUID_TEXT];
	uuid_text(u->id, id);
	u->email = arena_fmt(a, "deleted-%s@invalid", id);
	u->username = arena_fmt(a, "deleted-%s", id);
	/* No name or address can hold a '#', so nobody can take these beforehand. */
	u->email_fold = u->username_fold = u->username_skeleton = arena_fmt(a, "#%s", id);
	u->hashed_password = NO_PASSWORD;
	u->is_active = u->is_superuser = u->is_moderator = false;
	u->last_login = u->email_verified_at = TIME_NULL;
}

struct user user_new(struct arena *a, struct uuid id, const char *email, const char *username, enum role role)
{
	const int64_t now = clock_now();
	struct user u = {.id = id,
			 .is_active = true,
			 .created_at = now,
			 .updated_at = now,
			 .version = 1,
			 .hashed_password = NO_PASSWORD,
			 .locale = locales[0],
			 .email_verified_at = TIME_NULL};
	u.is_superuser = role == ROLE_SUPERUSER;
	u.is_moderator = role == ROLE_MODERATOR;
	u.last_login = u.role_changed_at = u.deleted_at = TIME_NULL;
	user_rename(a, &u, email, username);
	return u;
}

struct user_event user_fact(const struct user *u)
{
	return (struct user_event){.user_id = u->id,
				   .username = u->username,
				   .role = role_name(role_of(u)),
				   .is_active = u->is_active,
				   .created_at = u->created_at};
}
