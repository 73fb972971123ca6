// An address enters, which page it means leaves; reading and writing of addresses are here together, so that they agree.

import { EXECUTION_STATUSES, type ExecutionStatus } from '@runtail/core'

/** What the dashboard shows, with what the address says about it. */
export type Page =
  | { readonly name: 'executions'; readonly status: ExecutionStatus | undefined }
  | { readonly name: 'execution'; readonly id: string }
  | { readonly name: 'monitoring' }
  | { readonly name: 'redirect'; readonly path: string }
  | { readonly name: 'not-found' }

/** The page of an address; `root` is the path of the dashboard, such as `/`. */
export function pageOf(url: URL, root: string): Page {
  const [, first = '', second] = /^([^/]*)(?:\/([^/]+))?\/?$/.exec(url.pathname.slice(root.length)) ?? [undefined, '?']
  if (first === 'executions' && second) {
    const id = decoded(second)
    return id === undefined ? { name: 'not-found' } : { name: 'execution', id }
  }
  if (second) return { name: 'not-found' }
  if (first === '') return { name: 'redirect', path: 'executions' }
  if (first === 'monitoring') return { name: 'monitoring' }
  if (first !== 'executions') return { name: 'not-found' }
  // A status that there is; anything else shows all.
  const status = url.searchParams.get('status')
  return { name: 'executions', status: EXECUTION_STATUSES.find((known) => known === status) }
}

/** The path of an execution's page, from the root. */
export function executionPath(id: string): string {
  return `executions/${encodeURIComponent(id)}`
}

/** Undefined for what is no percent-encoded UTF-8. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
