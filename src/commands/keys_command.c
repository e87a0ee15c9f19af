/* `vobemusic keys`: the keys that sign access tokens. */
#include "commands/command.h"
#include "contracts/audit.h"
#include "contracts/operator/keys.h"
#include "vobe/clock.h"

#include <stdio.h>
#include <string.h>

static void key_print(const struct signing_key *k, bool json)
{
	char until[TIME_TEXT] = "";

	if (k->verifies_until != TIME_NULL)
		time_text(k->verifies_until, until);
	if (json)
		printf("{\"kid\":\"%s\",\"signs\":%s,\"verifies_until\":%s%s%s}\n", k->kid,
		       *until ? "false" : "true", *until ? "\"" : "", *until ? until : "null",
		       *until ? "\"" : "");
	else
		printf("%s  %s%s\n", k->kid, *until ? "verifies until " : "signs", until);
}

static err keys_list(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	struct signing_key *keys;
	int count;

	TRY(auth_keys_service()->list(cx, &keys, &count));
	for (int i = 0; i < count; i++)
		key_print(&keys[i], line->json);
	return NULL;
}

static err keys_rotate_now(struct ctx *cx, void *arg)
{
	TRY(auth_audit_service()->record(cx, "keys.rotated", NULL, "{}"));
	TRY(auth_keys_service()->rotate(cx));
	return keys_list(cx, arg);
}

int command_keys(const struct command_line *line)
{
	const char *word = command_word(line, 0);

	if (word && !strcmp(word, "list"))
		return command_boot(line, keys_list, (void *)line);
	if (word && !strcmp(word, "rotate"))
		return command_boot(line, keys_rotate_now, (void *)line);
	return command_misused("keys: list or rotate");
}
