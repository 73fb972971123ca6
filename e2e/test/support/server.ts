// A folder and a port enter, a real `runtail serve` in a process of its own leaves: one that can be killed.

import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { start, type Running } from './process.ts'

const bin = fileURLToPath(new URL('../../../packages/cli/bin/runtail.js', import.meta.url))

/** A folder that is gone with the test. */
export class TemporaryFolder implements AsyncDisposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<TemporaryFolder> {
    return new TemporaryFolder(await mkdtemp(join(tmpdir(), 'runtail-e2e-')))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Runs a `runtail` command against the server on `port`. */
export function runtail(port: number, args: readonly string[]): Running {
  return start(process.execPath, [bin, ...args], {
    // What it cannot send must not lie in the home of whoever runs the tests.
    env: { RUNTAIL_URL: `ws://localhost:${port}/trpc`, RUNTAIL_STATE: join(tmpdir(), 'runtail-e2e'), NO_COLOR: '1' },
  })
}

/** Starts `runtail serve --demo`; resolves when it serves. */
export async function serve(port: number, dataFolder: string): Promise<Running> {
  const server = start(process.execPath, [bin, 'serve', '--demo', '--port', String(port), '--data', dataFolder])
  await server.until(new RegExp(`http://localhost:${port}`))
  return server
}
