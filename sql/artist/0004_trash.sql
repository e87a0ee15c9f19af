-- What a user deleted, latest first.

CREATE INDEX idx_artists_trash ON artists (deleted_by, deleted_at DESC, id DESC) WHERE is_deleted;
CREATE INDEX idx_albums_trash  ON albums  (deleted_by, deleted_at DESC, id DESC) WHERE is_deleted;
CREATE INDEX idx_tracks_trash  ON tracks  (deleted_by, deleted_at DESC, id DESC) WHERE is_deleted;
