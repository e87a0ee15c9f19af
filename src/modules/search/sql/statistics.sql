-- How common words are, by samples; and what is forgotten.

-- Bytes tell without counting: a tenth more or less of them.
-- name: stale_kinds
SELECT kind
FROM statistics
WHERE abs(pg_relation_size((kind || '_index')::regclass) - bytes)
      > greatest(bytes / 10, least(bytes, 100000));

-- name: documents_count
UPDATE statistics
SET (documents, mean_length) = (SELECT documents, mean_length FROM measured($kind, $sample))
WHERE kind = $kind;

-- name: stems_count
WITH seen AS MATERIALIZED (
	SELECT word, df FROM sampled($kind, CASE $kind WHEN 'posts'
		THEN 'doc || (SELECT vectors_joined(name_stems) FROM artists_index WHERE artist_id = ANY (artist_ids))' ELSE 'doc' END, $sample, 5) WHERE length(word) <= 200
), gone AS (
	DELETE FROM lexemes WHERE kind = $kind AND lexeme NOT IN (SELECT word FROM seen)
)
INSERT INTO lexemes
SELECT $kind, word, df FROM seen ORDER BY word
ON CONFLICT (kind, lexeme) DO UPDATE SET df = excluded.df WHERE lexemes.df <> excluded.df;

-- name: words_count
INSERT INTO vocabulary
SELECT $kind, word, df FROM sampled($kind, CASE $kind WHEN 'posts'
	THEN 'exact || (SELECT vectors_joined(name_words) FROM artists_index WHERE artist_id = ANY (artist_ids))' ELSE 'exact' END, $sample, 5)
WHERE length(word) <= 200 AND (word !~ '^[ :]' OR word LIKE ':tag:%') -- whole names and facts are no words, but tags are suggested
ORDER BY word
ON CONFLICT (kind, word) DO UPDATE SET df = excluded.df WHERE vocabulary.df <> excluded.df;

-- name: texts_sample
SELECT post_id AS id
FROM posts_index TABLESAMPLE SYSTEM (least(100, greatest(1, $sample::bigint / 4) * 100.0 / greatest(1,
	(SELECT documents FROM statistics WHERE kind = 'posts'))))
LIMIT greatest(1, $sample::bigint / 4) * 2;

-- Words of texts, so that typos in them are repaired: those that two posts of a sample have, which leaves
-- most typos out.
-- name: texts_learn
INSERT INTO vocabulary
SELECT 'posts', word, count * greatest(cardinality($texts::text[]), (SELECT documents FROM statistics WHERE kind = 'posts'))
	/ cardinality($texts::text[])
FROM (SELECT word, count(*)
      FROM unnest($texts::text[]) AS text, unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', translate(text, 'ёЁ', 'еЕ')))) AS word
      GROUP BY word) w
WHERE count > 1 AND word ~ '^[[:alpha:]]{4,30}$'
ORDER BY word
ON CONFLICT DO NOTHING;

-- What there is of each artist, in samples of ten times the usual: the more, the earlier it is suggested. And how many posts there are, which
-- a sample stands for.
-- name: works_count
WITH posts AS MATERIALIZED (
	SELECT artist_id, count(*) AS n
	FROM posts_index TABLESAMPLE SYSTEM (least(100, $sample::bigint * 1000.0 / greatest(1,
		(SELECT documents FROM statistics WHERE kind = 'posts')))), unnest(artist_ids) AS artist_id
	GROUP BY 1
)
INSERT INTO works (artist_id, count, posts)
SELECT artist_id, sum(n), sum(posts) * greatest(1, (SELECT documents FROM statistics WHERE kind = 'posts') / ($sample::bigint * 10))
FROM (SELECT artist_id, n, n AS posts FROM posts
      UNION ALL SELECT artist_id, count(*), 0
      FROM albums_index TABLESAMPLE SYSTEM (least(100, $sample::bigint * 1000.0 / greatest(1,
		(SELECT documents FROM statistics WHERE kind = 'albums'))))
      GROUP BY 1
      UNION ALL SELECT artist_id, count(*), 0
      FROM tracks_index TABLESAMPLE SYSTEM (least(100, $sample::bigint * 1000.0 / greatest(1,
		(SELECT documents FROM statistics WHERE kind = 'tracks'))))
      GROUP BY 1) w
GROUP BY artist_id
ORDER BY artist_id
ON CONFLICT (artist_id) DO UPDATE SET (count, posts) = (excluded.count, excluded.posts)
WHERE (works.count, works.posts) <> (excluded.count, excluded.posts);

-- name: refreshed
UPDATE statistics
SET bytes = pg_relation_size((kind || '_index')::regclass), refreshed_at = now()
WHERE kind = $kind;

-- The vocabulary in slices, behind $word: those of them that stand in no document any more are taken out.
-- name: vocabulary_slice
SELECT word FROM vocabulary WHERE kind = $kind AND word > $word AND word !~ '[''\\]' ORDER BY word LIMIT 100;

-- name: vocabulary_forget
DELETE FROM vocabulary WHERE kind = $kind AND word = ANY ($words::text[]);

-- The stamps of what is gone: a day after, no writer with an older one is left.
-- name: stamps_forget
WITH passed AS (
	DELETE FROM sweep WHERE swept_at < now() - interval '1 day' RETURNING stamp
), begun AS (
	INSERT INTO sweep SELECT coalesce(max(stamp), 0), now() FROM stamps HAVING NOT EXISTS (SELECT FROM sweep)
)
DELETE FROM stamps s USING passed
WHERE s.stamp <= passed.stamp
  AND NOT EXISTS (SELECT FROM posts_index WHERE post_id = s.id)
  AND NOT EXISTS (SELECT FROM artists_index WHERE artist_id = s.id)
  AND NOT EXISTS (SELECT FROM albums_index WHERE album_id = s.id)
  AND NOT EXISTS (SELECT FROM tracks_index WHERE track_id = s.id)
  AND NOT EXISTS (SELECT FROM users_index WHERE user_id = s.id);
