// What the log panel paints: the rows in view and no others, bounded, in order, at most once per frame.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { ExecutionLogViewer } from '../src/index.ts'
import { makeLog, putLines } from './support/fake-client.ts'
import { painted, show } from './support/page.ts'
import { bufferOf, panelOf } from './support/panel.ts'

describe('what is painted', () => {
  test('of many lines only those in view, in the order of the document', async () => {
    const panel = await panelOf(bufferOf(100_000))
    expect(panel.rows().length).toBeLessThanOrEqual(100)
    expect(panel.texts().at(-1)).toBe('line 100000')
    const seqs = panel.rows().map((row) => Number(row.getAttribute('aria-posinset')))
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b))
  })

  test('every row is 20 px high, on which the arithmetic rests', async () => {
    const logs = bufferOf(50)
    logs.put(makeLog(51, { message: '😀 \u001b[1mbold\u001b[0m\nmore', error_message: 'no', input_data: { a: 1 } }))
    const panel = await panelOf(logs)
    for (const row of panel.rows()) expect(row.getBoundingClientRect().height).toBe(20)
  })

  test.each([390, 1440])('nothing of a clipped line shows beside its button, %s px wide', async (width) => {
    const logs = new LogBuffer()
    for (const level of ['info', 'error'] as const) {
      logs.put(makeLog(logs.last + 1, { level, message: `${'x'.repeat(500)}\nmore` }))
    }
    await page.viewport(width, 800)
    const panel = await panelOf(logs)
    for (const left of [0, 100, 1_000_000]) {
      panel.viewport.scrollLeft = left
      await painted()
      for (const row of panel.rows()) {
        const { right } = panel.viewport.getBoundingClientRect()
        const { top } = row.getBoundingClientRect()
        for (const px of [0.5, 4, 8]) {
          const hit = document.elementFromPoint(right - px, top + 10)
          const isText = hit === null || hit.closest('.rt-row-message') !== null
          expect(isText, `${left} px scrolled, ${px} px from the edge`).toBe(false)
        }
      }
    }
    const { scrollWidth, clientWidth, scrollLeft } = panel.viewport
    expect(scrollLeft + clientWidth).toBeCloseTo(scrollWidth, 0)
  })

  test('the lower edge of the last row is the lower edge of the viewport', async () => {
    const panel = await panelOf(bufferOf(1000))
    const last = panel.rows().at(-1)?.getBoundingClientRect().bottom ?? 0
    const { top } = panel.viewport.getBoundingClientRect()
    expect(last).toBeCloseTo(top + panel.viewport.clientHeight, 0)
  })

  test('many changes, one render per frame', async () => {
    const logs = bufferOf(1000)
    const panel = await panelOf(logs)
    const spacer = panel.viewport.querySelector('.rt-viewport-spacer') as HTMLElement
    let renders = 0
    const observer = new MutationObserver((records) => (renders += records.length))
    observer.observe(spacer, { attributes: true, attributeFilter: ['style'] })
    for (let change = 0; change < 50; change += 1) {
      putLines(logs, 1)
      await panel.wrapper.setProps({ version: logs.count, head: logs.last })
    }
    await painted()
    observer.disconnect()
    // Three frames to wait for, and at most two in which fifty microtasks passed.
    expect(renders).toBeGreaterThanOrEqual(1)
    expect(renders).toBeLessThanOrEqual(5)
    expect(panel.texts().at(-1)).toBe('line 1050')
  })

  test('by the same few elements, whichever lines they show', async () => {
    const panel = await panelOf(bufferOf(1000))
    const elements = new Set(panel.rows())
    await panel.grow(5000)
    await panel.scrollTo(20_000)
    await panel.scrollTo(20_010)
    // Where the first and the last row are cut, two more are in view.
    expect(panel.rows().filter((row) => !elements.has(row)).length).toBeLessThanOrEqual(2)
    expect(elements.size).toBeGreaterThan(10)
    const tops = panel.rows().map((row) => row.getBoundingClientRect().top)
    expect(tops).toEqual(tops.toSorted((a, b) => a - b))
  })

  test('colours as spans, markup as text', async () => {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { message: 'a \u001b[31mred\u001b[0m <img src=x onerror="document.title=1">' }))
    const panel = await panelOf(logs)
    expect(panel.wrapper.get('.rt-ansi-fg-1').text()).toBe('red')
    expect(panel.viewport.querySelector('img')).toBeNull()
    expect(panel.texts()[0]).toContain('<img src=x')
  })

  test('level and error in words', async () => {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { level: 'error', message: 'failed', error_message: 'ECONNRESET', duration_ms: 1240 }))
    const panel = await panelOf(logs)
    const text = panel.rows()[0]?.textContent
    for (const part of ['error', 'download', 'failed', 'ECONNRESET', '1.2 s']) expect(text).toContain(part)
  })

  test('a gap is a row with its size, and no line is hidden by it', async () => {
    const logs = new LogBuffer()
    for (const seq of [1, 2, 1003, 1004]) logs.put(makeLog(seq))
    const panel = await panelOf(logs)
    expect(panel.texts()).toEqual([
      'line 1',
      'line 2',
      '1,000 lines missing (3–1,002): no longer kept by the server',
      'line 1003',
      'line 1004',
    ])
    expect(panel.wrapper.get('.rt-log-summary').text()).toContain('1 gap, 1,000 lines missing')
  })

  test('nothing, and why', async () => {
    const wrapper = show(ExecutionLogViewer, {
      props: { logs: new LogBuffer(), version: 0, head: 0, gaps: [], placeholder: 'Waiting for the first line…' },
    })
    await painted()
    expect(wrapper.text()).toContain('Waiting for the first line…')
  })
})

test(
  'beyond the height that browsers can scroll, both ends and the middle are exact',
  { timeout: 20_000 },
  async () => {
    const panel = await panelOf(bufferOf(450_000))
    expect(panel.texts().at(-1)).toBe('line 450000')
    await panel.scrollTo(0)
    expect(panel.texts()[0]).toBe('line 1')
    const max = panel.viewport.scrollHeight - panel.viewport.clientHeight
    await panel.scrollTo(max / 2)
    const middle = Number(panel.rows()[0]?.getAttribute('aria-posinset'))
    expect(Math.abs(middle - 225_000)).toBeLessThan(50)
    await panel.press('ArrowDown')
    expect(Number(panel.rows()[0]?.getAttribute('aria-posinset'))).toBe(middle + 1)
    await panel.scrollTo(max)
    expect(panel.texts().at(-1)).toBe('line 450000')
    expect(panel.mode()).toBe('FOLLOWING')
  },
)
