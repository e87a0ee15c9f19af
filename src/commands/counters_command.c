/* `vobemusic counters verify [--fix]`: numbers that are kept, beside what they count. */
#include "app/upkeep.h"
#include "commands/command.h"
#include "contracts/audit.h"

#include <stdio.h>
#include <string.h>

PROBLEM(COUNTERS_DIFFER, 409, "counters_differ", "Counters differ from what they count",
	"Events that are still being applied may be why: `vobemusic events status`. Otherwise `vobemusic "
	"counters verify --fix` sets them right; then run `vobemusic search reindex`.");

static err counters_verify(struct ctx *cx, void *arg)
{
	const struct command_line *line = arg;
	const bool fix = command_word_at(line, "--fix") >= 0;
	int64_t all = 0;
	int count;
	const struct counter *const *counters = counters_all(cx->arena, &count);

	if (fix)
		TRY(auth_audit_service()->record(cx, "counters.mended", NULL, "{}"));
	for (int i = 0; i < count; i++) {
		int64_t differing;
		TRY(counter_check(cx, counters[i], fix, &differing));
		printf(line->json ? "{\"module\":\"%s\",\"counter\":\"%s\",\"differing\":%lld,\"fixed\":%s}\n"
				  : "%-8s %-30s %lld rows differ%s\n",
		       counters[i]->module, counters[i]->name, (long long)differing,
		       line->json ? (fix ? "true" : "false") : (fix && differing ? ", set right" : ""));
		all += differing;
	}
	return all && !fix ? COUNTERS_DIFFER : NULL;
}

int command_counters(const struct command_line *line)
{
	const char *word = command_word(line, 0);
	if (!word || strcmp(word, "verify") != 0)
		return command_misused("counters: verify [--fix]");
	return command_boot(line, counters_verify, (void *)line);
}
