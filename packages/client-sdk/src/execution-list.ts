// Pages and changes of executions enter, one list without repeats leaves, newest first. Pure.

import type { Execution, ExecutionStatus } from '@runtail/core'

/** Which executions belong into the list. */
export interface ListFilter {
  readonly status?: ExecutionStatus
  readonly workflow_id?: string
}

/** The list with older executions of a page at its end. */
export function withOlder(list: readonly Execution[], page: readonly Execution[]): readonly Execution[] {
  const known = new Set(list.map(({ id }) => id))
  return [...list, ...page.filter(({ id }) => !known.has(id))]
}

/** What {@link withChanges} must know beside the changes. */
export interface ListScope {
  readonly filter: ListFilter
  /** Whether there are executions older than the list's last one. */
  readonly hasMore: boolean
}

/**
 * The list after changes, which come oldest first: what is known is replaced where it stands, what is new goes to the front, what no longer
 * fits the filter goes. The same list where nothing of it changed.
 */
export function withChanges(
  list: readonly Execution[],
  changes: readonly Execution[],
  { filter, hasMore }: ListScope,
): readonly Execution[] {
  const places = new Map(list.map(({ id }, index) => [id, index]))
  const next: (Execution | undefined)[] = [...list]
  const front: Execution[] = []
  const oldest = hasMore ? (list.at(-1)?.created_at ?? '') : ''
  for (const execution of changes) {
    const place = places.get(execution.id)
    const known = place === undefined ? undefined : list[place]
    if (place !== undefined && known) {
      if (isNewer(execution, known)) next[place] = fits(execution, filter) ? execution : undefined
    } else if (fits(execution, filter) && execution.created_at >= oldest) {
      // Older than all that is shown: it has its place on a page that was not loaded.
      front.push(execution)
    }
  }
  const kept = next.filter((execution) => execution !== undefined)
  const isSame = front.length === 0 && kept.length === list.length && kept.every((one, index) => one === list[index])
  return isSame ? list : [...front.toSorted(byCreation), ...kept]
}

function isNewer(execution: Execution, known: Execution): boolean {
  return execution.head_seq >= known.head_seq
}

function fits(execution: Execution, { status, workflow_id }: ListFilter): boolean {
  if (status !== undefined && execution.status !== status) return false
  return workflow_id === undefined || execution.workflow_id === workflow_id
}

function byCreation(one: Execution, other: Execution): number {
  if (one.created_at === other.created_at) return 0
  return one.created_at < other.created_at ? 1 : -1
}
