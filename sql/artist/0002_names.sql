-- The original design's names, types, defaults and keys. Renames where a rename does; genres alone rewrites its table.

ALTER TABLE artists RENAME image_url TO photo_url;
ALTER TABLE artists RENAME CONSTRAINT artists_image_url_check TO artists_photo_url_check;
ALTER TABLE albums RENAME cover_image_url TO cover_url;
ALTER TABLE albums RENAME CONSTRAINT albums_cover_image_url_check TO albums_cover_url_check;
ALTER TABLE tracks ADD audio_url text CHECK (char_length(audio_url) <= 500);

-- An array of words, not text[]: the one step that writes the table anew.
ALTER TABLE artists
	DROP CONSTRAINT artists_genres_check,
	ALTER genres DROP DEFAULT,
	ALTER genres TYPE jsonb USING to_jsonb(genres),
	ALTER genres SET DEFAULT '[]',
	ADD CONSTRAINT artists_genres_check CHECK (CASE WHEN jsonb_typeof(genres) = 'array'
		THEN jsonb_array_length(genres) <= 20 AND NOT jsonb_path_exists(genres, 'strict $[*] ? (@.type() != "string")') ELSE false END);

ALTER TABLE artists
	ALTER id SET DEFAULT gen_random_uuid(), ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE albums
	ALTER id SET DEFAULT gen_random_uuid(), ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE tracks
	ALTER id SET DEFAULT gen_random_uuid(), ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();

-- The server marks and never deletes; an operator who deletes a row takes what hangs on it along.
ALTER TABLE albums
	DROP CONSTRAINT albums_artist_id_fkey,
	ADD CONSTRAINT albums_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES artists ON DELETE CASCADE;
ALTER TABLE tracks
	DROP CONSTRAINT tracks_album_id_fkey,
	ADD CONSTRAINT tracks_album_id_fkey FOREIGN KEY (album_id) REFERENCES albums ON DELETE CASCADE;

-- By the name and the genres as they are written, for who asks the database; lists go by name_key and facets.
CREATE INDEX idx_artists_name   ON artists (name, id) WHERE NOT is_deleted;
CREATE INDEX idx_artists_genres ON artists USING gin (genres jsonb_path_ops) WHERE NOT is_deleted;
ALTER INDEX artists_name       RENAME TO idx_artists_name_key;
ALTER INDEX artists_followers  RENAME TO idx_artists_followers_count;
ALTER INDEX artists_created_at RENAME TO idx_artists_created_at;
ALTER INDEX artists_facets     RENAME TO idx_artists_facets;

ALTER INDEX artist_slugs_stem     RENAME TO idx_artist_slugs_stem;
ALTER INDEX artist_slugs_artist   RENAME TO idx_artist_slugs_artist_id;
ALTER INDEX artist_followers_user RENAME TO idx_artist_followers_user_id;

-- Lists go by release_day, which has no nulls.
CREATE INDEX idx_albums_release_date ON albums (release_date DESC, id DESC) WHERE NOT is_deleted;
ALTER INDEX albums_artist      RENAME TO idx_albums_artist_id;
ALTER INDEX albums_release_day RENAME TO idx_albums_release_day;
ALTER INDEX albums_created_at  RENAME TO idx_albums_created_at;

ALTER INDEX tracks_position   RENAME TO idx_tracks_position;
ALTER INDEX tracks_album      RENAME TO idx_tracks_album_id;
ALTER INDEX tracks_created_at RENAME TO idx_tracks_created_at;
