// Real servers on free ports: Runtail's own, and bare WebSocket servers that misbehave; gone with the test that started them.

import { createServer, type RuntailServer, type ServerOptions } from '@runtail/server'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { WebSocketServer, type ServerOptions as WsOptions } from 'ws'

/** A Runtail server under test. */
export interface TestServer {
  readonly server: RuntailServer
  readonly port: number
  /** `ws://…/trpc` */
  readonly url: string
}

/** The address of a server's tRPC. */
export function trpcUrl(port: number): string {
  return `ws://127.0.0.1:${port}/trpc`
}

/** Starts a server, in memory if nothing else is asked for. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const server = createServer({ store: 'memory', port: 0, ...options })
  onTestFinished(() => server.close())
  const { port } = await server.listen()
  return { server, port, url: trpcUrl(port) }
}

/** A folder for a database. */
export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runtail-sdk-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a bare WebSocket server. */
export async function startBareServer(
  options: WsOptions = {},
): Promise<{ bare: WebSocketServer; port: number; url: string }> {
  const bare = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  await once(bare, 'listening')
  onTestFinished(() => {
    for (const client of bare.clients) client.terminate()
    bare.close()
  })
  const { port } = bare.address() as AddressInfo
  return { bare, port, url: trpcUrl(port) }
}
