// What a server has stored of an execution.

import type { ExecutionLog } from '@runtail/core'
import type { RuntailClient } from '../../src/index.ts'

/** All logs of an execution, read page by page. */
export async function stored(client: RuntailClient, executionId: string): Promise<ExecutionLog[]> {
  const logs: ExecutionLog[] = []
  for (;;) {
    const page = await client.api.logs.read.query({ execution_id: executionId, after: logs.length })
    logs.push(...page.logs)
    if (logs.length >= page.head) return logs
  }
}

/** Their messages. */
export function messages(logs: readonly ExecutionLog[]): (string | undefined)[] {
  return logs.map(({ message }) => message)
}
