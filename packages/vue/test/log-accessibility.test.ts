// The log panel in all its states, in both themes, checked with axe.
import axe from 'axe-core'
import { LogBuffer } from '@runtail/core'
import { afterEach, expect, test } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { logPanel } from './support/log-panel.ts'
import { bufferOf } from './support/panel.ts'

afterEach(() => {
  document.documentElement.style.colorScheme = ''
  document.body.style.background = ''
})

const counts = { debug: 1, info: 2, warning: 3, error: 4 }
const INPUT = '.rt-log-search .rt-input'

/** States of the panel, each made anew. */
const STATES: Readonly<Record<string, (isNarrow: boolean) => Promise<{ wrapper: { unmount(): void } }>>> = {
  async 'search, filter, link, gaps'(isNarrow) {
    const logs = bufferOf(50)
    logs.put(makeLog(60, { level: 'error' }))
    const panel = await logPanel(logs, { isNarrow, counts, gaps: logs.holes(), hash: '#L60' })
    panel.viewport.focus()
    await panel.press('4')
    await panel.press('f', { ctrlKey: true })
    await panel.type(INPUT, 'line')
    await panel.press('Enter')
    return panel
  },
  async 'a bad pattern, and a load that failed'(isNarrow) {
    const logs = new LogBuffer()
    logs.put(makeLog(60))
    const load = () => Promise.reject(new Error('The server does not answer.'))
    const panel = await logPanel(logs, { isNarrow, counts, unloaded: [{ from: 1, to: 59 }], load })
    await panel.click('Search')
    await panel.type(INPUT, 'x')
    await panel.click('Regular expression')
    await panel.type(INPUT, '(')
    return panel
  },
  async 'loading, nothing matches'(isNarrow) {
    const logs = new LogBuffer()
    logs.put(makeLog(60))
    const load = () => new Promise<void>(() => {})
    const panel = await logPanel(logs, { isNarrow, unloaded: [{ from: 1, to: 59 }], load })
    panel.viewport.focus()
    await panel.press('4')
    return panel
  },
  async 'details with trees'(isNarrow) {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { message: 'x'.repeat(10_000), input_data: { a: [1, { b: 'text' }] }, output_data: null }))
    const panel = await logPanel(logs, { isNarrow })
    await panel.click('Line 1')
    for (const summary of panel.root.querySelectorAll<HTMLElement>('.rt-json-summary')) summary.click()
    return panel
  },
  async shortcuts(isNarrow) {
    const panel = await logPanel(bufferOf(10), { isNarrow })
    await panel.press('?')
    return panel
  },
  async menus(isNarrow) {
    const panel = await logPanel(bufferOf(10), { isNarrow, counts, density: 'compact' })
    await panel.click('Menu')
    await panel.click('Copy, download')
    return panel
  },
}

for (const theme of ['light', 'dark'] as const) {
  test.each(Object.entries(STATES))(`${theme}: %s`, async (_name, make) => {
    for (const isNarrow of [false, true]) {
      document.documentElement.style.colorScheme = theme
      document.body.style.background = theme === 'light' ? '#ffffff' : '#0e1116'
      const panel = await make(isNarrow)
      const { violations } = await axe.run(document.body, { rules: { region: { enabled: false } } })
      expect(
        violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
        ),
      ).toEqual([])
      panel.wrapper.unmount()
    }
  })
}
