// A data folder enters, how fast `node:sqlite` by itself makes the same rows durable leaves; the logs are made before.

import { join } from 'node:path'
import { BareStore } from '../src/bare-store.ts'
import { executionIds, makeLogs } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

const store = new BareStore(join(process.argv[2] ?? '', 'bare.db'))

answerParent({
  /** Seconds for so many transactions of as many logs, of these executions in turn. */
  insert({ executions, transactions, size }: { executions: number; transactions: number; size: number }): number {
    const ids = executionIds(executions)
    const batches = Array.from({ length: transactions }, (_, index) => ({
      id: ids[index % executions] ?? '',
      logs: makeLogs(ids[index % executions] ?? '', size, { from: index * size }),
    }))
    const started = performance.now()
    for (const { id, logs } of batches) store.append(id, logs)
    return (performance.now() - started) / 1000
  },
})
