// What the caller of createServer chose enters, complete and checked options leave; every default stands here once.

import { KEEP_ALIVE, LIMITS, RuntailError } from '@runtail/core'
import { allowAll, type Authenticate, type Authorize } from './authorize.ts'
import { harmless, type Logger, silentLogger } from './logger.ts'

/** Bounds on what one client, or all of them, may hold at once. */
export interface ServerLimits {
  /** Bytes of one WebSocket message or HTTP body. @default 1048576 (1 MiB) */
  readonly frameBytes: number
  /** Subscriptions on one socket. @default 200 */
  readonly subscriptionsPerSocket: number
  /** Calls that one socket may have under way: queries, mutations, and subscriptions that are not admitted yet. @default 256 */
  readonly callsPerSocket: number
  /** Calls in one message or HTTP request. @default 1000 */
  readonly callsPerMessage: number
  /** WebSockets at once. @default 10000 */
  readonly sockets: number
}

/** How a silent peer is noticed. */
export interface KeepAliveTimes {
  /** Milliseconds of silence before a ping. @default 4000 */
  readonly pingAfterMs: number
  /** Milliseconds to wait for a sign of life after a ping. @default 4000 */
  readonly pongWithinMs: number
  /** Milliseconds that a peer with unsent data may take nothing and say nothing, before it is closed as too slow. @default 30000 */
  readonly stallMs: number
}

/** When a socket counts as full. */
export interface FlowMarks {
  /** Unsent bytes from which followers wait. @default 262144 (256 KiB) */
  readonly highBytes: number
  /** Unsent bytes to which a full socket must drain before they go on. @default 65536 (64 KiB) */
  readonly lowBytes: number
  /** Unsent bytes at which a socket is ended: reached only by peers that ask and never read. @default 8388608 (8 MiB) */
  readonly maxBytes: number
}

/** Options of `createServer`; each may be left out. */
export interface ServerOptions {
  /** Address to listen on. @default '127.0.0.1' */
  readonly host?: string
  /** Port to listen on; 0 takes a free one. @default 3000 */
  readonly port?: number
  /** Where logs are durable: a SQLite file in `dataDir`, or memory (for tests). @default 'sqlite' */
  readonly store?: 'sqlite' | 'memory'
  /** Folder of the database; made where it is absent. @default '.runtail' */
  readonly dataDir?: string
  /** Folder of the built dashboard. @default none: a page says how to build it */
  readonly dashboardDir?: string
  /** The demo workflows, and the folder that they read. @default false */
  readonly demo?: { readonly folder: string } | false
  /** Says who asks. @default everybody is nobody in particular */
  readonly authenticate?: Authenticate
  /** Says who may do what. @default everybody may do everything, which is accepted on loopback only */
  readonly authorize?: Authorize
  /** Listen beyond loopback although everybody may do everything. @default false */
  readonly insecure?: boolean
  /** Origins (`https://example.com`) beside the server's own, from which browsers may connect and write. @default [] */
  readonly allowedOrigins?: readonly string[]
  /** Host names beside the loopback ones, by which the server may be called. Not checked beyond loopback while empty. @default [] */
  readonly allowedHosts?: readonly string[]
  readonly limits?: Partial<ServerLimits>
  readonly keepAlive?: Partial<KeepAliveTimes>
  readonly flow?: Partial<FlowMarks>
  /** Milliseconds that a planned stop waits for calls under way, and again for sockets to close. @default 5000 */
  readonly closeTimeoutMs?: number
  /** @default says nothing */
  readonly logger?: Logger
}

/** The default of every option that has one. */
export const DEFAULTS = {
  host: '127.0.0.1',
  port: 3000,
  store: 'sqlite',
  dataDir: '.runtail',
  demo: false,
  authenticate: () => undefined,
  authorize: allowAll,
  insecure: false,
  allowedOrigins: [],
  allowedHosts: [],
  limits: {
    frameBytes: LIMITS.frameBytes,
    subscriptionsPerSocket: LIMITS.subscriptionsPerSocket,
    callsPerSocket: 256,
    callsPerMessage: 1000,
    sockets: 10_000,
  },
  keepAlive: { ...KEEP_ALIVE, stallMs: 30_000 },
  flow: { highBytes: 256 * 1024, lowBytes: 64 * 1024, maxBytes: 8 * 1024 * 1024 },
  closeTimeoutMs: 5000,
  logger: silentLogger,
} as const satisfies ServerOptions

/** Options with nothing left open. */
export interface ResolvedOptions extends Required<Omit<ServerOptions, 'dashboardDir'>> {
  readonly dashboardDir: string | undefined
  readonly limits: ServerLimits
  readonly keepAlive: KeepAliveTimes
  readonly flow: FlowMarks
}

/** Fills in the defaults. @throws RuntailError `invalid_option` */
export function resolveOptions(options: ServerOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    ...DEFAULTS,
    ...options,
    dashboardDir: options.dashboardDir,
    logger: options.logger ? harmless(options.logger) : DEFAULTS.logger,
    limits: { ...DEFAULTS.limits, ...options.limits },
    keepAlive: { ...DEFAULTS.keepAlive, ...options.keepAlive },
    flow: { ...DEFAULTS.flow, ...options.flow },
  }
  check(resolved)
  return resolved
}

const STORES: ReadonlySet<string> = new Set<ResolvedOptions['store']>(['sqlite', 'memory'])

function check(options: ResolvedOptions): void {
  const { host, port, store, dataDir, demo, limits, keepAlive, flow } = options
  if (host === '') throw invalid('host', 'must be an address or a name', host)
  if (!isWithin(port, 0, 65_535)) throw invalid('port', 'must be a whole number from 0 to 65535', port)
  if (!STORES.has(store)) throw invalid('store', "must be 'sqlite' or 'memory'", store)
  if (dataDir === '') throw invalid('dataDir', 'must name a folder', dataDir)
  if (demo && demo.folder === '') throw invalid('demo.folder', 'must name a folder', demo.folder)
  for (const origin of options.allowedOrigins) {
    if (!isOrigin(origin)) throw invalid('allowedOrigins', 'must hold origins such as https://example.com', origin)
  }
  const counts = { limits, keepAlive, flow, closeTimeoutMs: { '': options.closeTimeoutMs } }
  for (const [group, values] of Object.entries(counts)) {
    for (const [name, value] of Object.entries(values)) {
      if (isWithin(value, 1, Number.MAX_SAFE_INTEGER)) continue
      throw invalid(name === '' ? group : `${group}.${name}`, 'must be a whole number above 0', value)
    }
  }
  if (flow.lowBytes > flow.highBytes || flow.highBytes > flow.maxBytes) {
    throw invalid('flow', 'must have lowBytes ≤ highBytes ≤ maxBytes', JSON.stringify(flow))
  }
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

function invalid(option: string, rule: string, value: unknown): RuntailError {
  return new RuntailError('invalid_option', {
    message: `Option ${option} ${rule}, but is ${typeof value === 'string' ? `"${value}"` : String(value)}.`,
    data: { option, value },
  })
}
