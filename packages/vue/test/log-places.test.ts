// Ways to a line: errors, gaps, links, marks beside the scrollbar; and that a filter never hides what was asked for.
import { LogBuffer, type SeqRange } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { logPanel } from './support/log-panel.ts'
import { painted } from './support/page.ts'
import { bufferOf } from './support/panel.ts'

/** 2,000 lines with errors at these seqs. */
function withErrors(...errors: number[]): LogBuffer {
  const logs = new LogBuffer()
  for (let seq = 1; seq <= 2000; seq += 1) logs.put(makeLog(seq, { level: errors.includes(seq) ? 'error' : 'info' }))
  return logs
}

interface Exposed {
  reveal(seq: number): Promise<void>
  nextError(step?: 1 | -1): Promise<void>
}

describe('errors', () => {
  test('n and p go to the next and the one before, and around', async () => {
    const panel = await logPanel(withErrors(100, 900, 1500))
    panel.viewport.focus()
    await panel.press('p')
    expect(panel.current()).toBe(1500)
    expect(panel.seqs()).toContain(1500)
    await panel.press('p')
    expect(panel.current()).toBe(900)
    await panel.press('n')
    expect(panel.current()).toBe(1500)
    await panel.press('n')
    expect(panel.current()).toBe(100)
    expect(panel.mode()).toBe('READING')
  })

  test('single keys can be switched off, and that is remembered', async () => {
    localStorage.removeItem('test-panel')
    const first = await logPanel(withErrors(100), { storageKey: 'test-panel' })
    await first.click('Shortcuts')
    await first.wrapper.get('[type=checkbox]').setValue(false)
    first.viewport.focus()
    await first.press('n')
    expect(first.mode()).toBe('FOLLOWING')
    first.wrapper.unmount()
    const second = await logPanel(withErrors(100), { storageKey: 'test-panel' })
    second.viewport.focus()
    await second.press('n')
    expect(second.mode()).toBe('FOLLOWING')
    expect(await second.press('f', { ctrlKey: true })).toBe(false)
    localStorage.removeItem('test-panel')
  })

  test('in a text field n is a letter', async () => {
    const panel = await logPanel(withErrors(100))
    await panel.click('Search')
    expect(await panel.press('n')).toBe(true)
    expect(panel.mode()).toBe('FOLLOWING')
  })

  test('a filter that hides errors gives way', async () => {
    const panel = await logPanel(withErrors(100))
    await panel.click('info')
    await (panel.wrapper.vm as unknown as Exposed).nextError()
    await painted()
    expect(panel.current()).toBe(100)
    expect(panel.button('info').ariaPressed).toBe('false')
  })

  test('some that are not loaded are asked for', async () => {
    const logs = new LogBuffer()
    for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
    const load = vi.fn<() => Promise<void>>(() => new Promise(() => {}))
    const counts = { debug: 0, info: 999, warning: 0, error: 1 }
    const panel = await logPanel(logs, { unloaded: [{ from: 1, to: 900 }], load, counts })
    expect(load).not.toHaveBeenCalled()
    await panel.press('n')
    expect(load).toHaveBeenCalledOnce()
    expect(panel.text('.rt-log-notice')).toContain('Loading 100 of 1,000')
  })
})

describe('completeness', () => {
  test('all of it', async () => {
    const panel = await logPanel(bufferOf(1234))
    expect(panel.text('.rt-log-badge')).toBe('1–1,234 · no gaps')
  })

  test('a part of it', async () => {
    const logs = new LogBuffer()
    for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
    const panel = await logPanel(logs, { unloaded: [{ from: 1, to: 900 }] })
    expect(panel.text('.rt-log-badge')).toBe('901–1,000 of 1,000 loaded · no gaps')
  })

  test('gaps: pressing leads from one to the next', async () => {
    const logs = new LogBuffer()
    for (let seq = 1; seq <= 3000; seq += 1)
      if (!(seq > 500 && seq <= 1012) && !(seq > 2000 && seq <= 2512)) logs.put(makeLog(seq))
    const panel = await logPanel(logs, { gaps: logs.holes() })
    expect(panel.text('.rt-log-badge')).toBe('1–3,000 · 2 gaps, 1,024 lines missing')
    const gap = () => panel.text('.rt-row-gap')
    await panel.click('2 gaps')
    expect(gap()).toContain('501–1,012')
    await panel.click('2 gaps')
    expect(gap()).toContain('2,001–2,512')
    await panel.click('2 gaps')
    expect(gap()).toContain('501–1,012')
  })
})

describe('links', () => {
  test('a link leads to its lines, also when they come later', async () => {
    const panel = await logPanel(new LogBuffer(), { head: 0, hash: '#L120-L140' })
    const logs = panel.wrapper.props('logs') as LogBuffer
    for (let seq = 1; seq <= 1000; seq += 1) logs.put(makeLog(seq))
    await panel.set()
    expect(panel.seqs()).toContain(120)
    expect(panel.mode()).toBe('READING')
    expect(panel.viewport.querySelectorAll('[data-state~="linked"]').length).toBeGreaterThan(2)
  })

  test('another link leads elsewhere', async () => {
    const panel = await logPanel(bufferOf(1000))
    await panel.wrapper.setProps({ hash: '#L700' })
    await painted()
    expect(panel.seqs()).toContain(700)
    expect(panel.current()).toBe(700)
  })

  test('a line’s number makes one, Shift extends it, once more takes it away; nothing moves', async () => {
    const panel = await logPanel(bufferOf(1000))
    const press = async (seq: number, shiftKey = false) => {
      const button = panel.viewport.querySelector(`[data-seq="${seq}"] .rt-row-seq`)
      button?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey }))
      await painted()
    }
    const before = panel.seqs()
    await press(990)
    expect(panel.text('.rt-log-link')).toContain('L990')
    await press(995, true)
    expect(panel.emitted).toEqual(['#L990', '#L990-L995'])
    expect(panel.seqs()).toEqual(before)
    await press(992)
    await press(992)
    expect(panel.emitted.at(-1)).toBe('')
    expect(panel.wrapper.find('.rt-log-link').exists()).toBe(false)
  })

  test('a line that is not there has none, until it is', async () => {
    const panel = await logPanel(bufferOf(100), { hash: '#L999' })
    expect(panel.wrapper.find('.rt-log-link').exists()).toBe(false)
    await panel.set({ head: 1000 })
    expect(panel.text('.rt-log-link')).toContain('L999')
  })

  test('the link can be copied', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const panel = await logPanel(bufferOf(100), { hash: '#L12' })
    await panel.click('Copy link to these lines')
    expect(write).toHaveBeenCalledWith(new URL('#L12', location.href).href)
    write.mockRestore()
  })
})

describe('marks beside the scrollbar', () => {
  /** Heights at which there is a mark, left for errors, right for hits. */
  function marks(panel: Awaited<ReturnType<typeof logPanel>>, side: 'left' | 'right'): number[] {
    const canvas = panel.wrapper.get('canvas').element as HTMLCanvasElement
    const { data } = canvas
      .getContext('2d')
      ?.getImageData(side === 'left' ? 1 : canvas.width - 2, 0, 1, canvas.height) ?? { data: [] }
    const ys: number[] = []
    for (let y = 0; y < canvas.height; y += 1)
      if ((data[4 * y + 3] ?? 0) > 0 && !((data[4 * y - 1] ?? 0) > 0)) ys.push(y / canvas.height)
    return ys
  }

  test('are where the errors are, and the hits', async () => {
    const panel = await logPanel(withErrors(500, 1500))
    expect(panel.wrapper.get('canvas').attributes('aria-hidden')).toBe('true')
    const [first = 0, second = 0, ...others] = marks(panel, 'left')
    expect(first).toBeCloseTo(0.25, 1)
    expect(second).toBeCloseTo(0.75, 1)
    expect(others).toEqual([])
    expect(marks(panel, 'right')).toEqual([])
    await panel.click('Search')
    await panel.type('.rt-log-search .rt-input', 'line 1000')
    // Marks are painted a few times a second.
    await vi.waitFor(() => expect(marks(panel, 'right')[0]).toBeCloseTo(0.5, 1))
  })

  test('a press leads there', async () => {
    const panel = await logPanel(withErrors(500))
    const canvas = panel.wrapper.get('canvas').element
    const { top, height } = canvas.getBoundingClientRect()
    canvas.dispatchEvent(new PointerEvent('pointerdown', { buttons: 1, clientY: top + height / 4, bubbles: true }))
    await painted()
    expect(panel.seqs().some((seq) => Math.abs(seq - 500) < 20)).toBe(true)
    expect(panel.mode()).toBe('READING')
  })

  test('a million lines, every hundredth an error: painting them takes at most a few milliseconds', async () => {
    const logs = new LogBuffer()
    const line = makeLog(1)
    for (let seq = 1; seq <= 1_000_000; seq += 1) logs.put({ ...line, seq, level: seq % 100 === 0 ? 'error' : 'info' })
    const panel = await logPanel(logs)
    await painted()
    expect(marks(panel, 'left')).toEqual([0])
  })
})

test('what is revealed need not be loaded', async () => {
  const logs = new LogBuffer()
  for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
  const load = vi.fn<(range: SeqRange) => Promise<void>>(() => Promise.resolve())
  const panel = await logPanel(logs, { unloaded: [{ from: 1, to: 900 }], load })
  await (panel.wrapper.vm as unknown as Exposed).reveal(300)
  await painted()
  expect(panel.seqs()).toContain(300)
  await vi.waitFor(() => expect(load).toHaveBeenCalled())
  const [range] = load.mock.calls[0] ?? []
  expect(range?.from).toBeLessThanOrEqual(300)
  expect(range?.to).toBeGreaterThanOrEqual(300)
})
