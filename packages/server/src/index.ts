// The composition root: options enter, a server leaves; the only file that names drivers of the store and the bus.

import { join } from 'node:path'
import type { Drivers } from './assembly.ts'
import { LocalBus } from './bus/local.ts'
import { resolveOptions, type ResolvedOptions, type ServerOptions } from './options.ts'
import { Server, type RuntailServer } from './server.ts'
import { MemoryStore } from './store/memory.ts'
import { SqliteStore } from './store/sqlite.ts'

export {
  allowAll,
  type Action,
  type Authenticate,
  type Authorize,
  type Credentials,
  type Principal,
} from './authorize.ts'
export type { ListenAddress } from './listener.ts'
export { silentLogger, type Logger } from './logger.ts'
export { DEFAULTS, type FlowMarks, type KeepAliveTimes, type ServerLimits, type ServerOptions } from './options.ts'
export type { AppRouter } from './router.ts'
export type { AttachOptions, ContextOptions, RuntailServer } from './server.ts'
export type { RuntailContext } from './trpc.ts'
export type { WireErrorData } from './wire-error.ts'

/** Name of the database in the data folder. */
const DATABASE = 'runtail.db'

/**
 * Makes a server. Nothing is opened before `listen` or the first request.
 * @throws RuntailError `invalid_option`
 */
export function createServer(options: ServerOptions = {}): RuntailServer {
  const resolved = resolveOptions(options)
  return new Server(resolved, () => openDrivers(resolved))
}

async function openDrivers({ store, dataDir }: ResolvedOptions): Promise<Drivers> {
  const opened = store === 'memory' ? new MemoryStore() : await SqliteStore.open({ path: join(dataDir, DATABASE) })
  return { store: opened, bus: new LocalBus() }
}
