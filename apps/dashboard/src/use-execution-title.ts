// An execution enters; the tab's title tells its status and name, also while the tab is in the background.

import type { Execution } from '@runtail/core'
import { EXECUTION_STATUS_LOOKS } from '@runtail/vue'
import { watchEffect } from 'vue'

/** Keeps `document.title` for as long as the component lives; the next page sets its own. */
export function useExecutionTitle(execution: () => Execution | undefined): void {
  watchEffect(() => {
    const known = execution()
    if (!known) return
    document.title = `${EXECUTION_STATUS_LOOKS[known.status].emoji} ${known.name ?? known.workflow_id} · Runtail`
  })
}
