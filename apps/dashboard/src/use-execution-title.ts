// An execution enters; the tab's title tells its status and name, also while the tab is in the background.

import type { Execution } from '@runtail/core'
import { EXECUTION_STATUS_LOOKS } from '@runtail/vue'
import { watchEffect } from 'vue'

/** What a tab or a bookmark can show of a name, in characters. */
const NAME_LENGTH = 60

/** Keeps `document.title` for as long as the component lives; the next page sets its own. */
export function useExecutionTitle(execution: () => Execution | undefined): void {
  watchEffect(() => {
    const known = execution()
    if (!known) return
    document.title = `${EXECUTION_STATUS_LOOKS[known.status].emoji} ${shortened(known.name ?? known.workflow_id)} · Runtail`
  })
}

function shortened(name: string): string {
  const characters = Array.from(name)
  return characters.length > NAME_LENGTH ? `${characters.slice(0, NAME_LENGTH - 1).join('')}…` : name
}
