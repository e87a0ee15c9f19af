-- How common words are, by samples. A word that is gone keeps its last count: only queries that then find
-- nothing ask for it.

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
INSERT INTO lexemes
SELECT $kind, word, df FROM sampled($kind, 'doc', $sample, 5) WHERE length(word) <= 200 ORDER BY word
ON CONFLICT (kind, lexeme) DO UPDATE SET df = excluded.df WHERE lexemes.df <> excluded.df;

-- name: words_count
INSERT INTO vocabulary
SELECT $kind, word, df FROM sampled($kind, 'exact', $sample, 5)
WHERE length(word) <= 200 AND word !~ '^[ :]' -- facts and whole names are no words
ORDER BY word
ON CONFLICT (kind, word) DO UPDATE SET df = excluded.df WHERE vocabulary.df <> excluded.df;

-- Words of texts, so that typos in them are repaired: those that two posts of a sample have, which leaves
-- most typos out.
-- name: texts_learn
INSERT INTO vocabulary
SELECT $kind, word, df
FROM sampled($kind, 'to_tsvector(''pg_catalog.simple'', translate(content, ''ёЁ'', ''еЕ''))', greatest(1, $sample / 4), 2)
WHERE df > 1 AND word ~ '^[[:alpha:]]{4,30}$'
ORDER BY word
ON CONFLICT DO NOTHING;

-- name: refreshed
UPDATE statistics
SET bytes = pg_relation_size((kind || '_index')::regclass), refreshed_at = now()
WHERE kind = $kind;
