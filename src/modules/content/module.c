/* content: posts, their tags and feeds. What it consists of; each table is in the file of its name. */
#include "modules/content/post_lists.h"
#include "modules/content/tag.h"

const struct auth_cards *auth;
const struct artist_cards *artist;

static err start(struct ctx *cx)
{
	(void)cx;
	auth = auth_cards_service();
	artist = artist_cards_service();
	auth->count_posts_with(posts_count_by_author);
	return NULL;
}

static void stop(void)
{
	count_comments_with(NULL);
	post_views_close();
}

static const char *const needs[] = {"auth.cards", "artist.cards", NULL};
static const struct route *const routes[] = {post_routes, post_list_routes, tag_routes, feed_routes, NULL};
static struct statement *const statements[] = {
	post_store_statements, post_list_statements, post_slug_statements, post_view_statements, tag_statements,
	event_statements, import_statements, service_statements, NULL,
};

/* Two posts chose the same slug at the same moment: the writer chooses again. */
static const struct violation violations[] = {
	{.constraint = "idx_posts_slug", .problem = SLUG_TAKEN},
	{.constraint = "post_slugs_pkey", .problem = SLUG_TAKEN},
	{0},
};

TELLS(CONTENT_EVENTS);

const struct module content_module = {
	.name = "content",
	.needs = needs,
	.services = content_services,
	.routes = routes,
	.statements = statements,
	.hears = post_hears,
	.tells = tells,
	.violations = violations,
	.jobs = post_view_jobs,
	.start = start,
	.stop = stop,
};
