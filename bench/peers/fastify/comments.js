import { v7 as uuidv7 } from 'uuid'
import { authenticated } from './auth.js'
import { statement } from './db.js'
import { boolean, cursorOf, cut, id, integer, listOf, object, orNull, page, startOf, string, time } from './pages.js'
import { commentsClosed, contentInvalid, notFound } from './problems.js'

const readThread = statement('thread')
const readReplies = statement('replies')
const writeComment = statement('comment')
const readPostState = statement('post_state')

const LEVELS = 3
const REPLIES_SHOWN = 5

const comment = {
  id: string, post_id: string, user_id: orNull(string), username: orNull(string), parent_id: orNull(string), content: orNull(string), depth: integer,
  replies_count: integer, is_edited: boolean, is_deleted: boolean, created_at: time, updated_at: time
}
const nodeAbove = (below) => object({ ...comment, replies: { type: 'array', items: below }, replies_next_cursor: orNull(string) })
const node = nodeAbove(nodeAbove(nodeAbove({})))

// The first replies to those of the nodes that have some; returns these replies.
async function growLevel (postId, nodes) {
  const parents = new Map(nodes.filter((node) => node.replies_count > 0).map((node) => [node.id, node]))
  if (parents.size === 0) return []
  const shown = []
  for (const reply of await readReplies(postId, [...parents.keys()], REPLIES_SHOWN + 1)) {
    const parent = parents.get(reply.parent_id)
    if (parent.replies.length < REPLIES_SHOWN) {
      parent.replies.push(asNode(reply))
      shown.push(reply)
    } else {
      const last = parent.replies[REPLIES_SHOWN - 1]
      parent.replies_next_cursor = cursorOf(last.created_at, last.id)
    }
  }
  return shown
}

function asNode (row) {
  row.replies = []
  row.replies_next_cursor = null
  return row
}

// One statement a level, and none where nobody has answered.
async function growTree (postId, roots) {
  let nodes = roots.map(asNode)
  for (let level = 1; level < LEVELS && nodes.length > 0; level++) nodes = await growLevel(postId, nodes)
  for (const node of nodes) if (node.replies_count > 0) node.replies_next_cursor = cursorOf(new Date(0), node.id)
}

async function postMustExist (postId) {
  if ((await readPostState(postId)).length === 0) throw notFound
}

export async function comments (app) {
  app.get('/posts/:id/comments', { schema: { params: id, querystring: page, response: { 200: listOf(node) } } }, async ({ params, query }) => {
    const start = startOf(query, new Date(0), '00000000-0000-0000-0000-000000000000')
    const rows = await readThread(params.id, ...start, query.limit + 1)
    if (rows.length === 0) await postMustExist(params.id)
    const list = cut(rows, query.limit, (row) => cursorOf(row.created_at, row.id))
    await growTree(params.id, list.items)
    return list
  })

  const body = { type: 'object', required: ['content'], properties: { content: { type: 'string', minLength: 1, maxLength: 10000 } } }
  const options = { schema: { params: id, body, response: { 201: object(comment) } }, config: { invalid: contentInvalid }, onRequest: authenticated }
  app.post('/posts/:id/comments', options, async ({ params, body, user }, reply) => {
    const rows = await writeComment(params.id, user.sub, body.content, uuidv7())
    if (rows.length === 0) {
      await postMustExist(params.id)
      throw commentsClosed
    }
    reply.code(201)
    return rows[0]
  })
}
