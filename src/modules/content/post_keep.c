/* What content does not keep for ever: the trash, and slugs that posts no longer have. */
#include "modules/content/post_store.h"

#include "modules/content/content.h"
#include "vobe/keep.h"

/* With what belongs to it; post_artists and post_tags follow by themselves. */
FORGETS(trash_forget, "WITH old AS (SELECT id FROM posts WHERE is_deleted"
		      " AND deleted_at < now() - $age_s::bigint * interval '1 second' LIMIT $limit),"
		      " slugs AS (DELETE FROM post_slugs s USING old WHERE s.post_id = old.id),"
		      " gone AS (DELETE FROM posts p USING old WHERE p.id = old.id RETURNING p.id)"
		      " SELECT count(*) AS count FROM gone");

FORGETS(slugs_forget, "WITH gone AS (DELETE FROM post_slugs WHERE slug IN (SELECT s.slug FROM post_slugs s"
		      " JOIN posts p ON p.id = s.post_id"
		      " WHERE s.created_at < now() - $age_s::bigint * interval '1 second'"
		      " AND p.slug <> s.slug LIMIT $limit) RETURNING slug)"
		      " SELECT count(*) AS count FROM gone");

const struct keep content_keeps[] = {
	{"trash", "trash_kept", trash_forget},
	{"slugs", "slugs_kept", slugs_forget},
	{0},
};

/* clang-format off */
const struct option content_options[] = {
	{"trash_kept", OPTION_SECONDS, "30d",  86400, 315360000,
	 "How long a deleted post can be brought back"},
	{"slugs_kept", OPTION_SECONDS, "730d", 86400, 3153600000,
	 "How long a former slug leads to its post"},
	{0},
};
/* clang-format on */
