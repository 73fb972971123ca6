import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { log, logs, range } from './support/logs.ts'
import { closing, connectClient, openSocket, startServer, type TestServer } from './support/server.ts'

/** The endpoint's address. */
function plainUrl({ url }: TestServer, query = '', executionId = 'run-1'): string {
  return `${url.replace('http', 'ws')}/ws/executions/${executionId}/logs${query}`
}

/** Opens the endpoint; gives each text frame as it comes. */
function receive(url: string): { until: (count: number) => Promise<string[]>; socket: WebSocket } {
  const socket = new WebSocket(url)
  const lines: string[] = []
  socket.on('message', (data: Buffer, isBinary) => lines.push(isBinary ? 'binary' : data.toString()))
  return {
    socket,
    async until(count) {
      while (lines.length < count) await once(socket, 'message')
      return lines
    },
  }
}

async function withLogs(server: TestServer, count: number): Promise<void> {
  const { api } = connectClient(server.trpcUrl)
  await api.executions.create.mutate({ id: 'run-1', workflow_id: 'w' })
  await api.logs.append.mutate({ execution_id: 'run-1', logs: logs('run-1', 1, count) })
}

describe('/ws/executions/{id}/logs', () => {
  test('sends each stored log as one text frame: history, then live, and also what comes after the end', async () => {
    const server = await startServer()
    await withLogs(server, 500)
    const { api } = connectClient(server.trpcUrl)
    const follower = receive(plainUrl(server))
    await follower.until(500)
    const ended = log('run-1', 'end', { event: 'execution.completed', message: 'done ✓ \u001B[0m' })
    await api.logs.append.mutate({ execution_id: 'run-1', logs: [ended, log('run-1', 'late')] })
    const lines = await follower.until(502)
    const stored = await api.logs.read.query({ execution_id: 'run-1' })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toStrictEqual(stored.logs)
    expect(JSON.parse(lines[500] ?? '')).toStrictEqual({ ...ended, seq: 501 })
    expect(follower.socket.readyState).toBe(WebSocket.OPEN)
    follower.socket.close()
  })

  test('goes on after a seq', async () => {
    const server = await startServer()
    await withLogs(server, 10)
    const { until, socket } = receive(plainUrl(server, '?after=7'))
    expect((await until(3)).map((line) => (JSON.parse(line) as { seq: number }).seq)).toStrictEqual(range(8, 10))
    socket.close()
  })

  test.each([
    ['last=3', range(8, 10)],
    ['last=99', range(1, 10)],
    ['after=7&last=1', range(8, 10)],
  ])('begins with ?%s', async (query, seqs) => {
    const server = await startServer()
    await withLogs(server, 10)
    const { until, socket } = receive(plainUrl(server, `?${query}`))
    expect((await until(seqs.length)).map((line) => (JSON.parse(line) as { seq: number }).seq)).toStrictEqual(seqs)
    socket.close()
  })

  test('takes an id as programs write it into paths', async () => {
    const server = await startServer()
    const { api } = connectClient(server.trpcUrl)
    const id = 'order:7@shop'
    await api.executions.create.mutate({ id, workflow_id: 'w' })
    await api.logs.append.mutate({ execution_id: id, logs: logs(id, 1, 1) })
    const { until, socket } = receive(plainUrl(server, '', encodeURIComponent(id)))
    expect(JSON.parse((await until(1))[0] ?? '')).toMatchObject({ execution_id: id, seq: 1 })
    socket.close()
  })

  test.each(['last=-1', 'last=x', 'after=1e3'])('refuses ?%s', async (query) => {
    const server = await startServer()
    const socket = new WebSocket(plainUrl(server, `?${query}`))
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(response.statusCode).toBe(400)
  })

  test('closes with 4404 where there is no such execution', async () => {
    const server = await startServer()
    const { code, reason } = await closing(new WebSocket(plainUrl(server)))
    expect(code).toBe(4404)
    expect(reason).toContain('run-1')
  })

  test('closes with 4403 where it is not allowed', async () => {
    const asked: unknown[] = []
    const server = await startServer({ authorize: (...question) => asked.push(question) < 0 })
    expect((await closing(new WebSocket(plainUrl(server)))).code).toBe(4403)
    expect(asked).toStrictEqual([[undefined, 'logs.read', 'run-1']])
  })

  test('takes a token from the address or the header, and closes with 4401 where it is wrong', async () => {
    const server = await startServer({
      authenticate: ({ token }) => {
        if (token !== 'good') throw new Error('no')
        return 'somebody'
      },
    })
    expect((await closing(new WebSocket(plainUrl(server)))).code).toBe(4401)
    expect((await closing(new WebSocket(plainUrl(server, '?token=bad')))).code).toBe(4401)
    expect((await closing(new WebSocket(plainUrl(server, '?token=good')))).code).toBe(4404)
    const authorized = new WebSocket(plainUrl(server), { headers: { Authorization: 'Bearer good' } })
    expect((await closing(authorized)).code).toBe(4404)
  })

  test('closes with 1001 when the server stops', async () => {
    const server = await startServer()
    await withLogs(server, 1)
    const { until, socket } = receive(plainUrl(server))
    await until(1)
    const closed = closing(socket)
    await server.server.close()
    expect((await closed).code).toBe(1001)
  })

  test('ignores what a client says, and closes on what breaks the protocol', async () => {
    const server = await startServer()
    await withLogs(server, 1)
    const { until, socket } = receive(plainUrl(server))
    await until(1)
    socket.send('{"id":1,"method":"query","params":{"path":"executions.list"}}')
    socket.send(Buffer.from([1, 2, 3]))
    await connectClient(server.trpcUrl).api.logs.append.mutate({ execution_id: 'run-1', logs: [log('run-1', 'more')] })
    expect(await until(2)).toHaveLength(2)
    socket.send('x'.repeat(1024 * 1024 + 1))
    expect((await closing(socket)).code).toBe(1009)
    await openSocket(server.trpcUrl)
  })
})
