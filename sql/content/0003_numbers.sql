-- The numbers that lists are sorted by, in narrow rows of their own: what moves with each reader and each comment is written
-- without a wide row and its nine indexes.

-- As posts.views_count, which is what readers see.
CREATE TABLE viewed_posts (
	post_id     uuid    CONSTRAINT viewed_posts_pkey PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
	views_count bigint  NOT NULL,
	is_listed   boolean NOT NULL -- the post is published and not deleted
);
-- A copy, kept by comment.* events; what readers see is asked of the comment module.
CREATE TABLE discussed_posts (
	post_id        uuid    CONSTRAINT discussed_posts_pkey PRIMARY KEY REFERENCES posts (id) ON DELETE CASCADE,
	comments_count bigint  NOT NULL CONSTRAINT discussed_posts_comments_count_check CHECK (comments_count >= 0),
	is_listed      boolean NOT NULL
);
INSERT INTO viewed_posts SELECT id, views_count, status = 'published' AND NOT is_deleted FROM posts;
INSERT INTO discussed_posts SELECT id, comments_count, status = 'published' AND NOT is_deleted FROM posts;
CREATE INDEX idx_viewed_posts_views_count ON viewed_posts (views_count DESC, post_id DESC) WHERE is_listed;
CREATE INDEX idx_discussed_posts_comments_count ON discussed_posts (comments_count DESC, post_id DESC) WHERE is_listed;

-- With posts.views_count in no index a view rewrites its row in place (HOT), if the page has room for a second one.
DROP INDEX idx_posts_views_count;
ALTER TABLE posts DROP COLUMN comments_count; -- and with it idx_posts_comments_count
ALTER TABLE posts SET (fillfactor = 85);

-- Each post has both rows, whoever writes it, and they know whether it is listed.
CREATE FUNCTION number_posts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	INSERT INTO viewed_posts SELECT id, views_count, status = 'published' AND NOT is_deleted FROM added ON CONFLICT DO NOTHING;
	INSERT INTO discussed_posts SELECT id, 0, status = 'published' AND NOT is_deleted FROM added ON CONFLICT DO NOTHING;
	RETURN NULL;
END $$;
CREATE TRIGGER number_posts AFTER INSERT ON posts REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION number_posts();

CREATE FUNCTION list_post() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
	UPDATE viewed_posts SET is_listed = NEW.status = 'published' AND NOT NEW.is_deleted WHERE post_id = NEW.id;
	UPDATE discussed_posts SET is_listed = NEW.status = 'published' AND NOT NEW.is_deleted WHERE post_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER list_post AFTER UPDATE OF status, is_deleted ON posts FOR EACH ROW
	WHEN ((OLD.status = 'published' AND NOT OLD.is_deleted) <> (NEW.status = 'published' AND NOT NEW.is_deleted))
	EXECUTE FUNCTION list_post();
