// Reading a log panel by hand, by keyboard and by ear: details of a line, where the focus stays, what is announced.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { ExecutionLogViewer } from '../src/index.ts'
import { makeLog, putLines } from './support/fake-client.ts'
import { painted, show } from './support/page.ts'
import { bufferOf, panelOf } from './support/panel.ts'

describe('details of a line', () => {
  test('a long line is clipped until all of it is asked for', async () => {
    const logs = bufferOf(3)
    logs.put(makeLog(4, { message: 'x'.repeat(100_000) }))
    const panel = await panelOf(logs)
    expect(panel.texts()[3]).toHaveLength(8192)
    await panel.wrapper.get('.rt-row-more').trigger('click')
    await painted()
    const detail = panel.wrapper.get('.rt-detail')
    expect(detail.get('.rt-detail-text').text()).toHaveLength(8192)
    await detail.get('.rt-detail-text + button').trigger('click')
    expect(detail.get('.rt-detail-text').text()).toHaveLength(100_000)
  })

  test('shows message, error, input and output; Escape closes it', async () => {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { message: 'a\nb', error_message: 'no', input_data: { url: 'u' }, output_data: [1] }))
    const panel = await panelOf(logs)
    await panel.wrapper.get('.rt-row-more').trigger('click')
    const detail = panel.wrapper.get('.rt-detail')
    expect(detail.findAll('.rt-detail-text').map((part) => part.text())).toEqual(['a\nb', 'no', '"u"', '1'])
    expect(detail.findAll('.rt-json-summary').map((part) => part.text())).toEqual(['{1 key}', '[1 item]'])
    await detail.trigger('keydown', { key: 'Escape' })
    await painted()
    expect(panel.wrapper.find('.rt-detail').exists()).toBe(false)
    expect(document.activeElement).toBe(panel.viewport)
  })
})

describe('a focus in a row', () => {
  async function focused() {
    const logs = bufferOf(500)
    logs.put(makeLog(501, { input_data: { a: 1 } }))
    for (let seq = 502; seq <= 506; seq += 1) logs.put(makeLog(seq))
    const panel = await panelOf(logs)
    const button = panel.wrapper.get('.rt-row-more').element as HTMLElement
    button.focus()
    await painted()
    return { panel, button }
  }

  test('stays there, and ends following: a row that is being used must not leave', async () => {
    const { panel, button } = await focused()
    await panel.grow(100)
    expect(document.activeElement).toBe(button)
    expect(panel.mode()).toBe('READING')
  })

  test('goes back to the viewport when the reader scrolls the row away', async () => {
    const { panel } = await focused()
    await panel.scrollTo(0)
    expect(document.activeElement).toBe(panel.viewport)
  })
})

describe('for screen readers', () => {
  test('a named log that is not live itself, with items that know their place', async () => {
    const panel = await panelOf(bufferOf(1000))
    expect(panel.viewport.getAttribute('role')).toBe('log')
    expect(panel.viewport.getAttribute('aria-live')).toBe('off')
    expect(panel.viewport.getAttribute('aria-label')).toBeTruthy()
    expect(panel.viewport.tabIndex).toBe(0)
    const last = panel.rows().at(-1)
    expect(last?.getAttribute('aria-posinset')).toBe('1000')
    expect(last?.getAttribute('aria-setsize')).toBe('1000')
  })

  test('at most one sentence per five seconds', async () => {
    const panel = await panelOf(bufferOf(10))
    // What was there at the beginning is counted too: leave it behind.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const fresh = show(ExecutionLogViewer, { props: { logs: new LogBuffer(), version: 0, head: 0, gaps: [] } })
      const logs = fresh.props('logs') as LogBuffer
      const sentence = () => fresh.findAll('[role=status]').at(-1)?.text()
      const grow = async (count: number) => {
        putLines(logs, count, { nth: 100, level: 'error' })
        await fresh.setProps({ version: logs.count, head: logs.last })
        await painted()
      }
      await grow(110)
      await grow(202)
      expect(sentence()).toBe('')
      await vi.advanceTimersByTimeAsync(5000)
      expect(sentence()).toBe('312 new lines, 3 errors')
      await vi.advanceTimersByTimeAsync(20_000)
      expect(sentence()).toBe('312 new lines, 3 errors')
      await grow(1)
      await vi.advanceTimersByTimeAsync(4999)
      expect(sentence()).toBe('312 new lines, 3 errors')
      await vi.advanceTimersByTimeAsync(1)
      expect(sentence()).toBe('1 new line')
    } finally {
      vi.useRealTimers()
    }
    expect(panel.mode()).toBe('FOLLOWING')
  })
})
