/**
 * An Express service with Runtail inside: it takes orders, works on them, and reports that to itself; who may read is its own to say.
 * `npm start` in this folder, then `npm run order`.
 */
import { createClient } from '@runtail/client-sdk'
import { createServer, type Action, type Authenticate, type Authorize } from '@runtail/server'
import express from 'express'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fulfil } from './orders.ts'

/** Who calls: this service, or somebody who may look. */
const own = randomUUID()
const principals = new Map([
  [own, 'service'],
  ['reader', 'reader'],
])
const authenticate: Authenticate = ({ token }) => principals.get(token ?? '')
const reading: ReadonlySet<Action> = new Set(['executions.list', 'executions.read', 'logs.read'])
const authorize: Authorize = (principal, action) =>
  principal === 'service' || (principal === 'reader' && reading.has(action))

const app = express()
app.use(express.json())
const http = app.listen(Number(process.env['PORT'] ?? 4000), '127.0.0.1')
await once(http, 'listening')
const { port } = http.address() as AddressInfo

const server = createServer({ dataDir: process.env['RUNTAIL_DATA'] ?? '.runtail', authenticate, authorize })
server.attach(http)
await server.open()
const runtail = createClient({ url: `ws://localhost:${port}/runtail/trpc`, token: own, onError: console.error })

app.post('/orders', async (request, response) => {
  const input: unknown = request.body
  const execution = await runtail.startExecution({ workflow_id: 'order', input })
  // Whoever ordered need not wait for the work, but finds its execution when told of it.
  await execution.flush()
  response.status(202).json({ execution_id: execution.id })
  await execution
    .run(() => fulfil(runtail))
    .then(
      (result) => execution.complete(result),
      (error: unknown) => execution.fail(error),
    )
})
console.log(`http://localhost:${port}`)

let stopping: Promise<void> | undefined
for (const signal of ['SIGINT', 'SIGTERM']) {
  // npm passes on what it gets from the terminal, so one Ctrl+C comes twice.
  process.on(signal, () => {
    stopping ??= stop().catch(console.error)
  })
}

/** What was reported is stored first; the HTTP server waits for sockets, so Runtail's are closed before. */
async function stop(): Promise<void> {
  await runtail.close()
  await server.close()
  http.close()
}
