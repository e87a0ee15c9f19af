-- Artists by their names, for posts: these hold the ids of their artists, and no names. Each that is told is looked for in every match: the
-- hundred of whom there is most. An artist that no rebuild has written since 0020_credits.sql has no credit yet, and posts of before hold its name.

-- name: artists_fitting
SELECT w.n AS of, string_agg(a.credit::text, ' | ') AS credits
FROM unnest($exact::text[], $stems::text[]) WITH ORDINALITY AS w (exact, stems, n), LATERAL (
	SELECT credit
	FROM (SELECT artist_id, credit
	      FROM artists_index
	      WHERE (exact @@ nullif(w.exact, '')::tsquery OR name_stems @@ nullif(w.stems, '')::tsquery) AND numnode(credit) > 0
	      LIMIT 1000) a
	ORDER BY (SELECT posts FROM works WHERE works.artist_id = a.artist_id) DESC NULLS LAST
	LIMIT 100) a
GROUP BY w.n
ORDER BY w.n;
