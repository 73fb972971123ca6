// A real server over real SQLite in a folder of the test's own, gone with the test, and what is stored there.

import { createClient, type RuntailClient } from '@runtail/client-sdk'
import type { Execution, ExecutionLog } from '@runtail/core'
import { createServer, type RuntailServer } from '@runtail/server'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createNetServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A server under test. */
export interface TestServer {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly client: RuntailClient
  /** Every stored log of an execution, by `logs.read`. */
  logs(executionId: string): Promise<ExecutionLog[]>
  /** The one execution that there is. */
  only(): Promise<Execution>
  stop(): Promise<void>
}

/** A folder that is gone with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runtail-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a server. */
export async function startServer(
  options: { readonly port?: number; readonly dataDir?: string } = {},
): Promise<TestServer> {
  const dataDir = options.dataDir ?? temporaryFolder()
  const server: RuntailServer = createServer({ port: options.port ?? 0, dataDir })
  const { url, port } = await server.listen()
  const client = createClient({ url: `ws://127.0.0.1:${port}/trpc` })
  const stop = async (): Promise<void> => {
    await client.close({ timeoutMs: 0 })
    await server.close()
  }
  onTestFinished(stop)
  return {
    url,
    port,
    dataDir,
    client,
    stop,
    async logs(executionId) {
      const logs: ExecutionLog[] = []
      for (;;) {
        const page = await client.api.logs.read.query({ execution_id: executionId, after: logs.length, limit: 1000 })
        logs.push(...page.logs)
        if (logs.length >= page.head) return logs
      }
    },
    async only() {
      const [execution, ...more] = await client.executions.list()
      if (!execution || more.length > 0) throw new Error(`There are ${more.length + (execution ? 1 : 0)} executions`)
      return execution
    },
  }
}

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
