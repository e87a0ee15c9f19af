/* comment: threads under posts. */
#include "modules/comment/api.h"
#include "modules/comment/service.h"
#include "vobe/module.h"

static const char *const needs[] = {"auth.cards", "content.cards", "content.trash", NULL};

static const struct route *const routes[] = {comment_routes, thread_routes, NULL};

/* What other instances changed: this one's counts of the posts are old. */
HEARER(forget_counts, none);
static err forget_counts(struct ctx *cx, struct change *ch, const struct delivery *batch, int count)
{
	(void)cx, (void)ch;
	for (int i = 0; i < count; i++)
		counts_forget(batch[i].aggregate_id);
	return NULL;
}

static const struct subscription hears[] = {
	{.name = "comment.counts",
	 .source = "comment",
	 .hearing = IN_MEMORY,
	 HEARS(forget_counts, &comment_created.event, &comment_deleted.event, &comment_restored.event)},
	{0},
};

static const struct violation violations[] = {
	/* Another import was faster. */
	{.constraint = "comments_pkey", .problem = EDIT_CONFLICT},
	/* Two deleted the post's last comment at once. */
	{.constraint = "comment_counts_floor", .problem = EDIT_CONFLICT},
	{0},
};

static err start(struct ctx *cx)
{
	(void)cx;
	auth = auth_cards_service();
	content = content_cards_service();
	offer_counts();
	content_trash_service()->list_with(list_deleted_comments);
	return NULL;
}

const struct module comment_module = {
	.name = "comment",
	.needs = needs,
	.services = comment_services,
	.routes = routes,
	.hears = hears,
	.tells = ALL_EVENTS(COMMENT_EVENTS),
	.violations = violations,
	.start = start,
};
