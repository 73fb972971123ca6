// How statuses look and are called; colours are the style sheet's, found by the status itself.

import type { ConnectionStatus } from '@runtail/client-sdk'
import type { ExecutionStatus } from '@runtail/core'

/** How a status is told: never by colour alone. */
export interface StatusLook {
  readonly emoji: string
  readonly label: string
  /** Lines in a square of 16, for those who prefer them to emoji. */
  readonly path: string
}

const CIRCLE = 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z'

/** The look of each status. */
export const EXECUTION_STATUS_LOOKS: { readonly [S in ExecutionStatus]: StatusLook } = {
  pending: { emoji: '⏳', label: 'Pending', path: `${CIRCLE}M8 5v3l2 2` },
  running: { emoji: '🔄', label: 'Running', path: 'M13.5 8a5.5 5.5 0 1 1-2-4.2M13.5 2v3h-3' },
  completed: { emoji: '✅', label: 'Completed', path: `${CIRCLE}M5.5 8l2 2L11 6` },
  failed: { emoji: '❌', label: 'Failed', path: `${CIRCLE}M6 6l4 4M10 6l-4 4` },
  canceled: { emoji: '🚫', label: 'Canceled', path: `${CIRCLE}M4 12l8-8` },
}

/** How each status of a connection is called. */
export const CONNECTION_STATUS_LABELS: { readonly [S in ConnectionStatus]: string } = {
  connecting: 'Connecting',
  connected: 'Connected',
  disconnected: 'Disconnected',
  error: 'Error',
}
