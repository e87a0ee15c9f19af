/* What the operator's commands ask: contracts/operator/chat.h. */
#include "modules/chat/provider.h"
#include "modules/chat/usage.h"
#include "vobe/clock.h"

static err check(struct ctx *cx, struct provider_check **checks, int *count)
{
	struct provider_check *out = ARENA_ARRAY(cx->arena, struct provider_check, PROVIDERS_MAX);

	*count = 0;
	for (const struct provider *const *p = providers(); *p; p++) {
		const int64_t began = clock_mono_now();
		struct provider_check *one = &out[(*count)++];
		*one = (struct provider_check){
			.provider = (*p)->name, .model = (*p)->model(), .first_ms = INT_NULL};
		(*p)->check(cx, one);
		one->total_ms = (clock_mono_now() - began) / 1000;
	}
	*checks = out;
	return NULL;
}

#define USAGE_WANTED_FIELDS(F, T) F(T, INT, days, 0, "How many days")
STRUCT(usage_wanted, USAGE_WANTED_FIELDS);
SCHEMA(usage_wanted, USAGE_WANTED_FIELDS, "Which days");

static QUERY(usage_by_day, usage_wanted, usage_day,
	     "SELECT day::text AS day, count(*) AS accounts, sum(used)::bigint AS tokens, max(used) AS most,"
	     " (array_agg(user_id ORDER BY used DESC, user_id))[1] AS most_id"
	     " FROM chat_usage WHERE used > 0 GROUP BY day ORDER BY day DESC LIMIT $days",
	     .lane = LANE_SLOW);

static err usage(struct ctx *cx, int days, struct usage_day **rows, int *count)
{
	return usage_by_day(cx, &(struct usage_wanted){days}, rows, count);
}

const struct chat_operator chat_operator = {.check = check, .usage = usage};
