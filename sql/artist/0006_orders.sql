-- Lists of albums and tracks by their titles, and of albums from the oldest on with those last that have no date.

CREATE INDEX idx_albums_title ON albums (left(title, 100), id) WHERE NOT is_deleted;
CREATE INDEX idx_tracks_title ON tracks (left(title, 100), id) WHERE NOT is_deleted;
CREATE INDEX idx_albums_released_first ON albums ((coalesce(nullif(release_day, -1000000), 1000000000)), id)
	WHERE NOT is_deleted;
