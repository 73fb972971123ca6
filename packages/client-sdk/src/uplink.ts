// What is reported enters, the server's procedures take it: the one place that maps producing to the names and shapes of the API.

import type { Calls } from './calls.ts'
import type { Uplink } from './producer.ts'

/** The way to the server over these calls. */
export function uplinkOver(calls: Calls): Uplink {
  return {
    create: (execution) => calls.mutate('executions.create', JSON.stringify(execution)),
    // The lines are JSON already: nothing is written twice.
    append(executionId, lines) {
      const logs = lines.map(({ json }) => json).join(',')
      return calls.mutate('logs.append', `{"execution_id":${JSON.stringify(executionId)},"logs":[${logs}]}`)
    },
  }
}
