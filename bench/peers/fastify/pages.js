// Pages by keyset: behind the time and id of the last row.
import { badRequest } from './problems.js'

export const id = { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } }
export const page = {
  type: 'object',
  properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 }, cursor: { type: 'string', pattern: '^-?\\d+_[0-9a-f-]{36}$' } }
}

export const cursorOf = (at, id) => `${at.getTime()}_${id}`

export function startOf ({ cursor }, at, id) {
  if (cursor === undefined) return [at, id]
  const [ms, last] = cursor.split('_')
  const time = new Date(Number(ms))
  if (Number.isNaN(time.getTime())) throw badRequest
  return [time, last]
}

// Of `limit` and one row more, which says that there is a next page.
export function cut (rows, limit, cursorOfRow) {
  if (rows.length <= limit) return { items: rows, next_cursor: null }
  return { items: rows.slice(0, limit), next_cursor: cursorOfRow(rows[limit - 1]) }
}

// Schemas of answers, of which Fastify makes functions that write JSON.
export const string = { type: 'string' }
export const integer = { type: 'integer' }
export const boolean = { type: 'boolean' }
export const time = { type: 'string', format: 'date-time' }
export const orNull = (schema) => ({ ...schema, nullable: true })
export const object = (properties) => ({ type: 'object', properties })
export const listOf = (items) => object({ items: { type: 'array', items }, next_cursor: orNull(string) })
