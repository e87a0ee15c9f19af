-- The original design's names, defaults and keys. Nothing is rewritten but post_artists, which gets a time.

ALTER TABLE posts
	ALTER id SET DEFAULT gen_random_uuid(), ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now(),
	ADD CONSTRAINT posts_slug_check CHECK (char_length(slug) <= 255);
ALTER TABLE posts RENAME CONSTRAINT posts_slug_key TO idx_posts_slug;

-- Of before there is only the post's own time.
ALTER TABLE post_artists ADD created_at timestamptz NOT NULL DEFAULT now();
UPDATE post_artists a SET created_at = p.created_at FROM posts p WHERE p.id = a.post_id;

ALTER INDEX posts_published_at_idx        RENAME TO idx_posts_published_at;
ALTER INDEX posts_created_at_idx          RENAME TO idx_posts_created_at;
ALTER INDEX posts_views_count_idx         RENAME TO idx_posts_views_count;
ALTER INDEX posts_comments_count_idx      RENAME TO idx_posts_comments_count;
ALTER INDEX posts_title_idx               RENAME TO idx_posts_title;
ALTER INDEX posts_author_id_idx           RENAME TO idx_posts_author_id;
ALTER INDEX posts_primary_artist_id_idx   RENAME TO idx_posts_artist_id;
ALTER INDEX posts_unlisted_author_id_idx  RENAME TO idx_posts_unlisted_author_id;
-- Of the unlisted alone: every list of published posts has an order with an index of its own.
ALTER INDEX posts_unlisted_status_idx     RENAME TO idx_posts_status;
ALTER INDEX posts_trash_idx               RENAME TO idx_posts_trash;

ALTER INDEX post_slugs_post_id_idx        RENAME TO idx_post_slugs_post_id;
ALTER INDEX post_artists_artist_id_idx    RENAME TO idx_post_artists_artist_id;
ALTER TABLE tags RENAME CONSTRAINT tags_slug_key TO idx_tags_slug;
ALTER INDEX tags_posts_count_idx          RENAME TO idx_tags_posts_count;
ALTER INDEX tags_name_idx                 RENAME TO idx_tags_name;
ALTER INDEX post_tags_tag_id_idx          RENAME TO idx_post_tags_tag_id;
