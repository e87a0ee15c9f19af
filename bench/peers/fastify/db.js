// The pool, and statements that are prepared once on each connection.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

// PGHOST, PGUSER and PGDATABASE are in the environment.
const pool = new pg.Pool({ max: Math.max(1, Math.floor(process.env.PEER_CONNECTIONS / process.env.PEER_PROCESSES)) })

export function statement (name) {
  const text = readFileSync(join(process.env.PEER_SQL, `${name}.sql`), 'utf8')
  return async (...values) => (await pool.query({ name, text, values })).rows
}
