import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { on } from 'node:events'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, onTestFinished, test } from 'vitest'
import { logs } from './support/logs.ts'
import { closing, connectClient, openSocket, startServer } from './support/server.ts'

const run = { execution_id: 'run-1' }
const FOLLOWERS = 50

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Follows an execution and the list on one socket, then vanishes or leaves. */
async function comeAndGo(url: string, leave: 'terminate' | 'close'): Promise<void> {
  const socket = await openSocket(url)
  const input = JSON.stringify(run)
  socket.send(`{"id":1,"method":"subscription","params":{"path":"logs.follow","input":${input}}}`)
  socket.send(`{"id":2,"method":"subscription","params":{"path":"logs.follow","input":${input}}}`)
  socket.send('{"id":3,"method":"subscription","params":{"path":"executions.watch","input":{}}}')
  const following = new Set<number>()
  for await (const [data] of on(socket, 'message') as AsyncIterable<[Buffer]>) {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result?: { type: string } }
    if (result?.type === 'data') following.add(id)
    if (following.size === 3) break
  }
  const closed = closing(socket)
  socket[leave]()
  await closed
}

test('nothing of a connection is left when it is gone', { timeout: 30_000 }, async () => {
  const { trpcUrl } = await startServer()
  const { api } = connectClient(trpcUrl)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  await api.logs.append.mutate({ ...run, logs: logs('run-1', 1, 3) })

  const serverEnds: WeakRef<Socket>[] = []
  const onSocket = (message: unknown): void => void serverEnds.push(new WeakRef((message as { socket: Socket }).socket))
  subscribe('net.server.socket', onSocket)
  onTestFinished(() => void unsubscribe('net.server.socket', onSocket))
  for (let count = 0; count < FOLLOWERS; count += 1) await comeAndGo(trpcUrl, count % 2 === 0 ? 'terminate' : 'close')

  // Whoever still listens to a hint, a signal or a timer for a connection keeps it alive.
  expect(serverEnds).toHaveLength(FOLLOWERS)
  const left = (): number => serverEnds.filter((end) => end.deref() !== undefined).length
  for (let round = 0; round < 100 && left() > 1; round += 1) {
    // What a WeakRef gave out stays until the turn is over.
    await new Promise(setImmediate)
    collectGarbage()
  }
  // The engine may hold on to the last one.
  expect(left()).toBeLessThanOrEqual(1)
})
