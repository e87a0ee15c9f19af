-- Posts, the artists and tags they carry, and every slug a post ever had.
-- Other modules' ids (author_id, primary_artist_id, artist_id, deleted_by) have no foreign key: existence is asked of their service.

CREATE TABLE posts (
	id                uuid PRIMARY KEY,
	-- Sorted as people read (root collation), the same for Latin and Cyrillic.
	title             text COLLATE "und-x-icu" NOT NULL CONSTRAINT posts_title_check CHECK (char_length(title) BETWEEN 1 AND 255),
	slug              text COLLATE "C" NOT NULL CONSTRAINT posts_slug_key UNIQUE,
	description       text CONSTRAINT posts_description_check CHECK (char_length(description) <= 2000),
	-- 200,000 code points at most. octet_length reads no toasted text, so counters can be updated without unpacking it.
	content           text NOT NULL CONSTRAINT posts_content_check CHECK (octet_length(content) BETWEEN 1 AND 800000),
	status            text COLLATE "C" NOT NULL DEFAULT 'draft' CONSTRAINT posts_status_check CHECK (status IN ('draft', 'published', 'archived')),
	author_id         uuid NOT NULL,
	primary_artist_id uuid,
	-- What a post carries, in order, so that reading one is one row; post_artists and post_tags are the way back from them.
	featured_artist_ids uuid[] NOT NULL DEFAULT '{}' CONSTRAINT posts_featured_artist_ids_check CHECK (cardinality(featured_artist_ids) <= 20),
	tags              text[] COLLATE "C" NOT NULL DEFAULT '{}' CONSTRAINT posts_tags_check CHECK (cardinality(tags) <= 10),
	cover_image_url   text CONSTRAINT posts_cover_image_url_check CHECK (char_length(cover_image_url) <= 500),
	views_count       bigint NOT NULL DEFAULT 0 CONSTRAINT posts_views_count_check CHECK (views_count >= 0),
	-- A copy for sorting, kept by comment.* events; what readers see is asked of the comment module.
	comments_count    bigint NOT NULL DEFAULT 0 CONSTRAINT posts_comments_count_check CHECK (comments_count >= 0),
	comments_enabled  boolean NOT NULL DEFAULT true,
	created_at        timestamptz NOT NULL,
	updated_at        timestamptz NOT NULL,
	published_at      timestamptz,
	is_deleted        boolean NOT NULL DEFAULT false,
	deleted_at        timestamptz,
	deleted_by        uuid,
	version           bigint NOT NULL DEFAULT 1,
	CONSTRAINT posts_published_at_check CHECK (status = 'draft' OR published_at IS NOT NULL),
	CONSTRAINT posts_deleted_at_check CHECK (is_deleted = (deleted_at IS NOT NULL))
);

-- One index for every order a list of published posts may have; id breaks ties.
CREATE INDEX posts_published_at_idx ON posts (published_at DESC, id DESC) WHERE status = 'published' AND NOT is_deleted;
CREATE INDEX posts_created_at_idx ON posts (created_at DESC, id DESC) WHERE status = 'published' AND NOT is_deleted;
CREATE INDEX posts_views_count_idx ON posts (views_count DESC, id DESC) WHERE status = 'published' AND NOT is_deleted;
CREATE INDEX posts_comments_count_idx ON posts (comments_count DESC, id DESC) WHERE status = 'published' AND NOT is_deleted;
-- As much of the title as a cursor can hold.
CREATE INDEX posts_title_idx ON posts (left(title, 100), id) WHERE status = 'published' AND NOT is_deleted;

-- An author's and an artist's posts, newest first.
CREATE INDEX posts_author_id_idx ON posts (author_id, published_at DESC, id DESC) WHERE status = 'published' AND NOT is_deleted;
CREATE INDEX posts_primary_artist_id_idx ON posts (primary_artist_id, published_at DESC, id DESC)
	WHERE status = 'published' AND NOT is_deleted AND primary_artist_id IS NOT NULL;

-- Drafts and archived posts: their author's, and all of them for moderators.
CREATE INDEX posts_unlisted_author_id_idx ON posts (author_id, status, created_at DESC, id DESC)
	WHERE status <> 'published' AND NOT is_deleted;
CREATE INDEX posts_unlisted_status_idx ON posts (status, created_at DESC, id DESC) WHERE status <> 'published' AND NOT is_deleted;

-- An author's trash.
CREATE INDEX posts_trash_idx ON posts (author_id, deleted_at DESC, id DESC) WHERE is_deleted;

-- Every slug a post has or had. The primary key is what makes a slug unique and never used by another post.
CREATE TABLE post_slugs (
	slug       text COLLATE "C" CONSTRAINT post_slugs_pkey PRIMARY KEY
		CONSTRAINT post_slugs_slug_check CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(slug) <= 120),
	post_id    uuid NOT NULL REFERENCES posts (id),
	created_at timestamptz NOT NULL
);
CREATE INDEX post_slugs_post_id_idx ON post_slugs (post_id);

-- Featured artists; the primary one is in posts. Here and in post_tags published_at is the post's while it is listed and null
-- otherwise, so that "posts of this artist, newest first" is one range of an index.
CREATE TABLE post_artists (
	post_id      uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	artist_id    uuid NOT NULL,
	position     smallint NOT NULL CONSTRAINT post_artists_position_check CHECK (position BETWEEN 1 AND 20),
	published_at timestamptz,
	CONSTRAINT post_artists_pkey PRIMARY KEY (post_id, artist_id)
);
CREATE INDEX post_artists_artist_id_idx ON post_artists (artist_id, published_at DESC, post_id DESC) WHERE published_at IS NOT NULL;

-- posts_count is exact: moved in the change that lists a post, takes it back or changes its tags.
CREATE TABLE tags (
	id          uuid PRIMARY KEY,
	name        text COLLATE "und-x-icu" NOT NULL CONSTRAINT tags_name_check CHECK (char_length(name) BETWEEN 1 AND 100),
	slug        text COLLATE "C" NOT NULL CONSTRAINT tags_slug_key UNIQUE,
	posts_count bigint NOT NULL DEFAULT 0 CONSTRAINT tags_posts_count_check CHECK (posts_count >= 0)
);
CREATE INDEX tags_posts_count_idx ON tags (posts_count DESC, id DESC) WHERE posts_count > 0;
CREATE INDEX tags_name_idx ON tags (name, id) WHERE posts_count > 0;

CREATE TABLE post_tags (
	post_id      uuid NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
	tag_id       uuid NOT NULL REFERENCES tags (id),
	published_at timestamptz,
	CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, tag_id)
);
CREATE INDEX post_tags_tag_id_idx ON post_tags (tag_id, published_at DESC, post_id DESC) WHERE published_at IS NOT NULL;
