// The rest of the log panel's toolbar, and what it says: wrap, time, copy and download, shortcuts, rate, announcements; narrow and compact; nothing left behind.
import { LogBuffer } from '@runtail/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { makeLog, putLines } from './support/fake-client.ts'
import { countLeftovers } from './support/leftovers.ts'
import { logPanel } from './support/log-panel.ts'
import { painted } from './support/page.ts'
import { bufferOf } from './support/panel.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

describe('wrap and time', () => {
  test('are handed to the lines, and remembered where the host wants that', async () => {
    localStorage.removeItem('test-tools')
    const panel = await logPanel(bufferOf(10), { storageKey: 'test-tools' })
    await panel.click('Wrap')
    expect(panel.button('Wrap').ariaPressed).toBe('true')
    expect(panel.viewport.classList).toContain('rt-viewport-wrapped')
    await panel.type('[aria-label="Time"]', 'utc')
    expect(panel.text('.rt-row-time')).toContain('12:00:00.010')
    panel.wrapper.unmount()
    const again = await logPanel(bufferOf(10), { storageKey: 'test-tools' })
    expect(again.button('Wrap').ariaPressed).toBe('true')
    again.wrapper.unmount()
    const other = await logPanel(bufferOf(10))
    expect(other.button('Wrap').ariaPressed).toBe('false')
    localStorage.removeItem('test-tools')
  })

  test('relative times begin where they are told to, else with the first line', async () => {
    const panel = await logPanel(bufferOf(3))
    await panel.type('[aria-label="Time"]', 'relative')
    expect(panel.text('.rt-row[data-seq="3"] .rt-row-time')).toContain('0.020')
    await panel.set({ timeOriginMs: Date.UTC(2026, 0, 31, 12) })
    expect(panel.text('.rt-row[data-seq="3"] .rt-row-time')).toContain('0.030')
  })

  test('a browser that keeps nothing is no trouble', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError')
    })
    const panel = await logPanel(bufferOf(3), { storageKey: 'test-tools' })
    await panel.click('Wrap')
    expect(panel.button('Wrap').ariaPressed).toBe('true')
  })
})

describe('copy and download', () => {
  /** What is downloaded, with its name. */
  function downloads() {
    const files: { name: string; text: Promise<string> }[] = []
    const blobs: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob)
      return 'blob:test'
    })
    vi.spyOn(URL, 'revokeObjectURL').mockReturnValue()
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function click(this: HTMLAnchorElement) {
      files.push({ name: this.download, text: blobs.at(-1)?.text() ?? Promise.resolve('') })
    })
    return files
  }

  test('all lines as text, from the buffer and not from the page', async () => {
    const files = downloads()
    const panel = await logPanel(bufferOf(5000), { fileName: 'nightly' })
    await panel.click('Copy, download')
    await panel.click('Download')
    await vi.waitFor(() => expect(files).toHaveLength(1))
    expect(files[0]?.name).toBe('nightly.log')
    const lines = (await files[0]?.text)?.split('\n')
    expect(lines).toHaveLength(5001)
    expect(lines?.[4999]).toBe('2026-01-31T12:00:50.000Z info download: line 5000')
    expect(panel.root.textContent).toContain('5,000 lines')
  })

  test('what the filter shows as NDJSON, or all the same all of it', async () => {
    const files = downloads()
    const logs = bufferOf(10)
    logs.put(makeLog(11, { level: 'error' }))
    const panel = await logPanel(logs)
    await panel.click('error')
    await panel.click('Copy, download')
    await panel.type('[aria-label="Format"]', 'ndjson')
    await panel.click('Download')
    await vi.waitFor(() => expect(files).toHaveLength(1))
    expect(files[0]?.name).toBe('log.ndjson')
    expect(JSON.parse((await files[0]?.text) ?? '')).toEqual(logs.get(11))
    await panel.type('[aria-label="Lines"]', 'all')
    await panel.click('Download')
    await vi.waitFor(() => expect(files).toHaveLength(2))
    expect((await files[1]?.text)?.trim().split('\n')).toHaveLength(11)
  })

  test('copies to the clipboard', async () => {
    const items: ClipboardItem[] = []
    vi.spyOn(navigator.clipboard, 'write').mockImplementation(async (written) => {
      items.push(...written)
      await written[0]?.getType('text/plain')
    })
    const panel = await logPanel(bufferOf(3))
    await panel.click('Copy, download')
    await panel.click('Copy')
    await vi.waitFor(() => expect(items).toHaveLength(1))
    const text = await (await items[0]?.getType('text/plain'))?.text()
    expect(text?.split('\n')).toHaveLength(4)
    await vi.waitFor(() => expect(panel.root.textContent).toContain('3 lines copied'))
  })

  test('says what is not loaded, and loads it when asked to', async () => {
    const load = vi.fn<() => Promise<void>>(() => Promise.resolve())
    const logs = new LogBuffer()
    for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
    const panel = await logPanel(logs, { unloaded: [{ from: 1, to: 900 }], load })
    await panel.click('Copy, download')
    expect(panel.text('.rt-popover')).toContain('900 lines are not')
    await panel.click('Load')
    expect(load).toHaveBeenCalledWith({ from: 1, to: 900 }, expect.any(AbortSignal))
  })

  test('many lines in slices, told of while it lasts, and to be canceled', async () => {
    const files = downloads()
    const logs = new LogBuffer()
    const line = makeLog(1)
    for (let seq = 1; seq <= 300_000; seq += 1) logs.put({ ...line, seq })
    const panel = await logPanel(logs)
    await panel.click('Copy, download')
    await panel.click('Download')
    expect(panel.text('.rt-popover')).toMatch(/[\d,]+ lines so far/)
    await panel.click('Cancel')
    expect(panel.text('.rt-popover')).not.toContain('so far')
    await panel.click('Download')
    await vi.waitFor(() => expect(files).toHaveLength(1), 20_000)
    expect((await files[0]?.text)?.length).toBeGreaterThan(10_000_000)
  })
})

describe('by keyboard', () => {
  test('? lists the shortcuts, in a narrow panel too', async () => {
    for (const isNarrow of [false, true]) {
      const panel = await logPanel(bufferOf(10), { isNarrow })
      panel.viewport.focus()
      await panel.press('?')
      expect(panel.text('.rt-log-keys')).toContain('Next, previous error')
      await panel.press('?')
      expect(panel.text('.rt-log-keys')).toBe('')
      panel.wrapper.unmount()
    }
  })
})

describe('room', () => {
  test('a narrow panel folds its toolbar into a menu, without scrolling sideways', async () => {
    const panel = await logPanel(bufferOf(100), {
      isNarrow: true,
      counts: { debug: 48_213, info: 48_213, warning: 48_213, error: 48_213 },
    })
    expect(() => panel.button('error')).toThrow('There is no button')
    await panel.click('Menu')
    expect(panel.button('error').checkVisibility()).toBe(true)
    const { left, right } = panel.wrapper.get('.rt-log-tools').element.getBoundingClientRect()
    expect(left).toBeGreaterThanOrEqual(0)
    expect(right).toBeLessThanOrEqual(innerWidth)
    expect(panel.wrapper.get('.rt-log-toolbar').element.scrollWidth).toBeLessThanOrEqual(innerWidth)
    await panel.click('error')
    expect(panel.text('.rt-log-placeholder')).toContain('No line matches')
  })

  test('a wide one has no menu; a compact one has', async () => {
    const panel = await logPanel(bufferOf(10))
    expect(panel.button('error').checkVisibility()).toBe(true)
    expect(() => panel.button('Menu')).toThrow('There is no button')
    await panel.set({ density: 'compact' })
    expect(panel.button('Menu').checkVisibility()).toBe(true)
    expect(() => panel.button('error')).toThrow('There is no button')
    for (const name of ['Search', 'Pause']) expect(panel.button(name).checkVisibility()).toBe(true)
  })
})

describe('the line below', () => {
  test('counts, errors and the rate of the last seconds, for live lines only', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    try {
      const logs = bufferOf(10)
      const panel = await logPanel(logs, { counts: { debug: 0, info: 10, warning: 0, error: 12 } })
      expect(panel.text('.rt-log-summary > *')).toBe('10 lines 12 errors 1–10 · no gaps')
      for (let second = 1; second <= 4; second += 1) {
        putLines(logs, 5000)
        await panel.set()
        await vi.advanceTimersByTimeAsync(1000)
      }
      await painted()
      expect(panel.text('.rt-log-summary')).toContain('5,000/s')
      await vi.advanceTimersByTimeAsync(5000)
      await painted()
      expect(panel.text('.rt-log-summary')).not.toContain('/s')
    } finally {
      vi.useRealTimers()
    }
  })

  test('the first load says how far it is', async () => {
    const panel = await logPanel(bufferOf(480), { head: 1000, status: 'loading' })
    await panel.set({ head: 1000 })
    expect(panel.text('.rt-log-notice')).toBe('Loading 480 of 1,000')
    expect(panel.text('.rt-log-badge')).toBe('1–480 of 1,000 loaded · no gaps')
    await panel.set({ head: 480, status: 'live' })
    expect(panel.text('.rt-log-notice')).toBe('')
  })
})

test('after unmount nothing is left: in the midst of a search, a load, a download', async () => {
  const logs = new LogBuffer()
  const line = makeLog(1)
  for (let seq = 100_001; seq <= 300_000; seq += 1) logs.put({ ...line, seq })
  const left = countLeftovers()
  try {
    const panel = await logPanel(logs, { unloaded: [{ from: 1, to: 100_000 }], load: () => new Promise(() => {}) })
    await panel.click('Search')
    await panel.wrapper.get('.rt-log-search .rt-input').setValue('nothing like it')
    await panel.click('Copy, download')
    panel.button('Download').click()
    panel.viewport.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
    expect(left.current().timers).toBeGreaterThan(0)
    panel.wrapper.unmount()
    expect(left.current()).toEqual({ listeners: {}, timers: 0, frames: 0, observers: 0 })
  } finally {
    left.stop()
  }
})
