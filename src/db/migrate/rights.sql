-- name: rights_gaps
-- $1 is the module. What is wrong with its role, and the statement that mends it. `grave`: a wall is down, or the module
-- cannot work; else it is only told. Whatever PUBLIC may, the role may: what it should not is taken from both.
WITH role AS (
	SELECT * FROM pg_roles WHERE rolname = 'vobe_' || $1::text
), spaces AS (
	SELECT n.*, nspname = $1 AS own, nspname IN ($1, 'extensions') AS usable
	FROM pg_namespace n
	WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), tables AS (
	SELECT c.oid, relkind, format('%I.%I', nspname, relname) AS name, CASE
		WHEN relkind = 'S' THEN ARRAY['SELECT', 'UPDATE', 'USAGE']
		WHEN relkind IN ('v', 'm') THEN ARRAY['SELECT']
		ELSE regexp_split_to_array(coalesce(
			substring(obj_description(c.oid, 'pg_class') FROM '^rights: ([A-Z, ]+)'),
			'SELECT, INSERT, UPDATE, DELETE'), ', *') END AS wanted
	FROM pg_class c JOIN spaces ON spaces.oid = relnamespace AND own
	WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
), held AS (
	SELECT t.name, t.wanted, rolname, ARRAY(
		SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
		WHERE relkind <> 'S' AND has_table_privilege(role.oid, t.oid, p)
		UNION ALL
		SELECT p FROM unnest(ARRAY['SELECT', 'UPDATE', 'USAGE']) p
		WHERE relkind = 'S' AND has_sequence_privilege(role.oid, t.oid, p)) AS held
	FROM tables t, role
)
SELECT true AS grave, 'does not exist' AS lack, format('CREATE ROLE %I LOGIN NOINHERIT', 'vobe_' || $1) AS mend
FROM (SELECT) none WHERE NOT EXISTS (SELECT FROM role)

UNION ALL
SELECT true, lack, format('ALTER ROLE %I %s', rolname, word)
FROM role, LATERAL (VALUES
	(NOT rolcanlogin, 'may not log in', 'LOGIN'),
	(rolinherit, 'would inherit rights', 'NOINHERIT'),
	(rolsuper, 'is a superuser', 'NOSUPERUSER'),
	(rolcreaterole, 'may make roles', 'NOCREATEROLE'),
	(rolcreatedb, 'may make databases', 'NOCREATEDB'),
	(rolreplication, 'may replicate', 'NOREPLICATION'),
	(rolbypassrls, 'passes by row security', 'NOBYPASSRLS')) attribute (wrong, lack, word)
WHERE wrong

UNION ALL
SELECT true, format('is a member of %I', held.rolname), format('REVOKE %I FROM %I', held.rolname, role.rolname)
FROM pg_auth_members m JOIN role ON role.oid = m.member JOIN pg_roles held ON held.oid = m.roleid

UNION ALL
SELECT true, format('owns %s objects', count(*)), format('REASSIGN OWNED BY %I TO CURRENT_USER', rolname)
FROM role JOIN pg_shdepend d ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = role.oid AND d.deptype = 'o'
WHERE d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
GROUP BY rolname

UNION ALL
SELECT false, 'has values of its rows written into the log of PostgreSQL',
	format('ALTER ROLE %I SET log_error_verbosity = terse', rolname)
FROM role
WHERE NOT EXISTS (SELECT FROM pg_db_role_setting
	WHERE setdatabase = 0 AND setrole = role.oid AND 'log_error_verbosity=terse' = ANY (setconfig))

UNION ALL
SELECT true, 'may not connect', format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), rolname)
FROM role
WHERE NOT has_database_privilege(oid, current_database(), 'CONNECT')

UNION ALL
SELECT true, 'may make schemas or temporary tables',
	format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM %I, PUBLIC', current_database(), rolname)
FROM role
WHERE has_database_privilege(oid, current_database(), 'CREATE, TEMPORARY')

UNION ALL
SELECT true, format('may not use schema %I', nspname), format('GRANT USAGE ON SCHEMA %I TO %I', nspname, rolname)
FROM role, spaces
WHERE usable AND NOT has_schema_privilege(role.oid, spaces.oid, 'USAGE')

UNION ALL
SELECT true, format('may use schema %I', nspname), format('REVOKE ALL ON SCHEMA %I FROM %I, PUBLIC', nspname, rolname)
FROM role, spaces
WHERE NOT usable AND has_schema_privilege(role.oid, spaces.oid, 'USAGE')

UNION ALL
SELECT true, format('may create in schema %I', nspname),
	format('REVOKE CREATE ON SCHEMA %I FROM %I, PUBLIC', nspname, rolname)
FROM role, spaces
WHERE has_schema_privilege(role.oid, spaces.oid, 'CREATE')

UNION ALL
SELECT true, format('has %s on %s in place of %s', coalesce(nullif(array_to_string(held, ', '), ''), 'nothing'), name,
		array_to_string(wanted, ', ')),
	format('REVOKE ALL ON %s FROM %I, PUBLIC; GRANT %s ON %s TO %I', name, rolname, array_to_string(wanted, ', '), name, rolname)
FROM held
WHERE NOT (held @> wanted AND wanted @> held);
