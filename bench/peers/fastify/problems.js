// What goes wrong, as application/problem+json (RFC 9457).
export class Problem extends Error {
  contentType = 'application/problem+json'

  constructor (status, code, detail) {
    super(detail)
    this.status = status
    this.body = { type: `/problems/${code}`, title: code, status, code, detail }
  }
}

export const notFound = new Problem(404, 'not_found', 'The post does not exist, or you may not see it.')
export const commentsClosed = new Problem(409, 'comments_closed', 'Comments are closed.')
export const unauthenticated = new Problem(401, 'unauthenticated', 'Send an access token.')
export const tokenInvalid = new Problem(401, 'token_invalid', 'The access token is not valid.')
export const contentInvalid = new Problem(422, 'validation_failed', 'content must have 1 to 10,000 characters.')
export const badRequest = new Problem(400, 'bad_request', 'A parameter is not valid.')
export const internal = new Problem(500, 'internal', 'Something went wrong.')

export const invalidGrant = new Problem(400, 'invalid_grant', 'The username or password is wrong.') // as RFC 6749 tells it
invalidGrant.contentType = 'application/json'
invalidGrant.body = { error: 'invalid_grant', error_description: invalidGrant.message }
