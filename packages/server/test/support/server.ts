// A real server on a free port, gone with the test that started it, and what speaks to it: a stock tRPC client, bare sockets, bare bytes.

import { createTRPCClient, createWSClient, httpLink, wsLink, type TRPCClient } from '@trpc/client'
import { once } from 'node:events'
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { LocalBus } from '../../src/bus/local.ts'
import { createServer, type AppRouter, type RuntailServer, type ServerOptions } from '../../src/index.ts'
import { resolveOptions } from '../../src/options.ts'
import { Server } from '../../src/server.ts'
import type { Store } from '../../src/store/store.ts'

/** A server under test. */
export interface TestServer {
  readonly server: RuntailServer
  readonly url: string
  readonly port: number
  /** `ws://…/trpc` */
  readonly trpcUrl: string
}

/** Starts a server, in memory if nothing else is asked for; over a store of the test's own, if it brings one. */
export async function startServer({
  store = 'memory',
  ...rest
}: Omit<ServerOptions, 'store'> & { readonly store?: ServerOptions['store'] | Store } = {}): Promise<TestServer> {
  const options = { port: 0, ...rest }
  const server =
    typeof store === 'string'
      ? createServer({ ...options, store })
      : new Server(resolveOptions(options), () => Promise.resolve({ store, bus: new LocalBus() }))
  onTestFinished(() => server.close())
  const { url, port } = await server.listen()
  return { server, url, port, trpcUrl: `${url.replace('http', 'ws')}/trpc` }
}

/** A stock client over one WebSocket, and the sockets that it made. */
export interface TestClient {
  readonly api: TRPCClient<AppRouter>
  readonly sockets: readonly WebSocket[]
  readonly close: () => Promise<void>
}

/** Connects a stock tRPC client. */
export function connectClient(url: string, connectionParams?: Record<string, string>): TestClient {
  const sockets: WebSocket[] = []
  const client = createWSClient({
    url,
    WebSocket: class extends WebSocket {
      constructor(address: string) {
        super(address)
        sockets.push(this)
      }
    } as unknown as typeof globalThis.WebSocket,
    retryDelayMs: () => 10,
    ...(connectionParams && { connectionParams }),
  })
  onTestFinished(() => client.close())
  return {
    api: createTRPCClient<AppRouter>({ links: [wsLink({ client })] }),
    sockets,
    close: () => client.close(),
  }
}

/** A stock tRPC client over HTTP. */
export function httpClient(url: string, token?: string): TRPCClient<AppRouter> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] })
}

/** A WebSocket that is open. */
export async function openSocket(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers })
  onTestFinished(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

/** The status and body of an upgrade that is refused. */
export async function refusedUpgrade(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const socket = new WebSocket(url, { headers })
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  response.resume()
  await once(response, 'close')
  return response
}

/** What a server answers. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A request exactly as asked for: `fetch` would tidy up paths and refuse to forge Host and Origin. */
export async function ask(
  { port }: { readonly port: number },
  path: string,
  options: { readonly method?: string; readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options
  const sent = request({ host: '127.0.0.1', port, path, method, headers: { Host: `127.0.0.1:${port}`, ...headers } })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }
}

/** A bare connection, for bytes that no client library sends. */
export async function openTcp({ port }: { readonly port: number }): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** The code and reason with which a socket closes. */
export async function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  return { code, reason: reason.toString() }
}
