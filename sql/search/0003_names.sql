-- The original design's names: as the catalogue's columns are called, and indexes by one pattern. Renames only.

ALTER TABLE artists_index RENAME image_url TO photo_url;
ALTER TABLE albums_index RENAME cover_image_url TO cover_url;

ALTER INDEX posts_index_doc       RENAME TO idx_posts_index_doc;
ALTER INDEX posts_index_exact     RENAME TO idx_posts_index_exact;
ALTER INDEX posts_index_published RENAME TO idx_posts_index_published_at;
ALTER INDEX posts_index_author    RENAME TO idx_posts_index_author_id;
ALTER INDEX posts_index_artists   RENAME TO idx_posts_index_artist_ids;
ALTER INDEX posts_index_plain     RENAME TO idx_posts_index_plain;

ALTER INDEX artists_index_doc     RENAME TO idx_artists_index_doc;
ALTER INDEX artists_index_exact   RENAME TO idx_artists_index_exact;
ALTER INDEX artists_index_plain   RENAME TO idx_artists_index_plain;
ALTER INDEX artists_index_typos   RENAME TO idx_artists_index_typos;
ALTER INDEX artists_index_created RENAME TO idx_artists_index_created_at;

ALTER INDEX albums_index_doc      RENAME TO idx_albums_index_doc;
ALTER INDEX albums_index_exact    RENAME TO idx_albums_index_exact;
ALTER INDEX albums_index_plain    RENAME TO idx_albums_index_plain;

ALTER INDEX tracks_index_doc      RENAME TO idx_tracks_index_doc;
ALTER INDEX tracks_index_exact    RENAME TO idx_tracks_index_exact;
ALTER INDEX tracks_index_plain    RENAME TO idx_tracks_index_plain;

ALTER INDEX vocabulary_typos      RENAME TO idx_vocabulary_typos;
