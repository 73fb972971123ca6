// How statuses look and are called; colours are the style sheet's, found by the status itself.

import type { ConnectionStatus } from '@runtail/client-sdk'
import type { ExecutionStatus } from '@runtail/core'

/** Emoji and text: a status is never told by colour alone. */
export const EXECUTION_STATUS_LOOKS: {
  readonly [S in ExecutionStatus]: { readonly emoji: string; readonly label: string }
} = {
  pending: { emoji: '⏳', label: 'Pending' },
  running: { emoji: '🔄', label: 'Running' },
  completed: { emoji: '✅', label: 'Completed' },
  failed: { emoji: '❌', label: 'Failed' },
  canceled: { emoji: '🚫', label: 'Canceled' },
}

export const CONNECTION_STATUS_LABELS: { readonly [S in ConnectionStatus]: string } = {
  connecting: 'Connecting',
  connected: 'Connected',
  disconnected: 'Disconnected',
  error: 'Error',
}
