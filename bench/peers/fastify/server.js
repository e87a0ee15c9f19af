// The compared endpoints with Fastify and pg: a process for each processor.
import cluster from 'node:cluster'
import { build } from './app.js'

if (cluster.isPrimary) {
  for (let i = 0; i < Number(process.env.PEER_PROCESSES); i++) cluster.fork()
  cluster.on('exit', (worker, code) => process.exit(code || 1))
  process.on('SIGTERM', () => process.exit(0))
} else {
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
  await build().listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
}
