// An execution enters; the tab's title and icon tell its status, also while the tab is in the background.

import { isTerminal, type Execution, type ExecutionStatus } from '@runtail/core'
import { EXECUTION_STATUS_LOOKS } from '@runtail/vue'
import { onScopeDispose, watchEffect } from 'vue'
import { useConnectionStore } from './stores/connection.ts'

/** What a tab or a bookmark can show of a name, in characters. */
const NAME_LENGTH = 60

const PLAIN_ICON = 'icon.svg'

/** The ground of the icon; the same in both themes, for tabs have one of their own. */
const COLOURS: { readonly [S in ExecutionStatus]: string } = {
  pending: '#57606a',
  running: '#0550ae',
  completed: '#1a7f37',
  failed: '#b42318',
  canceled: '#b42318',
}

/** Keeps title and icon for as long as the component lives; the next page sets its own title. */
export function useExecutionTab(execution: () => Execution | undefined): void {
  const connection = useConnectionStore()
  watchEffect(() => {
    const known = execution()
    if (!known) return
    const isSure = isTerminal(known.status) || connection.connection.status === 'connected'
    const emoji = isSure ? EXECUTION_STATUS_LOOKS[known.status].emoji : '❔'
    document.title = `${emoji} ${shortened(known.name ?? known.workflow_id)} · Runtail`
    setIcon(isSure ? drawn(COLOURS[known.status]) : PLAIN_ICON)
  })
  onScopeDispose(() => setIcon(PLAIN_ICON))
}

function setIcon(href: string): void {
  document.querySelector('link[rel=icon]')?.setAttribute('href', href)
}

/** The lines of `icon.svg` on another ground. */
function drawn(ground: string): string {
  const lines = '<path d="M8 10h16M8 16h11M8 22h6" stroke="#fff" stroke-width="3" stroke-linecap="round"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="${ground}"/>${lines}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

function shortened(name: string): string {
  const characters = Array.from(name)
  return characters.length > NAME_LENGTH ? `${characters.slice(0, NAME_LENGTH - 1).join('')}…` : name
}
