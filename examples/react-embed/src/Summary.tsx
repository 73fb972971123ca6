// An execution's id enters, what a page of its own making says of it leaves: status, counts, and the last lines.

import { useMemo } from 'react'
import { runtail, useWatch } from './runtail.ts'

const SHOWN = 5

export function Summary({ id }: { id: string }) {
  const { execution, logs, head, status } = useWatch(useMemo(() => runtail.watch(id, { last: 100 }), [id]))
  if (!execution) return <p>{status === 'not_found' ? 'There is no such execution.' : 'Loading …'}</p>
  const first = Math.max(1, head - SHOWN + 1)
  const newest = Array.from({ length: head - first + 1 }, (_, index) => first + index)
  return (
    <section aria-label="Summary">
      <h2>{execution.name ?? execution.workflow_id}</h2>
      <p>
        {execution.status}, {head} lines, {execution.log_counts.error} errors
      </p>
      <ol start={first}>
        {newest.map((seq) => (
          <li key={seq}>{logs.messageAt(seq)}</li>
        ))}
      </ol>
    </section>
  )
}
