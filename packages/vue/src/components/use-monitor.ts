// What the monitor was given enters; what it shows leaves: the newest state, how far that can be believed, since when nothing came, what is wrong.

import type { ExecutionSnapshot } from '@runtail/client-sdk'
import { isTerminal, type Execution } from '@runtail/core'
import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { failedLine } from '../failed-line.ts'
import { standingOf, type Standing } from '../standing.ts'
import { useConnection, type UseConnection } from '../use-connection.ts'
import { newest, useExecution, type UseExecution } from '../use-execution.ts'

/** What {@link useMonitor} gives. */
export interface UseMonitor extends UseConnection, Pick<UseExecution, 'snapshot' | 'load'> {
  readonly id: ComputedRef<string>
  readonly shown: ComputedRef<Execution | undefined>
  readonly standing: ComputedRef<Standing>
  /** While the state may have changed since: when something last came, in Unix milliseconds. */
  readonly asOfMs: ComputedRef<number | undefined>
  /** While it runs: when its last line was written, in Unix milliseconds. */
  readonly lastLineMs: ComputedRef<number | undefined>
  /** The line where a failed execution went wrong. */
  readonly failedSeq: ComputedRef<number | undefined>
  /** What to say in place of lines. */
  readonly placeholder: ComputedRef<string>
  readonly problem: ComputedRef<string | undefined>
}

/** Watches an execution, or the one with this id, beginning with its last lines. */
export function useMonitor(
  execution: () => Execution | string,
  last: () => number | undefined,
  onEnded: (execution: Execution) => void,
): UseMonitor {
  const given = computed(() => knownOf(execution()))
  const id = computed(() => idOf(execution()))
  const { snapshot, status, load } = useExecution(id, () => ({ last: last() }))
  const { connection, reconnect } = useConnection()

  const shown = computed(() => newest(snapshot.value.execution, given.value))
  const isOver = computed(() => shown.value !== undefined && isTerminal(shown.value.status))
  const standing = computed(() =>
    standingOf({ execution: shown.value?.status, watch: status.value, connection: connection.value.status }),
  )

  watch([id, status], ([newId, now], [oldId, before]) => {
    if (newId === oldId && before === 'live' && now === 'ended' && shown.value) onEnded(shown.value)
  })

  const arrivedMs = useArrival(snapshot)
  return {
    id,
    snapshot,
    load,
    connection,
    reconnect,
    shown,
    standing,
    asOfMs: computed(() => (standing.value === 'stale' ? snapshot.value.updatedMs : undefined)),
    lastLineMs: computed(() => {
      const { logs, version } = snapshot.value
      if (standing.value !== 'live' || version < 0 || logs.last === 0) return undefined
      // Clocks of producers are not ours: what has just come is new, whatever it says.
      return Math.max(logs.timeAt(logs.last) || 0, arrivedMs.value)
    }),
    failedSeq: computed(() =>
      shown.value?.status === 'failed' && snapshot.value.version >= 0 ? failedLine(snapshot.value.logs) : undefined,
    ),
    placeholder: computed(() => {
      if (status.value === 'loading') {
        return connection.value.status === 'connected' ? 'Loading lines…' : 'Waiting for the connection…'
      }
      return isOver.value ? 'It ended without a line.' : 'Waiting for the first line…'
    }),
    problem: computed(() => problemOf(snapshot.value, standing.value)),
  }
}

function idOf(execution: Execution | string): string {
  return typeof execution === 'string' ? execution : execution.id
}

function knownOf(execution: Execution | string): Execution | undefined {
  return typeof execution === 'string' ? undefined : execution
}

/** A lost connection is the notice's to tell; what remains is what the server says against us. */
function problemOf({ status, error }: ExecutionSnapshot, standing: Standing): string | undefined {
  if (status === 'not_found')
    return standing === 'missing' ? undefined : 'The server does not have this execution any more.'
  return status === 'error' && error?.code !== 'disconnected' ? error?.message : undefined
}

/** When a line last came that is not of the past, in Unix milliseconds; 0 before the first. */
function useArrival(snapshot: Readonly<ShallowRef<ExecutionSnapshot>>): Ref<number> {
  const arrivedMs = shallowRef(0)
  watch(snapshot, (now, before) => {
    if (now.logs !== before.logs) arrivedMs.value = 0
    else if (before.status === 'live' && now.head > before.head) arrivedMs.value = Date.now()
  })
  return arrivedMs
}
