// A way to store and send a burst enters, the questions that every server of the fan-out cases answers leave; logs are made before they are measured.

import type { NewExecutionLog } from '@runtail/core'
import { makeLogs, type LogKind } from './lines.ts'
import { answerParent } from './program.ts'

/** What a round of bursts is made of. */
export interface Bursts {
  readonly executionIds: readonly string[]
  readonly count: number
  readonly size: number
  readonly kind?: LogKind | undefined
}

/** The server of one contestant. */
export interface FanoutServer {
  /** Listens, and gives the URL for followers. */
  listen(): Promise<string>
  /** Makes executions, where those are made. */
  create(executionIds: readonly string[]): Promise<void>
  /** Resolves with the head when the logs are durable; they are on their way to followers by then, or soon. */
  append(executionId: string, logs: readonly NewExecutionLog[]): Promise<number>
}

/** Answers `listen`, `create`, `begin` (makes the logs) and `burst` (appends the next of them). */
export function answerAsFanout(server: FanoutServer): void {
  let bursts: NewExecutionLog[][] = []
  let made = 0
  answerParent({
    listen: () => server.listen(),
    create: (executionIds: readonly string[]) => server.create(executionIds),
    begin({ executionIds, count, size, kind }: Bursts) {
      bursts = Array.from({ length: count }, (_, index) => {
        made += size
        return makeLogs(executionIds[index % executionIds.length] ?? '', size, { from: made, kind })
      })
      globalThis.gc?.()
    },
    burst() {
      const logs = bursts.shift()
      const executionId = logs?.[0]?.execution_id
      if (!logs || executionId === undefined) throw new Error('No burst is left.')
      return server.append(executionId, logs)
    },
  })
}
