// The log panel on a real page: what is painted, who moves it, what it tells.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import { ExecutionLogViewer } from '../src/index.ts'
import { makeLog, putLines } from './support/fake-client.ts'
import { painted, show } from './support/page.ts'

/** A panel over `logs`, and what tests do with it. */
async function panelOf(logs: LogBuffer) {
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

function bufferOf(count: number): LogBuffer {
  const logs = new LogBuffer()
  putLines(logs, count)
  return logs
}

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
    expect(panel.texts()).toEqual(['line 1', 'line 2', '1,000 lines missing (3–1,002)', 'line 1003', 'line 1004'])
    expect(panel.wrapper.get('.rt-log-summary').text()).toContain('1,000 missing')
  })

  test('nothing, and why', async () => {
    const wrapper = show(ExecutionLogViewer, {
      props: { logs: new LogBuffer(), version: 0, head: 0, gaps: [], placeholder: 'Waiting for the first line…' },
    })
    await painted()
    expect(wrapper.text()).toContain('Waiting for the first line…')
  })
})

describe('who moves it', () => {
  test('while following, the newest line is in view', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.grow(5000)
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 6000')
    expect(panel.pill().exists()).toBe(false)
  })

  test('a reader who scrolled up is left alone while 20,000 lines arrive, and told of them', async () => {
    const panel = await panelOf(bufferOf(10_000))
    await panel.scrollTo(100_000)
    expect(panel.mode()).toBe('READING')
    const before = panel.texts()
    const tops = panel.rows().map((row) => row.getBoundingClientRect().top)
    for (let batch = 0; batch < 4; batch += 1) await panel.grow(5000, { nth: 10_000, level: 'error' })
    expect(panel.texts()).toEqual(before)
    expect(panel.rows().map((row) => row.getBoundingClientRect().top)).toEqual(tops)
    expect(panel.pill().text()).toMatch(/^20,000 new lines, 2 errors/)
  })

  test('a wheel turned up ends following before the first pixel moved', async () => {
    const panel = await panelOf(bufferOf(1000))
    const box = panel.viewport.getBoundingClientRect()
    await input().send('Input.dispatchMouseEvent', {
      type: 'mouseWheel',
      x: frameOffset().x + box.x + 20,
      y: frameOffset().y + box.y + 20,
      deltaX: 0,
      deltaY: -120,
    })
    await vi.waitFor(() => expect(panel.mode()).toBe('READING'))
    await panel.grow(1000)
    expect(panel.texts().at(-1)).not.toBe('line 2000')
  })

  test('scrolling down to the last line follows again', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(2000)
    expect(panel.mode()).toBe('READING')
    await panel.scrollTo(1_000_000)
    expect(panel.mode()).toBe('FOLLOWING')
    await panel.grow(10)
    expect(panel.texts().at(-1)).toBe('line 1010')
  })

  test('the pill leads to the newest line, and the focus stays in the panel', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(0)
    await panel.grow(5)
    expect(panel.pill().text()).toMatch(/^5 new lines/)
    await panel.pill().trigger('click')
    await painted()
    expect(panel.texts().at(-1)).toBe('line 1005')
    expect(document.activeElement).toBe(panel.viewport)
  })

  test('Pause stops, also at the end; Resume goes on', async () => {
    const panel = await panelOf(bufferOf(1000))
    const button = panel.wrapper.get('.rt-log-toolbar button')
    expect(button.text()).toBe('Pause')
    await button.trigger('click')
    await panel.grow(100)
    expect(panel.texts().at(-1)).toBe('line 1000')
    await panel.scrollTo(1_000_000)
    expect(panel.mode()).toBe('PAUSED')
    expect(button.text()).toBe('Resume')
    await button.trigger('click')
    await painted()
    expect(panel.texts().at(-1)).toBe('line 1100')
  })

  test('a selection stops the rows; letting go of it moves nothing', async () => {
    const panel = await panelOf(bufferOf(1000))
    const message = panel.rows()[3]?.querySelector('.rt-row-message') as HTMLElement
    document.getSelection()?.selectAllChildren(message)
    await painted()
    expect(panel.mode()).toBe('SELECTING')
    const selected = document.getSelection()?.toString()
    await panel.grow(500)
    expect(document.getSelection()?.toString()).toBe(selected)
    document.getSelection()?.removeAllRanges()
    await painted()
    expect(panel.mode()).toBe('READING')
    expect(panel.pill().text()).toMatch(/^500 new lines/)
  })

  test('a filled gap above the reader moves nothing', async () => {
    const logs = new LogBuffer()
    for (let seq = 1; seq <= 3000; seq += 1) if (seq < 100 || seq > 200) logs.put(makeLog(seq))
    const panel = await panelOf(logs)
    await panel.scrollTo(30_000)
    const before = panel.texts()
    for (let seq = 100; seq <= 200; seq += 1) logs.put(makeLog(seq))
    await panel.refresh()
    expect(panel.texts()).toEqual(before)
  })

  test('a panel that gets higher or lower still follows', async () => {
    const panel = await panelOf(bufferOf(1000))
    for (const height of ['600px', '200px', '400px']) {
      ;(panel.wrapper.element as HTMLElement).style.blockSize = height
      await painted()
      expect(panel.mode()).toBe('FOLLOWING')
      expect(panel.texts().at(-1)).toBe('line 1000')
    }
  })

  test('a panel that grew in a layout forced between two frames still follows', async () => {
    const panel = await panelOf(bufferOf(1000))
    ;(panel.wrapper.element as HTMLElement).style.blockSize = '600px'
    // The browser moves the scrollbar with the forced layout, and may tell of it before any observer hears of the new size.
    expect(panel.viewport.clientHeight).toBeGreaterThan(500)
    panel.viewport.dispatchEvent(new Event('scroll'))
    await panel.grow(10)
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 1010')
  })

  test('another execution begins at its end', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(0)
    const other = bufferOf(300)
    await panel.wrapper.setProps({ logs: other, version: other.count, head: 300, gaps: [] })
    await painted()
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 300')
  })
})

describe('keys', () => {
  test.each([
    { key: 'Home', mode: 'READING' },
    { key: 'PageUp', mode: 'READING' },
    { key: 'ArrowUp', mode: 'READING' },
    { key: 'End', mode: 'FOLLOWING' },
  ])('$key', async ({ key, mode }) => {
    const panel = await panelOf(bufferOf(1000))
    await panel.press(key)
    expect(panel.mode()).toBe(mode)
  })

  test('page by page to the end is following again', async () => {
    const panel = await panelOf(bufferOf(100))
    await panel.press('Home')
    expect(panel.texts()[0]).toBe('line 1')
    const shown = panel.rows().length
    await panel.press('PageDown')
    expect(panel.texts()[0]).toBe(`line ${shown - 1}`)
    for (let page = 0; page < 10; page += 1) await panel.press('PageDown')
    expect(panel.mode()).toBe('FOLLOWING')
    await panel.press('ArrowUp')
    expect(panel.texts()).not.toContain('line 100')
    await panel.press('End')
    expect(panel.texts().at(-1)).toBe('line 100')
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
    await detail.get('.rt-detail-body button').trigger('click')
    expect(detail.get('.rt-detail-text').text()).toHaveLength(100_000)
  })

  test('shows message, error, input and output; Escape closes it', async () => {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { message: 'a\nb', error_message: 'no', input_data: { url: 'u' }, output_data: [1] }))
    const panel = await panelOf(logs)
    await panel.wrapper.get('.rt-row-more').trigger('click')
    const detail = panel.wrapper.get('.rt-detail')
    expect(detail.findAll('.rt-detail-text').map((part) => part.text())).toEqual([
      'a\nb',
      'no',
      '{\n  "url": "u"\n}',
      '[\n  1\n]',
    ])
    await detail.trigger('keydown', { key: 'Escape' })
    await painted()
    expect(panel.wrapper.find('.rt-detail').exists()).toBe(false)
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

/** The browser's own input, as a hand would give it. */
function input(): { send(method: string, params: object): Promise<unknown> } {
  return cdp() as unknown as { send(method: string, params: object): Promise<unknown> }
}

/** Tests run in a frame of the page; raw input is in the page's coordinates. */
function frameOffset(): { x: number; y: number } {
  const box = window.frameElement?.getBoundingClientRect()
  return { x: box?.x ?? 0, y: box?.y ?? 0 }
}
