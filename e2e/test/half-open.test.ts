// Half-open connections, with the default settings of a real client and a real server: both notice the silence within 10 s, and the client recovers.

import { createClient, type ConnectionSnapshot, type RuntailClient } from '@runtail/client-sdk'
import { KEEP_ALIVE } from '@runtail/core'
import { createServer } from '@runtail/server'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { Proxy } from '../chaos/proxy.ts'
import { within } from './support/within.ts'

const NOTICED_MS = 10_000

/** A server, and the sockets that it accepts from now on. */
async function startServer(
  stack: AsyncDisposableStack,
): Promise<{ readonly port: number; readonly sockets: readonly Socket[] }> {
  const server = createServer({ store: 'memory', port: 0 })
  stack.defer(() => server.close())
  const { port } = await server.listen()
  const sockets: Socket[] = []
  const onSocket = (message: unknown): void => {
    const { socket } = message as { socket: Socket }
    if (socket.localPort === port) sockets.push(socket)
  }
  subscribe('net.server.socket', onSocket)
  stack.defer(() => void unsubscribe('net.server.socket', onSocket))
  return { port, sockets }
}

function connectClient(stack: AsyncDisposableStack, port: number): RuntailClient {
  const client = createClient({ url: `ws://127.0.0.1:${port}/trpc` })
  stack.defer(async () => void (await client.close({ timeoutMs: 0 })))
  return client
}

/** Resolves with the first state of a connection that passes. */
function until(
  { connection }: RuntailClient,
  passes: (snapshot: ConnectionSnapshot) => boolean,
): Promise<ConnectionSnapshot> {
  return new Promise((resolve) => {
    const unsubscribeFrom = connection.subscribe(() => {
      const snapshot = connection.getSnapshot()
      if (!passes(snapshot)) return
      unsubscribeFrom()
      resolve(snapshot)
    })
  })
}

test.concurrent.each([
  { silence: 'for ever', serverNoticesMs: NOTICED_MS },
  { silence: 'up', serverNoticesMs: NOTICED_MS },
  // The server hears the client until that gives up, and then has only to see that nobody answers its goodbye.
  { silence: 'down', serverNoticesMs: NOTICED_MS + KEEP_ALIVE.pongWithinMs },
] as const)(
  'both sides notice a silent connection, and the follower goes on: silent $silence',
  { timeout: 40_000 },
  async ({ silence, serverNoticesMs }) => {
    await using stack = new AsyncDisposableStack()
    const { port, sockets } = await startServer(stack)
    const execution = await connectClient(stack, port).startExecution({ workflow_id: 'w' })
    await execution.flush()
    const proxy = stack.use(await Proxy.start(port))
    const follower = connectClient(stack, proxy.port)
    const seqs: number[] = []
    const begun = Promise.withResolvers<void>()
    const ended = (async () => {
      for await (const { logs, execution: state } of follower.follow(execution.id)) {
        seqs.push(...logs.map(({ seq }) => seq))
        begun.resolve()
        if (state.status === 'completed') return
      }
    })()
    await begun.promise
    // The first is the producer's.
    const serverEnd = sockets[1]
    if (!serverEnd) throw new Error('The server did not accept the follower.')

    const noticed = until(follower, ({ status }) => status !== 'connected')
    // It may be reset.
    const noticedByServer = new Promise((resolve) => serverEnd.once('close', resolve))
    if (silence === 'for ever') proxy.strand()
    else proxy.freeze(silence)
    // Meanwhile there is something to say, as there is in life.
    execution.log('said into the silence')
    await Promise.all([
      within(NOTICED_MS, "the client's noticing", noticed),
      within(serverNoticesMs, "the server's noticing", noticedByServer),
    ])

    proxy.resume()
    execution.log('said afterwards')
    await execution.complete()
    await within(NOTICED_MS, 'the recovery', ended)
    expect(seqs).toEqual([1, 2, 3, 4])
    expect(proxy.accepted).toBeGreaterThan(1)
  },
)

test.concurrent('an address that takes connections and never answers counts as failed', async () => {
  await using stack = new AsyncDisposableStack()
  const { port } = await startServer(stack)
  const proxy = stack.use(await Proxy.start(port))
  proxy.freeze()
  const client = connectClient(stack, proxy.port)
  const failed = until(client, ({ attempt }) => attempt === 1)
  client.reconnect()
  const { error } = await within(NOTICED_MS, 'the failure', failed)
  expect(error?.message).toMatch(/nobody answered within 5000 ms/)
})
