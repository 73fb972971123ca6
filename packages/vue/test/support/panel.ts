// Logs enter, a log panel on a real page leaves, with what a reader can see of it and do to it.

import { LogBuffer } from '@runtail/core'
import { ExecutionLogViewer } from '../../src/index.ts'
import { putLines } from './fake-client.ts'
import { painted, show } from './page.ts'

/** A panel over `logs`, and what tests do with it. */
export async function panelOf(logs: LogBuffer) {
  const props = () => ({ version: logs.count, head: logs.last, gaps: logs.holes() })
  const wrapper = show(ExecutionLogViewer, { props: { logs, ...props() } })
  const viewport = wrapper.get('.rt-viewport').element as HTMLElement
  const rows = () => [...viewport.querySelectorAll<HTMLElement>('.rt-row')]
  await painted()
  return {
    wrapper,
    viewport,
    rows,
    texts: () =>
      rows().map((row) => row.querySelector('.rt-row-message')?.textContent?.trim() ?? row.textContent.trim()),
    mode: () => wrapper.get('.rt-log-viewer').attributes('data-follow'),
    pill: () => wrapper.find('.rt-pill'),
    async grow(count: number, every?: Parameters<typeof putLines>[2]) {
      putLines(logs, count, every)
      await wrapper.setProps(props())
      await painted()
    },
    async refresh() {
      await wrapper.setProps(props())
      await painted()
    },
    async scrollTo(top: number) {
      viewport.scrollTop = top
      await painted()
    },
    async press(key: string) {
      viewport.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
      await painted()
    },
  }
}

/** `count` lines, from the first on. */
export function bufferOf(count: number): LogBuffer {
  const logs = new LogBuffer()
  putLines(logs, count)
  return logs
}
