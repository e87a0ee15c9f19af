/* `vobemusic user`: accounts by the operator's hand, through auth's own rules. */
#include "app/service.h"
#include "commands/command.h"
#include "contracts/auth.h"
#include "contracts/operator/auth.h"
#include "vobe/buf.h"
#include "vobe/clock.h"
#include "vobe/option.h"
#include "vobe/role.h"
#include "vobe/text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

PROBLEM(NO_SUCH_USER, 404, "no_such_user", "No such user",
	"No account has this username; `vobemusic user list` shows them.");
PROBLEM(NO_SUCH_ROLE, 422, "no_such_role", "No such role", "The roles are user, moderator and superuser.");

/* 18 random bytes: 24 characters, 144 bits. */
static char *password_make(struct arena *a)
{
	unsigned char bytes[18];
	randombytes_buf(bytes, sizeof bytes);
	return base64url_encode(a, bytes, sizeof bytes);
}

struct creation {
	const struct command_line *line;
	const char *password; /* NULL: one is made and shown */
};

static err user_create(struct ctx *cx, void *arg)
{
	const struct creation *creation = arg;
	const struct command_line *line = creation->line;
	const struct auth_operator *auth = auth_operator_service();
	const char *role = command_option(line, "--role"), *given = creation->password;
	struct new_user in = {.email = command_option(line, "--email"),
			      .username = command_option(line, "--username"),
			      .password = given ? given : password_make(cx->arena),
			      .role = ROLE_USER};
	struct uuid id;
	char id_text[UUID_TEXT];

	if (role && !role_read(role, &in.role))
		return NO_SUCH_ROLE;
	TRY(auth->create_user(cx, &in, &id));
	uuid_text(id, id_text);
	if (line->json)
		printf("{\"id\":\"%s\"%s%s%s}\n", id_text, given ? "" : ",\"password\":\"",
		       given ? "" : in.password, given ? "" : "\"");
	else
		printf("created %s (%s)%s%s\n", in.username, id_text, given ? "" : ", password ",
		       given ? "" : in.password);
	return NULL;
}

/* For the first run: makes `curator` and prints its password once; says nothing when a superuser exists. */
static err admin_ensure(struct ctx *cx, void *arg)
{
	const struct auth_operator *auth = auth_operator_service();
	struct new_user in = {.email = "curator@localhost.localdomain",
			      .username = "curator",
			      .role = ROLE_SUPERUSER,
			      .password = password_make(cx->arena)};
	int64_t superusers;
	struct uuid id;

	(void)arg;
	TRY(auth->count_superusers(cx, &superusers));
	if (superusers)
		return NULL;
	TRY(auth->create_user(cx, &in, &id));
	printf("%s %s\n", in.username, in.password);
	return NULL;
}

static err user_promote(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const struct auth_operator *auth = auth_operator_service();
	enum role role;
	struct uuid id;

	if (!role_read(command_word(line, 2), &role))
		return NO_SUCH_ROLE;
	TRY(auth_cards_service()->user_by_username(cx, command_word(line, 1), &id));
	if (uuid_is_nil(id))
		return NO_SUCH_USER;
	TRY(auth->set_role(cx, id, role));
	printf("%s is %s now\n", command_word(line, 1), role_name(role));
	return NULL;
}

static err user_named(struct ctx *cx, const char *name, struct uuid *id)
{
	TRY(auth_cards_service()->user_by_username(cx, name, id));
	return uuid_is_nil(*id) ? NO_SUCH_USER : NULL;
}

static err user_set_active(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const bool active = !strcmp(command_word(line, 0), "enable");
	struct uuid id;

	TRY(user_named(cx, command_word(line, 1), &id));
	TRY(auth_operator_service()->set_active(cx, id, active));
	printf("%s %s\n", command_word(line, 1),
	       active ? "may sign in again" : "may not sign in any more; its sessions have ended");
	return NULL;
}

/* The token is all that the page for a new password needs: {token} in mail.reset_page. */
static err user_reset_link(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const char *page = option_text("mail", "reset_page"), *place = strstr(page, "{token}"), *token;
	struct uuid id;

	TRY(user_named(cx, command_word(line, 1), &id));
	TRY(auth_operator_service()->reset_link(cx, id, &token));
	if (place)
		printf("%.*s%s%s\n", (int)(place - page), page, token, place + strlen("{token}"));
	else
		printf("POST /api/v1/auth/password/reset {\"token\":\"%s\",\"new_password\":\"...\"}\n",
		       token);
	return NULL;
}

static err user_passwd(struct ctx *cx, void *arg)
{
	const struct creation *creation = arg;
	const char *name = command_word(creation->line, 1), *given = creation->password;
	const char *password = given ? given : password_make(cx->arena);
	struct uuid id;

	TRY(user_named(cx, name, &id));
	TRY(auth_operator_service()->set_password(cx, id, password));
	printf("%s has a new password%s%s; its sessions have ended\n", name, given ? "" : ": ",
	       given ? "" : password);
	return NULL;
}

static int passwd(const struct command_line *line)
{
	struct creation creation = {.line = line};
	int code = command_password(line, &creation.password);
	return code ? code : command_boot(line, user_passwd, &creation);
}

static void user_print(struct ctx *cx, const struct user_line *u, bool json)
{
	char id[UUID_TEXT], created[TIME_TEXT];
	struct buf out = {.arena = cx->arena};

	uuid_text(u->id, id);
	time_text(u->created_at, created);
	if (!json) {
		printf("%s  %-10s %-8s %s  %s\n", id, role_name(u->role),
		       u->is_active ? "active" : "inactive", created, u->username);
		return;
	}
	json_str(&out, u->username);
	printf("{\"id\":\"%s\",\"username\":%s,\"role\":\"%s\",\"is_active\":%s,\"created_at\":\"%s\"}\n", id,
	       buf_text(&out), role_name(u->role), u->is_active ? "true" : "false", created);
}

static err user_list(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const struct auth_operator *auth = auth_operator_service();
	struct uuid after = {0};
	struct user_line *lines;
	int count;

	do {
		TRY(auth->list_users(cx, after, 1000, &lines, &count));
		for (int i = 0; i < count; i++)
			user_print(cx, &lines[i], line->json);
		if (count)
			after = lines[count - 1].id;
	} while (count);
	return NULL;
}

static int create(const struct command_line *line)
{
	struct creation creation = {.line = line};
	if (command_option(line, "--password"))
		return command_misused("a password on the command line is in sight of every process; give "
				       "--password-file FILE, - for standard input");
	int code = command_password(line, &creation.password);
	return code ? code : command_boot(line, user_create, &creation);
}

int command_user(const struct command_line *line)
{
	const char *word = command_word(line, 0);

	if (word && !strcmp(word, "create") && command_option(line, "--email") &&
	    command_option(line, "--username"))
		return create(line);
	if (word && !strcmp(word, "promote") && line->count == 3)
		return command_boot(line, user_promote, (void *)line);
	if (word && !strcmp(word, "passwd") && line->count >= 2)
		return passwd(line);
	if (word && (!strcmp(word, "disable") || !strcmp(word, "enable")) && line->count == 2)
		return command_boot(line, user_set_active, (void *)line);
	if (word && !strcmp(word, "reset-link") && line->count == 2)
		return command_boot(line, user_reset_link, (void *)line);
	if (word && !strcmp(word, "ensure-admin"))
		return command_boot(line, admin_ensure, (void *)line);
	if (word && !strcmp(word, "list"))
		return command_boot(line, user_list, (void *)line);
	return command_misused(
		"user: create, promote, passwd, disable, enable, reset-link, ensure-admin or list");
}
