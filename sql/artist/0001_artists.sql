-- The catalogue: artists, their albums, the tracks on them, and who follows whom.
-- Deleting is a mark on one row; albums and tracks of a deleted parent are hidden by the statements that read them.

CREATE TABLE artists (
	id                uuid        PRIMARY KEY,
	name              text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
	slug              text        COLLATE "C" NOT NULL,
	bio               text        CHECK (char_length(bio) <= 10000),
	country           text        CHECK (char_length(country) <= 100),
	image_url         text        CHECK (char_length(image_url) <= 500),
	genres            text[]      NOT NULL DEFAULT '{}' CHECK (cardinality(genres) <= 20),
	social_links      jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(social_links) = 'object'),
	verified          boolean     NOT NULL DEFAULT false,
	followers_count   bigint      NOT NULL DEFAULT 0 CHECK (followers_count >= 0),
	created_by        uuid,
	created_at        timestamptz NOT NULL,
	updated_at        timestamptz NOT NULL,
	is_deleted        boolean     NOT NULL DEFAULT false,
	deleted_at        timestamptz,
	deleted_by        uuid,
	version           bigint      NOT NULL DEFAULT 1,
	-- Grows with each change of followers_count, which leaves `version` (and so If-Match) alone.
	followers_version bigint      NOT NULL DEFAULT 0,
	-- The name without case, its first 300 bytes: what the list is sorted and its prefix filter is looked up by.
	name_key          text        COLLATE "C" NOT NULL,
	-- What the list can be narrowed to, as words: 'genre:jazz', 'country:cuba', 'verified'. One GIN index serves every mix.
	facets            text[]      NOT NULL DEFAULT '{}',
	CONSTRAINT artists_deleted CHECK (is_deleted = (deleted_at IS NOT NULL))
) WITH (fillfactor = 90);

CREATE INDEX artists_name       ON artists (name_key, id) WHERE NOT is_deleted;
CREATE INDEX artists_followers  ON artists (followers_count DESC, id DESC) WHERE NOT is_deleted;
CREATE INDEX artists_created_at ON artists (created_at DESC, id DESC) WHERE NOT is_deleted;
CREATE INDEX artists_facets     ON artists USING gin (facets) WHERE NOT is_deleted;

-- Every slug ever given, the current ones too: none is given again, old ones lead to the artist. A slug is its stem, or
-- stem-number where the stem was taken; without a number it ends in a random word.
CREATE TABLE artist_slugs (
	slug       text        COLLATE "C" PRIMARY KEY,
	artist_id  uuid        NOT NULL REFERENCES artists,
	stem       text        COLLATE "C" NOT NULL,
	number     bigint,
	created_at timestamptz NOT NULL
);
CREATE INDEX artist_slugs_stem   ON artist_slugs (stem, number);
CREATE INDEX artist_slugs_artist ON artist_slugs (artist_id);

CREATE TABLE artist_followers (
	artist_id  uuid        NOT NULL REFERENCES artists,
	user_id    uuid        NOT NULL,
	created_at timestamptz NOT NULL,
	PRIMARY KEY (artist_id, user_id)
);
CREATE INDEX artist_followers_user ON artist_followers (user_id, created_at DESC, artist_id DESC);

CREATE TABLE albums (
	id                     uuid        PRIMARY KEY,
	artist_id              uuid        NOT NULL REFERENCES artists,
	title                  text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
	slug                   text        NOT NULL,
	release_date           date,
	release_date_precision text        CHECK (release_date_precision IN ('year', 'month', 'day')),
	album_type             text        NOT NULL CHECK (album_type IN ('album', 'single', 'EP', 'compilation')),
	description            text        CHECK (char_length(description) <= 2000),
	cover_image_url        text        CHECK (char_length(cover_image_url) <= 500),
	created_by             uuid,
	created_at             timestamptz NOT NULL,
	updated_at             timestamptz NOT NULL,
	is_deleted             boolean     NOT NULL DEFAULT false,
	deleted_at             timestamptz,
	deleted_by             uuid,
	version                bigint      NOT NULL DEFAULT 1,
	-- Days since 1970, albums without a date last: a number that lists can be paged by.
	release_day            bigint      NOT NULL GENERATED ALWAYS AS
	                       (coalesce(release_date - date '1970-01-01', -1000000)) STORED,
	CONSTRAINT albums_deleted CHECK (is_deleted = (deleted_at IS NOT NULL)),
	CONSTRAINT albums_precision CHECK ((release_date IS NULL) = (release_date_precision IS NULL))
);
CREATE INDEX albums_artist      ON albums (artist_id, release_day DESC, id DESC);
CREATE INDEX albums_release_day ON albums (release_day DESC, id DESC) WHERE NOT is_deleted;
CREATE INDEX albums_created_at  ON albums (created_at DESC, id DESC) WHERE NOT is_deleted;

CREATE TABLE tracks (
	id           uuid        PRIMARY KEY,
	album_id     uuid        NOT NULL REFERENCES albums,
	title        text        NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
	duration     bigint      CHECK (duration BETWEEN 1 AND 86400),
	-- Null: unknown, sorted last. Above 9999 only inside the change that reorders an album.
	track_number bigint      CHECK (track_number BETWEEN 1 AND 109999),
	disc_number  bigint      NOT NULL DEFAULT 1 CHECK (disc_number BETWEEN 1 AND 99),
	lyrics       text        CHECK (char_length(lyrics) <= 50000),
	plays_count  bigint      NOT NULL DEFAULT 0 CHECK (plays_count >= 0),
	created_at   timestamptz NOT NULL,
	updated_at   timestamptz NOT NULL,
	is_deleted   boolean     NOT NULL DEFAULT false,
	deleted_at   timestamptz,
	deleted_by   uuid,
	version      bigint      NOT NULL DEFAULT 1,
	CONSTRAINT tracks_deleted CHECK (is_deleted = (deleted_at IS NOT NULL))
);
CREATE UNIQUE INDEX tracks_position ON tracks (album_id, disc_number, track_number) WHERE NOT is_deleted;
CREATE INDEX tracks_album      ON tracks (album_id, id);
CREATE INDEX tracks_created_at ON tracks (created_at DESC, id DESC) WHERE NOT is_deleted;
