// The proxy does what its faults say: seen from both ends of plain connections.

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Proxy } from '../chaos/proxy.ts'

interface Ends {
  readonly proxy: Proxy
  readonly client: Socket
  readonly server: Socket
}

/** A connection through a proxy; both ends are known to each other. */
async function connected(): Promise<Ends> {
  const listener = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const proxy = await Proxy.start((listener.address() as AddressInfo).port)
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const [server] = (await once(listener, 'connection')) as [Socket]
  for (const end of [client, server]) end.on('error', () => {})
  onTestFinished(async () => {
    client.destroy()
    server.destroy()
    listener.close()
    await proxy[Symbol.asyncDispose]()
  })
  server.write('hello')
  await read(client, 5)
  return { proxy, client, server }
}

/** The next `length` bytes. */
async function read(socket: Socket, length: number): Promise<string> {
  let text = ''
  while (text.length < length) text += String((await once(socket, 'data'))[0])
  return text
}

/** Resolves when it is over, reset or not. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

test('frozen in one direction, the other goes on, and nothing is lost', async () => {
  const { proxy, client, server } = await connected()
  proxy.freeze('up')
  let arrived = ''
  server.on('data', (bytes) => (arrived += String(bytes)))
  client.write('held back')
  server.write('passes')
  expect(await read(client, 6)).toBe('passes')
  expect(arrived).toBe('')
  const end = once(server, 'end')
  client.end()
  proxy.resume()
  await end
  expect(arrived).toBe('held back')
})

test('stranded connections do not even tell of an end; new ones are well', async () => {
  const { proxy, client, server } = await connected()
  proxy.strand()
  const events: string[] = []
  server.on('data', () => events.push('data')).on('close', () => events.push('close'))
  client.write('lost')
  client.resetAndDestroy()
  const next = connect({ port: proxy.port, host: '127.0.0.1' })
  onTestFinished(() => void next.destroy())
  await once(next, 'connect')
  server.write('nobody')
  expect(events).toEqual([])
  expect(proxy.accepted).toBe(2)
})

test('truncated, half arrives and then an end', async () => {
  const { proxy, client, server } = await connected()
  proxy.apply({ type: 'truncate' })
  let text = ''
  client.on('data', (bytes) => (text += String(bytes)))
  const end = once(client, 'end')
  const reset = closed(server)
  server.write('0123456789')
  await end
  client.end()
  await reset
  expect(text).toBe('01234')
})

test('half-closed, one side is told of an end and the other still sends', async () => {
  const { proxy, client, server } = await connected()
  const end = once(client, 'end')
  client.resume()
  proxy.apply({ type: 'half_close', side: 'client' })
  await end
  client.write('still here')
  expect(await read(server, 10)).toBe('still here')
})

test('throttled, bytes take their time', async () => {
  const { proxy, client, server } = await connected()
  proxy.apply({ type: 'throttle', bytesPerSecond: 10_000 })
  const beganMs = performance.now()
  server.write('x'.repeat(2000))
  await read(client, 2000)
  expect(performance.now() - beganMs).toBeGreaterThan(150)
})

test('refused and cut, both ends are reset', async () => {
  const { proxy, client, server } = await connected()
  const both = Promise.all([closed(client), closed(server)])
  proxy.apply({ type: 'refuse' })
  await both
  const late = connect({ port: proxy.port, host: '127.0.0.1' })
  await expect(once(late.resume(), 'end')).rejects.toMatchObject({ code: 'ECONNRESET' })
})
