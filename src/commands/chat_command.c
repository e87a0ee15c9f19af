/* `vobemusic chat`: does the assistant answer, and who uses it? */
#include "commands/command.h"
#include "contracts/auth.h"
#include "contracts/operator/chat.h"
#include "vobe/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

PROBLEM(PROVIDER_FAILS, 409, "provider_fails", "A provider of answers fails",
	"See above. Questions get an error, or 503 after five in a row, until it answers.");

static const char *why(const struct provider_check *k)
{
	return !k->fault ? "" : k->fault->cause ? k->fault->cause : k->fault->detail;
}

static void check_print(struct ctx *cx, const struct provider_check *k, bool json)
{
	struct buf line = {.arena = cx->arena};

	if (!json) {
		printf("%-8s %-24s ", k->provider, k->model);
		if (k->fault)
			printf("FAILS after %lld ms: %s: %s\n", (long long)k->total_ms, k->fault->code,
			       why(k));
		else
			printf("answers: first word after %lld ms, all after %lld ms%s%s\n",
			       (long long)k->first_ms, (long long)k->total_ms, k->remark ? "; " : "",
			       k->remark ? k->remark : "");
		return;
	}
	buf_fmt(&line, "{\"provider\":\"%s\",\"model\":", k->provider);
	json_str(&line, k->model);
	buf_fmt(&line, ",\"answers\":%s,\"total_ms\":%lld,\"first_ms\":", k->fault ? "false" : "true",
		(long long)k->total_ms);
	buf_fmt(&line, k->first_ms == INT_NULL ? "null" : "%lld", (long long)k->first_ms);
	buf_str(&line, ",\"fault\":");
	json_str(&line, why(k));
	buf_str(&line, ",\"remark\":");
	json_str(&line, k->remark ? k->remark : "");
	printf("%s}\n", buf_text(&line));
}

static err chat_check(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	struct provider_check *checks;
	int count, failing = 0;

	TRY(chat_operator_service()->check(cx, &checks, &count));
	for (int i = 0; i < count; i++) {
		check_print(cx, &checks[i], line->json);
		failing += checks[i].fault != NULL;
	}
	return failing ? PROVIDER_FAILS : NULL;
}

/* The account that used most by its name, if it has one. */
static err day_print(struct ctx *cx, const struct usage_day *d, bool json)
{
	struct user_card card = {0};
	char id[UUID_TEXT];

	uuid_text(d->most_id, id);
	if (json) {
		printf("{\"day\":\"%s\",\"accounts\":%lld,\"tokens\":%lld,\"most\":%lld,"
		       "\"most_id\":\"%s\"}\n",
		       d->day, (long long)d->accounts, (long long)d->tokens, (long long)d->most, id);
		return NULL;
	}
	TRY(auth_cards_service()->user_cards(cx, &d->most_id, 1, &card));
	printf("%s  %6lld accounts  %12lld tokens  most %lld by %s\n", d->day, (long long)d->accounts,
	       (long long)d->tokens, (long long)d->most, card.username ? card.username : id);
	return NULL;
}

static err chat_usage(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const char *days = command_option(line, "--days");
	struct usage_day *rows;
	int count;

	TRY(chat_operator_service()->usage(cx, days ? atoi(days) : 7, &rows, &count));
	for (int i = 0; i < count; i++)
		TRY(day_print(cx, &rows[i], line->json));
	if (!count && !line->json)
		puts("Nobody has asked the assistant anything.");
	return NULL;
}

int command_chat(const struct command_line *line)
{
	const char *word = command_word(line, 0), *act = command_word(line, 1);
	const char *days = command_option(line, "--days");

	if (days && (atoi(days) < 1 || atoi(days) > 92))
		return command_misused("--days is 1 to 92: older ones are not kept");
	if (word && act && !strcmp(word, "providers") && !strcmp(act, "check"))
		return command_boot(line, chat_check, (void *)line);
	if (word && (!act || *act == '-') && !strcmp(word, "usage"))
		return command_boot(line, chat_usage, (void *)line);
	return command_misused("chat: providers check | usage [--days N]");
}
