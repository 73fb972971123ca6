// Filters of the log panel: levels and steps with their counts, by mouse and by key; honest about lines that are not loaded.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { logPanel } from './support/log-panel.ts'
import { painted } from './support/page.ts'

const COUNTS = { debug: 1200, info: 7, warning: 3, error: 2 }

/** Every tenth line is an error, every 25th of another step. */
function mixed(count: number, from = 1): LogBuffer {
  const logs = new LogBuffer()
  for (let seq = from; seq < from + count; seq += 1) {
    logs.put(
      makeLog(seq, { level: seq % 10 === 0 ? 'error' : 'info', step_name: seq % 25 === 0 ? 'load' : 'download' }),
    )
  }
  return logs
}

describe('levels', () => {
  test('are buttons with their counts', async () => {
    const panel = await logPanel(mixed(100), { counts: COUNTS })
    const buttons = [...panel.root.querySelectorAll('.rt-log-level')].map((button) => button.textContent.trim())
    expect(buttons).toEqual(['debug 1,200', 'info 7', 'warning 3', 'error 2'])
  })

  test('show what is pressed, several of them too, and all when none is', async () => {
    const panel = await logPanel(mixed(50))
    await panel.click('error')
    expect(panel.button('error').ariaPressed).toBe('true')
    expect(panel.seqs()).toEqual([10, 20, 30, 40, 50])
    await panel.click('info')
    expect(panel.seqs()).toContain(49)
    await panel.click('error')
    expect(panel.seqs()).not.toContain(50)
    await panel.click('info')
    expect(panel.seqs()).toContain(50)
  })

  test('digits toggle them while the panel has the focus', async () => {
    const panel = await logPanel(mixed(50))
    panel.viewport.focus()
    await panel.press('4')
    expect(panel.seqs()).toEqual([10, 20, 30, 40, 50])
    await panel.press('4')
    expect(panel.seqs()).toContain(49)
  })

  test('lines that arrive are filtered, too', async () => {
    const logs = mixed(50)
    const panel = await logPanel(logs)
    await panel.click('error')
    for (let seq = 51; seq <= 100; seq += 1) logs.put(makeLog(seq, { level: seq === 77 ? 'error' : 'info' }))
    await panel.set()
    expect(panel.seqs()).toEqual([10, 20, 30, 40, 50, 77])
  })
})

describe('steps', () => {
  test('are a list with counts; chosen together with a level', async () => {
    const panel = await logPanel(mixed(100))
    const options = [...panel.wrapper.get('[aria-label="Step shown"]').element.querySelectorAll('option')]
    expect(options.map((option) => option.textContent.trim())).toEqual(['All steps', 'download (96)', 'load (4)'])
    await panel.type('[aria-label="Step shown"]', 'load')
    expect(panel.seqs()).toEqual([25, 50, 75, 100])
    await panel.click('error')
    expect(panel.seqs()).toEqual([50, 100])
  })
})

describe('nothing matches', () => {
  test('that is said, with the way out, and the focus stays in the panel', async () => {
    const panel = await logPanel(mixed(9))
    await panel.click('error')
    expect(panel.text('.rt-log-placeholder')).toBe('No line matches Clear filters')
    panel.button('Clear filters').focus()
    await panel.click('Clear filters')
    expect(panel.seqs()).toHaveLength(9)
    expect(panel.wrapper.find('.rt-log-placeholder').exists()).toBe(false)
    expect(document.activeElement).toBe(panel.viewport)
  })
})

describe('lines that are not loaded', () => {
  /** The last 100 of 1,000 lines, and a server that answers when it is told to. */
  async function partly() {
    const logs = mixed(100, 901)
    const asked: { from: number; to: number; signal: AbortSignal | undefined; answer: () => Promise<void> }[] = []
    const panel = await logPanel(logs, {
      unloaded: [{ from: 1, to: 900 }],
      load: ({ from, to }, signal) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('aborted')))
          asked.push({
            from,
            to,
            signal,
            async answer() {
              for (let seq = from; seq <= to; seq += 1) logs.put(makeLog(seq, { level: seq === 5 ? 'error' : 'info' }))
              resolve()
              await panel.set({ unloaded: [] })
            },
          })
        }),
    })
    return { panel, asked }
  }

  test('are loaded for a filter, and that is said while it lasts', async () => {
    const { panel, asked } = await partly()
    expect(asked).toEqual([])
    await panel.click('error')
    expect(asked).toMatchObject([{ from: 1, to: 900 }])
    expect(panel.text('.rt-log-notice')).toContain('Loading 100 of 1,000')
    expect(panel.wrapper.get('progress').attributes()).toMatchObject({ value: '100', max: '1000' })
    await asked[0]?.answer()
    expect(panel.text('.rt-log-notice')).toBe('')
    expect(panel.seqs()).toEqual([5, 910, 920, 930, 940, 950, 960, 970, 980, 990, 1000])
  })

  test('Cancel ends it; what is missing is said then, and can be loaded', async () => {
    const { panel, asked } = await partly()
    await panel.click('error')
    await panel.click('Cancel')
    expect(asked[0]?.signal?.aborted).toBe(true)
    expect(panel.text('.rt-log-notice')).toContain('Only 100 of 1,000 lines are loaded.')
    await panel.click('Load the rest')
    expect(asked).toHaveLength(2)
  })

  test('without a filter nobody loads them', async () => {
    const { panel, asked } = await partly()
    await panel.click('error')
    await panel.click('error')
    expect(asked).toHaveLength(1)
    expect(asked[0]?.signal?.aborted).toBe(true)
    expect(panel.text('.rt-log-notice')).toBe('')
  })
})

test('a million lines: the filter is there within two frames', async () => {
  const logs = new LogBuffer()
  const line = makeLog(1)
  for (let seq = 1; seq <= 1_000_000; seq += 1) logs.put({ ...line, seq, level: seq % 1000 === 0 ? 'error' : 'info' })
  const panel = await logPanel(logs)
  panel.button('error').click()
  await painted()
  await painted()
  expect(panel.seqs().at(-1)).toBe(1_000_000)
  expect(panel.seqs().at(-2)).toBe(999_000)
})
