// A disk, a bus and links enter, answered calls leave: the real ingest, feeds, router and socket handler of one server process, which can die at any moment.

import { CLOSE_CODES, KEEP_ALIVE } from '@runtail/core'
import type { Disk } from './disk.ts'
import type { Link } from './link.ts'
import type { Host, Network } from './network.ts'
import { NodeStore, type StoreHealth } from './node-store.ts'
import {
  allowAll,
  beginLiveness,
  CallsUnderWay,
  createRouter,
  DEFAULTS,
  ExecutionFeed,
  Feed,
  Ingest,
  observe,
  Sessions,
  silentLogger,
  TrpcSocket,
  wireError,
  type Clock,
  type Liveness,
  type Sample,
  type TrpcServer,
} from './parts.ts'
import type { Random } from './random.ts'
import type { NodeSizes } from './scenario.ts'
import { ServerSocket } from './server-socket.ts'
import type { SimBus } from './sim-bus.ts'

/** What a process needs. */
export interface ServerProcessOptions {
  readonly network: Network
  readonly disk: Disk
  readonly bus: SimBus
  readonly random: Random
  readonly health: StoreHealth
  readonly storeMs: number
  readonly withoutBlock: number
  readonly sizes: NodeSizes
  readonly polls: boolean
  /** The process has died by itself. */
  readonly onCrash: (when: string) => void
  /** A defect: an error that clients see as `internal`. */
  readonly onDefect: (error: unknown) => void
}

const NEVER_MS = 1e9
const CLOSE_TIMEOUT_MS = 5000

/** One life of a server, from its start to its end. */
export class ServerProcess implements Pick<Host, 'accept'> {
  readonly #options: ServerProcessOptions
  readonly #ingest: Ingest
  readonly #feed: Feed
  readonly #executionFeed: ExecutionFeed
  readonly #calls = new CallsUnderWay()
  readonly #trpc: TrpcServer
  readonly #sockets = new Map<ServerSocket, Liveness>()
  readonly #clock: Clock
  #phase: 'alive' | 'dead' = 'alive'

  constructor(options: ServerProcessOptions) {
    this.#options = options
    const { disk, random, health, storeMs, sizes, polls, network } = options
    const isAlive = (): boolean => this.#phase === 'alive'
    const clock = (this.#clock = {
      now: network.time.now,
      after: (ms, callback) => network.time.after(ms, () => isAlive() && callback()),
      soon: (callback) => void network.time.after(0, () => isAlive() && callback()),
    } satisfies Clock)
    const bus = options.bus.port(isAlive)
    const store = new NodeStore({
      disk,
      random: random.fork(),
      health,
      callMs: storeMs,
      logsPerRead: sizes.logsPerRead,
      withoutBlock: options.withoutBlock,
      sleep: (ms) => new Promise((resolve) => void clock.after(ms, resolve)),
      crash: options.onCrash,
    })
    const rhythm = polls ? {} : { pollIntervalMs: NEVER_MS, syncIntervalMs: NEVER_MS }
    const made = { store, bus, clock, random: random.next, ...rhythm }
    this.#ingest = new Ingest({ ...made, ...sizes, newId: () => `made${random.int(0, 1e9)}` })
    this.#feed = new Feed({ ...made, ringBytes: sizes.ringBytes })
    this.#executionFeed = new ExecutionFeed(made)
    this.#trpc = this.#trpcServer(store)
    this.#watchLiveness()
  }

  accept(link: Link): ServerSocket {
    const { network, sizes } = this.#options
    const socket = new ServerSocket(network, link, sizes.highBytes)
    this.#sockets.set(socket, beginLiveness(sample(socket, this.#clock.now())))
    socket.once('close', () => this.#sockets.delete(socket))
    new TrpcSocket(this.#trpc, socket as never, { url: '/trpc', headers: { host: 'simulated' } } as never)
    return socket
  }

  /** `killed`: the operating system still tells the peers. `unplugged`: nobody does. */
  crash(how: 'killed' | 'unplugged'): void {
    this.#phase = 'dead'
    for (const { link } of this.#sockets.keys()) {
      if (how === 'unplugged') link.vanish()
      else link.cut(this.#options.network.latencyMs)
    }
  }

  /** Asks every client to open another connection: there is somebody else who listens. */
  announceEnd(): void {
    for (const socket of this.#sockets.keys()) socket.send('{"id":null,"method":"reconnect"}')
  }

  /** A planned stop, in the order in which the real one goes. */
  async stop(): Promise<void> {
    const { time } = this.#options.network
    await Promise.race([this.#calls.stop(), time.sleep(CLOSE_TIMEOUT_MS)])
    await Promise.race([this.#ingest.close(), time.sleep(CLOSE_TIMEOUT_MS)])
    await time.sleep(0)
    for (const socket of this.#sockets.keys()) socket.close(CLOSE_CODES.goingAway, 'The server stops')
    for (let waitedMs = 0; this.#sockets.size > 0 && waitedMs < CLOSE_TIMEOUT_MS; waitedMs += 100) await time.sleep(100)
    this.#feed.close()
    this.#executionFeed.close()
    this.crash('killed')
  }

  #trpcServer(store: NodeStore): TrpcServer {
    const { onDefect } = this.#options
    const services = { ingest: this.#ingest, feed: this.#feed, executionFeed: this.#executionFeed, store }
    const sessions = new Sessions({
      authenticate: () => undefined,
      authorize: allowAll,
      calls: this.#calls,
      limits: DEFAULTS.limits,
      logger: silentLogger,
    })
    return {
      router: createRouter(services),
      services,
      sessions,
      limits: DEFAULTS.limits,
      onError: (error) => {
        const outside = wireError(error)
        if (outside.code === 'internal') onDefect(outside.cause)
      },
    }
  }

  /** What the real socket server does by its timer. */
  #watchLiveness(): void {
    this.#clock.after(KEEP_ALIVE.pingAfterMs / 4, () => {
      for (const [socket, before] of this.#sockets) {
        if (socket.readyState !== socket.OPEN) continue
        const { liveness, action } = observe(before, sample(socket, this.#clock.now()), DEFAULTS.keepAlive)
        this.#sockets.set(socket, liveness)
        if (action === 'ping') socket.ping()
        if (action === 'terminate') socket.terminate()
        if (action === 'close_slow') this.#closeSlow(socket)
      }
      this.#watchLiveness()
    })
  }

  #closeSlow(socket: ServerSocket): void {
    this.#clock.after(DEFAULTS.keepAlive.pongWithinMs, () => socket.terminate())
    socket.close(CLOSE_CODES.tooSlow, 'Nothing was read for too long')
  }
}

function sample(socket: ServerSocket, nowMs: number): Sample {
  return {
    nowMs,
    receivedBytes: socket.receivedBytes,
    flushedBytes: socket.link.down.flushedBytes,
    unsentBytes: socket.bufferedAmount,
  }
}
