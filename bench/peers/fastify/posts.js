import { statement } from './db.js'
import { boolean, cursorOf, cut, id, integer, listOf, object, orNull, page, startOf, string, time } from './pages.js'
import { notFound } from './problems.js'

const readPost = statement('post')
const readFeed = statement('feed')
const readArtists = statement('artists')

const shown = {
  id: string, title: string, slug: string, description: orNull(string), status: string, author_id: string, author_username: orNull(string),
  primary_artist_id: orNull(string), artist_name: orNull(string),
  artists: { type: 'array', items: object({ id: string, name: orNull(string), slug: orNull(string), role: string }) },
  tags: { type: 'array', items: string }, cover_image_url: orNull(string), views_count: integer, comments_count: integer, comments_enabled: boolean,
  created_at: time, updated_at: time, published_at: orNull(time)
}

function creditsOf (row) {
  const credits = row.featured_artist_ids.map((id) => ({ id, name: null, slug: null, role: 'featured' }))
  if (row.primary_artist_id !== null) credits.unshift({ id: row.primary_artist_id, name: row.artist_name, slug: row.artist_slug, role: 'primary' })
  return credits
}

// Most posts feature nobody, so that is another statement and not a join.
async function complete (rows) {
  const featured = rows.flatMap((row) => row.featured_artist_ids)
  for (const row of rows) row.artists = creditsOf(row)
  if (featured.length === 0) return
  const artists = new Map((await readArtists(featured)).map((artist) => [artist.id, artist]))
  for (const credit of rows.flatMap((row) => row.artists)) {
    const artist = credit.role === 'featured' && artists.get(credit.id)
    if (artist) Object.assign(credit, { name: artist.name, slug: artist.slug })
  }
}

export async function posts (app) {
  app.get('/posts/:id', { schema: { params: id, response: { 200: object({ ...shown, content: string }) } } }, async (request) => {
    const rows = await readPost(request.params.id)
    if (rows.length === 0) throw notFound
    await complete(rows)
    return rows[0]
  })

  app.get('/posts', { schema: { querystring: page, response: { 200: listOf(object(shown)) } } }, async ({ query }) => {
    const start = startOf(query, new Date('9999-01-01'), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    const list = cut(await readFeed(...start, query.limit + 1), query.limit, (row) => cursorOf(row.published_at, row.id))
    await complete(list.items)
    return list
  })
}
