// An execution enters, its final state leaves, through lost connections; of its logs only those arrive that are reported meanwhile.

import { isTerminal, type Execution } from '@runtail/core'
import { closed } from './closed.ts'
import { startTimer } from './timers.ts'
import type { RuntailViewer, WaitOptions } from './types.ts'

/** Waits until an execution is over. @throws RuntailError, the signal's reason, or a `TimeoutError` */
export async function waitForCompletion(
  viewer: Pick<RuntailViewer, 'follow'>,
  executionId: string,
  { signal: wanted, timeoutMs }: WaitOptions = {},
): Promise<Execution> {
  const late = new AbortController()
  const tooLate = (): void =>
    late.abort(new DOMException(`${executionId} was not over within ${timeoutMs} ms.`, 'TimeoutError'))
  const cancel = timeoutMs === undefined ? undefined : startTimer(timeoutMs, tooLate)
  const signal = AbortSignal.any([late.signal, ...(wanted ? [wanted] : [])])
  try {
    // The first update comes at once, with the newest state.
    for await (const { execution } of viewer.follow(executionId, { last: 0, signal })) {
      if (isTerminal(execution.status)) return execution
    }
  } finally {
    cancel?.()
  }
  signal.throwIfAborted()
  throw closed()
}
