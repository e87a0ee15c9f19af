/* content: posts, their tags and feeds. What it consists of; each table is in the file of its name. */
#include "modules/content/content.h"
#include "modules/content/post_enrich.h"
#include "modules/content/post_views.h"
#include "modules/content/service.h"
#include "modules/content/trash.h"

static err start(struct ctx *cx)
{
	(void)cx;
	auth = auth_cards_service();
	artist = artist_cards_service();
	auth->count_posts_with(posts_count_by_author);
	trash_list_with(artist_trash_service()->list_trash);
	return NULL;
}

static void stop(void)
{
	count_comments_with(NULL);
	trash_close();
	post_views_close();
}

static const char *const needs[] = {"auth.cards", "artist.cards", "artist.trash", NULL};
static const struct route *const routes[] = {post_routes, post_list_routes, tag_routes,
					     feed_routes, trash_routes,     NULL};

/* Two posts chose the same slug at the same moment: the writer chooses again. */
static const struct violation violations[] = {
	{.constraint = "idx_posts_slug", .problem = SLUG_TAKEN, .pointer = "/slug"},
	{.constraint = "post_slugs_pkey", .problem = SLUG_TAKEN, .pointer = "/slug"},
	{0},
};

const struct module content_module = {
	.name = MODULE,
	.needs = needs,
	.services = content_services,
	.routes = routes,
	.hears = content_hears,
	.tells = ALL_EVENTS(CONTENT_EVENTS),
	.violations = violations,
	.options = content_options,
	.jobs = post_view_jobs,
	.keeps = content_keeps,
	.start = start,
	.stop = stop,
};
