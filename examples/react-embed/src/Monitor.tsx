// The element in React: attributes as props, its events as `on…`; it is registered once, and brings its own styles and connection.

import type { Execution } from '@runtail/client-sdk'
import { defineRuntailMonitor, type RuntailMonitorElement } from '@runtail/vue/element'
import type { HTMLAttributes } from 'react'

defineRuntailMonitor()

interface MonitorAttributes extends HTMLAttributes<RuntailMonitorElement> {
  readonly 'execution-id': string
  readonly density?: 'full' | 'compact'
  readonly onended?: (event: CustomEvent<Execution>) => void
}

declare module 'react/jsx-runtime' {
  namespace JSX {
    interface IntrinsicElements {
      'runtail-monitor': MonitorAttributes
    }
  }
}

export function Monitor({ id, onEnded }: { id: string; onEnded: (execution: Execution) => void }) {
  return <runtail-monitor execution-id={id} density="compact" onended={({ detail }) => onEnded(detail)} />
}
