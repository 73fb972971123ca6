// Work enters, and whoever it reports to; which reporter is the innermost, wherever it is asked, leaves. Only Node knows, in node/; without, there is none.

import { RuntailError } from '@runtail/core'
import { LineReporter } from './reporter.ts'
import type { Reporter, Reporting } from './types.ts'

/** What an execution's work carries with it, across awaits, timers and callbacks. */
export interface Context {
  /** The innermost reporter here. */
  readonly current: () => Reporter | undefined
  /** Runs work in which this reporter is the innermost. */
  readonly within: <Result>(reporter: Reporter, work: () => Result) => Result
}

/** Where nothing is carried along. */
export const noContext: Context = {
  current: () => undefined,
  within: (_reporter, work) => work(),
}

/** What reports where there is no execution: steps run, lines go nowhere, which is told once. */
export function nowhere(onError: (error: RuntailError) => void): Reporting {
  let isTold = false
  const root = { step_name: '', step_type: '' }
  return new LineReporter(
    {
      executionId: '',
      root,
      redactor: undefined,
      isReady: true,
      ready: () => Promise.resolve(),
      within: (_reporter, work) => work(),
      failed() {},
      add(line) {
        line.settle?.({ code: 'no_context', reason: 'it was reported outside of any execution' })
        if (isTold) return
        isTold = true
        onError(
          new RuntailError('no_context', {
            message:
              'Something was reported with the client itself outside of execute(), run() and step(), and is lost. Report it to the handle of its execution, or within one of these; browsers have handles only.',
          }),
        )
      },
    },
    root,
  )
}
