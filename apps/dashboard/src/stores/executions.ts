// A status enters, the live list of its executions leaves; lists stay known, so that coming back shows the last one at once.

import type { ExecutionListWatch } from '@runtail/client-sdk'
import type { Execution, ExecutionStatus } from '@runtail/core'
import { useRuntail } from '@runtail/vue'
import { defineStore } from 'pinia'

/** Executions that one page of the list loads. */
const PAGE_SIZE = 50

export const useExecutionsStore = defineStore('executions', () => {
  const client = useRuntail()
  const lists = new Map<ExecutionStatus | 'all', ExecutionListWatch>()

  /** The list of a status, or of all; it is live while somebody subscribes to it. */
  function listOf(status: ExecutionStatus | undefined): ExecutionListWatch {
    const key = status ?? 'all'
    const known = lists.get(key)
    if (known) return known
    const list = client.executions.watch({ limit: PAGE_SIZE, ...(status === undefined ? {} : { status }) })
    lists.set(key, list)
    return list
  }

  /** An execution that some list holds: known at once, also without a connection. */
  function find(id: string): Execution | undefined {
    for (const list of lists.values()) {
      const found = list.getSnapshot().executions.find((execution) => execution.id === id)
      if (found) return found
    }
    return undefined
  }

  return { listOf, find }
})
