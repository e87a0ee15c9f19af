/* The rules of accounts: roles, how names are compared, what is told of a user. Pure. */
#include "modules/auth/user.h"
#include "vobe/text.h"

#include <string.h>

const char *const bool_names[] = {"true", "false", NULL};

enum role role_of(const struct user *u)
{
	return u->is_superuser ? ROLE_SUPERUSER : u->is_moderator ? ROLE_MODERATOR : ROLE_USER;
}

void user_rename(struct arena *a, struct user *u, const char *email, const char *username)
{
	const char *kept = text_email(a, email);
	u->email = kept ? kept : text_nfc(a, email); /* what is none fails the field's rule */
	u->email_fold = text_fold(a, u->email);
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
	u->new_email = NULL;
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
