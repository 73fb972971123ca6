// The newest executions to choose from, and the chosen one.

import { useMemo, useState } from 'react'
import { Monitor } from './Monitor.tsx'
import { runtail, useWatch } from './runtail.ts'
import { Summary } from './Summary.tsx'

export function App() {
  const { executions } = useWatch(useMemo(() => runtail.executions.watch({ limit: 5 }), []))
  const { status } = useWatch(runtail.connection)
  const [chosen, setChosen] = useState<string>()
  const [ended, setEnded] = useState<string>()
  const id = chosen ?? executions[0]?.id
  return (
    <main>
      <h1>Executions</h1>
      <p role="status">{ended ?? status}</p>
      <ul>
        {executions.map((execution) => (
          <li key={execution.id}>
            <button onClick={() => setChosen(execution.id)} aria-current={execution.id === id}>
              {execution.name ?? execution.workflow_id}: {execution.status}
            </button>
          </li>
        ))}
      </ul>
      {id !== undefined && (
        <>
          <Summary id={id} />
          <Monitor id={id} onEnded={(execution) => setEnded(`${execution.workflow_id} ${execution.status}`)} />
        </>
      )}
    </main>
  )
}
