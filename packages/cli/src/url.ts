// What people type as the server's address enters, the address of the socket or of a page of the dashboard leaves.

import { UsageError } from './usage-error.ts'

/** Where a server listens unless told otherwise. */
export const DEFAULT_URL = 'ws://localhost:3000/trpc'

const SOCKET_PROTOCOLS: Readonly<Record<string, string>> = {
  'http:': 'ws:',
  'https:': 'wss:',
  'ws:': 'ws:',
  'wss:': 'wss:',
}

/** The address of the server's socket: `http://host`, `host:port`, `ws://host/trpc` and `https://host/prefix/` all do. */
export function socketUrl(text: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `ws://${text}`
  const url = URL.canParse(withScheme) ? new URL(withScheme) : undefined
  const protocol = url && SOCKET_PROTOCOLS[url.protocol]
  if (!url || !protocol || url.hostname === '') {
    throw new UsageError(`"${text}" is not the address of a server`, 'write it like http://localhost:3000')
  }
  const path = url.pathname.replace(/\/+$/, '')
  return `${protocol}//${url.host}${path.endsWith('/trpc') ? path : `${path}/trpc`}${url.search}`
}

/** Where the dashboard shows an execution. */
export function executionPage(socket: string, executionId: string): string {
  const url = new URL(socket)
  const prefix = url.pathname.replace(/\/trpc$/, '')
  const protocol = url.protocol === 'wss:' ? 'https:' : 'http:'
  return `${protocol}//${url.host}${prefix}/executions/${encodeURIComponent(executionId)}`
}
