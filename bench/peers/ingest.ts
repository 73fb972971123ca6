// A way to open a producer on a database enters, a contestant leaves that makes batches of logs durable with several producers at once and says how many a second.

import type { NewExecutionLog } from '@runtail/core'
import type { Contestant, Figures } from '../src/case.ts'
import { executionIds, makeLogs, type LogKind } from '../src/lines.ts'

/** What every ingest contestant does in a run. */
export interface IngestWork {
  readonly producers: number
  /** Of each producer, one after another: the next when the one before is durable. */
  readonly batches: number
  readonly batchSize: number
  /** @default 'flood' */
  readonly kind?: LogKind
}

/** Resolves when the logs are durable. */
export type AppendBatch = (executionId: string, from: number, logs: readonly NewExecutionLog[]) => Promise<void>

/** A peer: what it needs, and how it is started. */
export interface IngestPeer {
  readonly name: string
  unavailable(): Promise<string | undefined>
  /** Starts the server, connects as many producers, and leaves what ends both on the stack. */
  open(producers: number, stack: AsyncDisposableStack): Promise<readonly AppendBatch[]>
}

/** Makes the contestant; its figure is `logs_per_s`. */
export function ingestContestant(peer: IngestPeer, { producers, batches, batchSize, kind }: IngestWork): Contestant {
  const stack = new AsyncDisposableStack()
  let appends: readonly AppendBatch[] = []
  return {
    name: peer.name,
    unavailable: () => peer.unavailable(),
    async prepare() {
      appends = await peer.open(producers, stack)
    },
    async run(): Promise<Figures> {
      const work = executionIds(producers).map((id) => ({
        id,
        made: Array.from({ length: batches }, (_, index) => makeLogs(id, batchSize, { from: index * batchSize, kind })),
      }))
      const started = performance.now()
      await Promise.all(
        work.map(async ({ id, made }, producer) => {
          for (const [index, logs] of made.entries()) await appends[producer]?.(id, index * batchSize, logs)
        }),
      )
      return { logs_per_s: (1000 * producers * batches * batchSize) / (performance.now() - started) }
    },
    close: () => stack.disposeAsync(),
  }
}
