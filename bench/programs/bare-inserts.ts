// A data folder enters, how fast `node:sqlite` by itself makes the same rows durable leaves; the logs are made before.

import { join } from 'node:path'
import { BareStore } from '../src/bare-store.ts'
import { executionIds, makeLogs, type LogKind } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

const store = new BareStore(join(process.argv[2] ?? '', 'bare.db'))

/** What is inserted: so many transactions of as many logs, of these executions in turn. */
export interface Inserts {
  readonly executions: number
  readonly transactions: number
  readonly size: number
  readonly kind?: LogKind | undefined
}

answerParent({
  /** Gives the seconds that it took. */
  insert({ executions, transactions, size, kind }: Inserts): number {
    const ids = executionIds(executions)
    const batches = Array.from({ length: transactions }, (_, index) => ({
      id: ids[index % executions] ?? '',
      logs: makeLogs(ids[index % executions] ?? '', size, { from: index * size, kind }),
    }))
    const started = performance.now()
    for (const { id, logs } of batches) store.append(id, logs)
    return (performance.now() - started) / 1000
  },
})
