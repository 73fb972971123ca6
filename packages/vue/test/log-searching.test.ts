// Search in the log panel: text, regex, case; hits and the way between them; keys; lines that are not loaded.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { logPanel } from './support/log-panel.ts'
import { painted } from './support/page.ts'
import { bufferOf } from './support/panel.ts'

const INPUT = '.rt-log-search .rt-input'

async function searching(logs: LogBuffer, props: Parameters<typeof logPanel>[1] = {}) {
  const panel = await logPanel(logs, props)
  panel.viewport.focus()
  await panel.press('f', { ctrlKey: true })
  return Object.assign(panel, {
    hits: () => panel.text('.rt-log-hits'),
    /** Whether its whole row is in view. */
    isInView: (seq: number) => panel.seqs().includes(seq),
  })
}

describe('opening and closing', () => {
  test('Ctrl+F opens it with the focus in it; once more it is the browser’s own; Escape gives the focus back', async () => {
    const panel = await logPanel(bufferOf(10))
    panel.viewport.focus()
    expect(await panel.press('f', { ctrlKey: true })).toBe(false)
    expect(document.activeElement).toBe(panel.wrapper.get(INPUT).element)
    expect(await panel.press('f', { ctrlKey: true })).toBe(true)
    await panel.press('Escape')
    expect(panel.wrapper.find('.rt-log-search').exists()).toBe(false)
    expect(document.activeElement).toBe(panel.viewport)
    expect(await panel.press('f', { metaKey: true })).toBe(false)
    expect(panel.wrapper.find('.rt-log-search').exists()).toBe(true)
  })

  test('outside of the panel Ctrl+F is the browser’s', async () => {
    await logPanel(bufferOf(10))
    const event = new KeyboardEvent('keydown', { key: 'f', ctrlKey: true, bubbles: true, cancelable: true })
    expect(document.body.dispatchEvent(event)).toBe(true)
  })

  test('a button opens it, another one closes it', async () => {
    const panel = await logPanel(bufferOf(10))
    await panel.click('Search')
    expect(document.activeElement).toBe(panel.wrapper.get(INPUT).element)
    await panel.click('Close search')
    expect(panel.wrapper.find('.rt-log-search').exists()).toBe(false)
  })
})

test(
  'a pattern that backtracks without end is given up, and what comes after it is found',
  { timeout: 30_000 },
  async () => {
    const logs = bufferOf(10)
    logs.put(makeLog(11, { message: `${'a'.repeat(27)}!` }))
    const panel = await searching(logs)
    await panel.click('Regular expression')
    await panel.type(INPUT, '(a+)+$')
    expect(panel.text('.rt-log-search')).toContain('takes too long')
    expect(panel.viewport.querySelector('mark')).toBe(null)
    await panel.type(INPUT, 'a+!')
    expect(panel.text('.rt-log-search')).not.toContain('takes too long')
    expect(panel.hits()).toBe('1 hit')
  },
)

describe('hits', () => {
  test('Enter goes to the next, Shift+Enter to the one before; from the last to the first', async () => {
    const panel = await searching(bufferOf(1000))
    await panel.type(INPUT, 'line 50')
    expect(panel.hits()).toBe('11 hits')
    await panel.press('Enter')
    expect([panel.hits(), panel.current()]).toEqual(['1 of 11', 50])
    expect(panel.isInView(50)).toBe(true)
    expect(panel.mode()).toBe('READING')
    await panel.press('Enter')
    expect([panel.hits(), panel.current()]).toEqual(['2 of 11', 500])
    await panel.press('Enter', { shiftKey: true })
    await panel.press('Enter', { shiftKey: true })
    expect([panel.hits(), panel.current()]).toEqual(['11 of 11', 509])
    await panel.click('Next hit')
    expect(panel.current()).toBe(50)
    await panel.click('Previous hit')
    expect(panel.current()).toBe(509)
    await panel.press('F3')
    expect(panel.current()).toBe(50)
    await panel.press('F3', { shiftKey: true })
    expect(panel.current()).toBe(509)
  })

  test('are marked in the rows', async () => {
    const panel = await searching(bufferOf(30))
    await panel.type(INPUT, 'LINE 2')
    const marks = [...panel.viewport.querySelectorAll('mark, .rt-mark, .rt-ansi-mark')]
    expect(marks.length).toBeGreaterThan(5)
    expect(new Set(marks.map((mark) => mark.textContent))).toEqual(new Set(['line 2']))
  })

  test('case, regular expressions, and what is none', async () => {
    const panel = await searching(bufferOf(100))
    await panel.type(INPUT, 'LINE')
    expect(panel.hits()).toBe('100 hits')
    await panel.click('Match case')
    expect(panel.hits()).toBe('No hit')
    await panel.click('Match case')
    await panel.type(INPUT, String.raw`line \d$`)
    expect(panel.hits()).toBe('No hit')
    await panel.click('Regular expression')
    expect(panel.hits()).toBe('9 hits')
    await panel.type(INPUT, '(')
    expect(panel.hits()).toBe('Not a pattern: Unterminated group')
    expect(panel.wrapper.get(INPUT).attributes('aria-invalid')).toBe('true')
  })

  test('lie among what the filter shows', async () => {
    const logs = bufferOf(10)
    logs.put(makeLog(11, { level: 'error', message: 'line 1 again' }))
    const panel = await searching(logs)
    await panel.type(INPUT, 'line 1')
    expect(panel.hits()).toBe('3 hits')
    await panel.click('error')
    expect(panel.hits()).toBe('1 hit')
  })

  test('errors beside the message are searched, too', async () => {
    const logs = bufferOf(10)
    logs.put(makeLog(11, { message: 'failed', error_message: 'ECONNRESET' }))
    const panel = await searching(logs)
    await panel.type(INPUT, 'connreset')
    expect(panel.hits()).toBe('1 hit')
  })

  test('grow while lines arrive, without a word to screen readers', async () => {
    const logs = bufferOf(10)
    const panel = await searching(logs)
    await panel.type(INPUT, 'line')
    const spoken = panel.wrapper.get('.rt-log-search [role=status]')
    expect(spoken.text()).toBe('10 hits')
    logs.put(makeLog(11))
    await panel.set()
    expect(panel.hits()).toBe('11 hits')
    expect(spoken.text()).toBe('10 hits')
    await panel.press('Enter')
    expect(spoken.text()).toBe('1 of 11')
  })
})

test('asks for what is not loaded, finds it there, and can be canceled', async () => {
  const logs = new LogBuffer()
  for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
  const signals: (AbortSignal | undefined)[] = []
  const panel = await searching(logs, {
    unloaded: [{ from: 1, to: 900 }],
    load: (_range, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    },
  })
  expect(signals).toHaveLength(0)
  await panel.type(INPUT, 'line 5')
  expect(signals).toHaveLength(1)
  expect(panel.hits()).toBe('No hit')
  expect(panel.text('.rt-log-notice')).toContain('Loading 100 of 1,000')
  for (let seq = 1; seq <= 900; seq += 1) logs.put(makeLog(seq))
  await panel.set({ unloaded: [] })
  expect(panel.hits()).toBe('111 hits')
  expect(panel.text('.rt-log-notice')).toBe('')
})

test('a million lines: the first hits come at once, the rest in slices between which the page lives', async () => {
  const logs = new LogBuffer()
  const line = makeLog(1, { message: `GET https://data.example.org/parts/17.parquet 200 in 4 ms ${'x'.repeat(40)}` })
  for (let seq = 1; seq <= 1_000_000; seq += 1)
    logs.put(seq % 1000 === 0 ? { ...line, seq, message: 'needle' } : { ...line, seq })
  const panel = await searching(logs)
  await panel.wrapper.get(INPUT).setValue('needle')
  expect(panel.hits()).toMatch(/^[\d,]+ hits?, \d+ % searched$/)
  let frames = 0
  while (panel.hits() !== '1,000 hits') {
    expect(panel.hits()).toMatch(/^[\d,]+ hits?, \d+ % searched$/)
    await painted()
    frames += 1
  }
  expect(frames).toBeGreaterThan(3)
})
