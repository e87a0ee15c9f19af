/* What a change tells that it may not: it is undone, and nothing is told. On a real database. */
#include "bus/scene.h"
#include "support/test.h"

SCENE(open_scene, close_scene);

static const struct event unlisted = {.topic = "item.unlisted", .payload = &item_schema, .version = 1};

static err insert_and_tell_unlisted(struct ctx *cx, void *arg)
{
	const struct item *item = arg;
	struct change *ch = change_begin(cx);

	change_add_(ch, &shop_statements[0], item);
	tell_(ch, &unlisted, item->item_id, 1, item);
	return change_commit(cx, ch);
}

/* By the macros of vobe/event.h it would not link; whoever comes around them loses his change, not the
 * process. */
TEST(an_event_nobody_lists_undoes_its_change)
{
	struct item item = {.item_id = uuid_new(), .n = 1};

	ck_assert(problem_is(loop_call(insert_and_tell_unlisted, &item, PATIENCE_MS), INTERNAL));
	ASSERT_SQL("SELECT count(*) FROM shop.item", 0);
	ASSERT_SQL("SELECT count(*) FROM shop.outbox", 0);
	tell_one(&item_added, item.item_id, 1, 1);
	settle();
	ASSERT_SQL("SELECT count(*) FROM shop.outbox", 1);
}
