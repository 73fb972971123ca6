// Complete options and drivers enter, everything that runs while a server is open leaves, and the order in which it stops so that no acknowledgement is lost.

import type { RequestListener } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { v7 as newId } from 'uuid'
import type { Bus } from './bus/bus.ts'
import { createDemo } from './demo/demo.ts'
import { endOrphans } from './demo/orphans.ts'
import { ExecutionFeed } from './execution-feed.ts'
import { Feed } from './feed.ts'
import { createHttpHandler } from './http.ts'
import { Ingest } from './ingest.ts'
import type { Listener } from './listener.ts'
import type { ResolvedOptions } from './options.ts'
import { CallsUnderWay } from './quota.ts'
import { createRouter } from './router.ts'
import type { Services } from './services.ts'
import { Sessions } from './sessions.ts'
import { StaticFiles } from './static-files.ts'
import type { Store } from './store/store.ts'
import { SocketServer } from './websocket.ts'
import { wireError } from './wire-error.ts'

/** What the composition root chose. */
export interface Drivers {
  readonly store: Store
  readonly bus: Bus
}

/** Everything that runs while a server is open. */
export interface Assembly {
  readonly services: Services
  readonly sessions: Sessions
  readonly handleRequest: RequestListener
  readonly sockets: SocketServer
  /** Stops everything; see the body for the order. */
  stop(listener: Listener | undefined): Promise<void>
}

/** Puts the parts together, the drivers last of all that may fail. */
export async function assemble(options: ResolvedOptions, openDrivers: () => Promise<Drivers>): Promise<Assembly> {
  const { logger, closeTimeoutMs, dashboardDir } = options
  const dashboard = dashboardDir === undefined ? undefined : await StaticFiles.load(dashboardDir)
  const { store, bus } = await openDrivers()
  const onError = (error: unknown, where: string): void => {
    const outside = wireError(error)
    if (outside.code === 'internal') logger.error(`${where}: unexpected failure`, outside.cause)
    else if (outside.code === 'store_unavailable') logger.warn(`${where}: ${outside.message}`, outside.cause)
    // An authorize that throws says no, but should not have thrown.
    else if (outside.code === 'forbidden' && outside.cause) logger.warn(`${where}: authorize failed`, outside.cause)
  }
  const ingest = new Ingest({ store, bus })
  const feed = new Feed({ store, bus })
  const executionFeed = new ExecutionFeed({ store, bus })
  const services = { ingest, feed, executionFeed, store }
  const router = createRouter(services)
  const calls = new CallsUnderWay()
  const sessions = new Sessions({ ...options, calls })
  // Before anybody can start another one.
  if (options.demo) await endOrphans({ store, ingest, newId }).catch((error: unknown) => onError(error, 'demo'))
  const demo = options.demo
    ? createDemo({
        ingest,
        folder: options.demo.folder,
        newId,
        onError: (error) => onError(error, 'demo'),
      })
    : undefined
  const sockets = new SocketServer({ router, services, sessions, options, onError })

  return {
    services,
    sessions,
    handleRequest: createHttpHandler({ router, services, sessions, options, demo, dashboard, onError }),
    sockets,
    async stop(listener) {
      const step = async (what: string, work: () => Promise<unknown> | void): Promise<void> => {
        try {
          await within(closeTimeoutMs, what, Promise.resolve(work()))
        } catch (cause) {
          logger.error(`stop: ${what} failed`, cause)
        }
      }
      listener?.stopAccepting()
      // What producers sent is stored and acknowledged; new calls are told to come back.
      await step('calls under way', () => Promise.all([calls.stop(), demo?.close()]))
      await step('ingest', () => ingest.close())
      // The acknowledgements go to the sockets before the close frames do.
      await nextTurn()
      // Not tRPC's reconnect notification: it makes clients connect again at once, and here nobody listens any more.
      await step('sockets', () => sockets.close())
      await step('listener', () => listener?.close())
      feed.close()
      executionFeed.close()
      await step('bus', () => bus.close())
      await step('store', () => store.close())
    },
  }
}

/** Waits for work that should end by itself, but not for ever. */
async function within(ms: number, what: string, work: Promise<unknown>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms} ms`)), ms)
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
