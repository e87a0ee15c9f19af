/* `vobemusic search`: is the index what its sources are? */
#include "app/service.h"
#include "bus/bus.h"
#include "commands/command.h"
#include "contracts/audit.h"
#include "contracts/operator/search.h"

#include <stdio.h>
#include <string.h>

PROBLEM(INDEX_DIFFERS, 409, "index_differs", "The index differs from its sources",
	"Let the server run until its events are applied (`vobemusic events status`), or run `vobemusic "
	"search reindex`.");

static void status_print(const struct index_status *k, bool verified, bool json)
{
	if (json) {
		printf("{\"kind\":\"%s\",\"documents\":%lld,\"source\":%lld,\"missing\":%lld,\"stale\":%lld,"
		       "\"extra\":%lld}\n",
		       k->kind, (long long)k->documents, (long long)k->source, (long long)k->missing,
		       (long long)k->stale, (long long)k->extra);
		return;
	}
	printf("%-8s %8lld documents of %8lld", k->kind, (long long)k->documents, (long long)k->source);
	if (verified)
		printf("   missing %lld, stale %lld, extra %lld", (long long)k->missing, (long long)k->stale,
		       (long long)k->extra);
	putchar('\n');
}

static int64_t statuses_print(const struct index_status *kinds, int count, bool verified, bool json)
{
	int64_t differences = 0;
	for (int i = 0; i < count; i++) {
		status_print(&kinds[i], verified, json);
		differences += kinds[i].missing + kinds[i].stale + kinds[i].extra;
	}
	if (verified && !json)
		printf("%lld differences\n", (long long)differences);
	return differences;
}

static err search_status(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const struct search_operator *search = search_operator_service();
	struct index_status *kinds;
	int count;

	TRY(search->status(cx, &kinds, &count));
	statuses_print(kinds, count, false, line->json);
	return NULL;
}

static err search_verify(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const struct search_operator *search = search_operator_service();
	struct index_status *kinds;
	int count;

	TRY(search->verify(cx, &kinds, &count));
	return statuses_print(kinds, count, true, line->json) ? INDEX_DIFFERS : NULL;
}

static err search_reindex(struct ctx *cx, void *arg)
{
	const struct search_operator *search = search_operator_service();
	struct reindex done;
	TRY(auth_audit_service()->record(cx, "search.reindex_asked", NULL, "{}"));
	TRY(search->reindex(cx, &done));
	return search_status(cx, arg);
}

int command_search(const struct command_line *line)
{
	const char *word = command_word(line, 0);

	if (word && !strcmp(word, "status"))
		return command_boot(line, search_status, (void *)line);
	if (word && !strcmp(word, "verify"))
		return command_boot(line, search_verify, (void *)line);
	if (word && !strcmp(word, "reindex"))
		return command_boot(line, search_reindex, (void *)line);
	return command_misused("search: status, verify or reindex");
}
