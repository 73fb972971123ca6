// What a page without Vue imports: the monitor as a custom element, with everything that it needs.

import { makeMonitorElement, type RuntailMonitorElement } from './monitor-element.ts'

export type { RuntailMonitorElement } from './monitor-element.ts'

/** Options of {@link defineRuntailMonitor}. */
export interface MonitorElementOptions {
  /** @default 'runtail-monitor' */
  readonly name?: string
  /** The server of elements without a `url`. @default the server that the page came from */
  readonly url?: string
}

/** Registers `<runtail-monitor>`; a name that is taken stays as it is. */
export function defineRuntailMonitor({ name = 'runtail-monitor', url }: MonitorElementOptions = {}): void {
  if (!customElements.get(name))
    customElements.define(
      name,
      makeMonitorElement(() => url ?? '/'),
    )
}

declare global {
  interface HTMLElementTagNameMap {
    'runtail-monitor': RuntailMonitorElement
  }
}
