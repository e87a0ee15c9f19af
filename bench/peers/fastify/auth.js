import { createHash, randomBytes } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import { v7 as uuidv7 } from 'uuid'
import { statement } from './db.js'
import { integer, object, string } from './pages.js'
import { invalidGrant, tokenInvalid, unauthenticated } from './problems.js'

const readUser = statement('user')
const writeSession = statement('session')

const ACCESS_LIFE_S = 900
const REFRESH_LIFE_S = 30 * 86400

export async function authenticated (request) {
  if (!request.headers.authorization?.startsWith('Bearer ')) throw unauthenticated
  try {
    await request.jwtVerify()
  } catch {
    throw tokenInvalid
  }
}

// A stored text that is no hash is nobody's password.
const isRight = (stored, password) => verify(stored, password).catch(() => false)

export async function auth (app) {
  const body = {
    type: 'object',
    required: ['grant_type', 'username', 'password'],
    properties: { grant_type: { const: 'password' }, username: { type: 'string', maxLength: 254 }, password: { type: 'string', maxLength: 1000 } }
  }
  const tokens = object({ access_token: string, token_type: string, expires_in: integer, refresh_token: string })
  app.post('/auth/token', { schema: { body, response: { 200: tokens } } }, async ({ body }) => {
    const [user] = await readUser(body.username.toLowerCase())
    if (!user || !(await isRight(user.hashed_password, body.password)) || !user.is_active) throw invalidGrant
    const refreshToken = randomBytes(32).toString('base64url')
    const sessionId = uuidv7()
    await writeSession(user.id, sessionId, createHash('sha256').update(refreshToken).digest('hex'), REFRESH_LIFE_S)
    const accessToken = app.jwt.sign({ sub: user.id, sid: sessionId }, { expiresIn: ACCESS_LIFE_S * 1000 })
    return { access_token: accessToken, token_type: 'Bearer', expires_in: ACCESS_LIFE_S, refresh_token: refreshToken }
  })
}
