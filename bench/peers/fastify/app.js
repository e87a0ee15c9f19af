import Fastify from 'fastify'
import jwt from '@fastify/jwt'
import { auth } from './auth.js'
import { comments } from './comments.js'
import { posts } from './posts.js'
import { Problem, internal, badRequest } from './problems.js'

function onError (fault, request, reply) {
  let problem = fault
  if (fault.validation || fault.statusCode === 400) problem = request.routeOptions.config.invalid ?? badRequest
  else if (!(fault instanceof Problem)) {
    console.error(fault)
    problem = internal
  }
  reply.code(problem.status).type(problem.contentType).send(JSON.stringify(problem.body))
}

export function build () {
  const app = Fastify({ bodyLimit: 64 * 1024, routerOptions: { maxParamLength: 100 } })
  app.setErrorHandler(onError)
  app.register(jwt, { secret: process.env.PEER_SECRET, sign: { algorithm: 'HS256' }, verify: { algorithms: ['HS256'], cache: true } })
  for (const routes of [posts, comments, auth]) app.register(routes, { prefix: '/api/v1' })
  return app
}
