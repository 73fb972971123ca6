// The viewport alone: rows for all lines, loaded or not; asking for what is missing; jumping to any line.
import { LogMatches } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { painted } from './support/page.ts'
import { linesOf, viewportOf } from './support/viewport.ts'

describe('an execution opened at its end', () => {
  test('has a row for every line, and asks for the pages that come into view', async () => {
    const logs = linesOf({ from: 49_001, to: 50_000 })
    const view = await viewportOf(logs, { unloaded: [{ from: 1, to: 49_000 }] })
    expect(view.texts().at(-1)).toBe('line 50000')
    expect(view.rows().at(-1)?.getAttribute('aria-setsize')).toBe('50000')
    expect(view.told.need).toEqual([])
    await view.scrollTo(20_000 * 20)
    expect(view.seqs()[0]).toBe(20_001)
    expect(view.texts()[0]).toBe('not loaded yet')
    await vi.waitFor(() => expect(view.told.need).toEqual([{ from: 19_001, to: 21_000 }]))
    linesOf({ from: 19_001, to: 21_000 }, logs)
    await view.set({
      unloaded: [
        { from: 1, to: 19_000 },
        { from: 21_001, to: 49_000 },
      ],
    })
    expect(view.texts()[0]).toBe('line 20001')
    expect(view.told.need).toHaveLength(1)
  })

  test('reveals any line, loaded or not', async () => {
    const view = await viewportOf(linesOf({ from: 49_001, to: 50_000 }), { unloaded: [{ from: 1, to: 49_000 }] })
    view.exposed.reveal(12_345)
    await painted()
    expect(view.mode()).toBe('READING')
    expect(view.edgeOf(12_345)).toBe(290)
    view.exposed.reveal(12_345 + 40, { align: 'nearest' })
    await painted()
    expect(view.edgeOf(12_385)).toBe(580)
  })
})

test('lines that are marked, linked, current', async () => {
  const view = await viewportOf(linesOf({ from: 1, to: 20 }), {
    currentSeq: 3,
    linked: { from: 5, to: 6 },
    highlight: /NE \d/i,
  })
  expect(
    view
      .rows()
      .map((row) => row.dataset['state'] ?? '-')
      .join(' '),
  ).toMatch(/^- - current - linked linked - -/)
  expect(view.rowOf(7)?.querySelector('mark')?.textContent).toBe('ne 7')
})

describe('line numbers', () => {
  test('are links, with Shift to extend them', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 100 }))
    const number = view.rowOf(95)?.querySelector<HTMLElement>('.rt-row-seq')
    number?.click()
    number?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }))
    expect(view.told.link).toEqual([
      { seq: 95, extend: false },
      { seq: 95, extend: true },
    ])
  })

  test('by keyboard: one stop for Tab, arrows lead from line to line, Enter opens, End follows again', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 1000 }))
    const stops = [...view.viewport.querySelectorAll<HTMLElement>('[tabindex="0"]')]
    expect(stops).toHaveLength(1)
    stops[0]?.focus()
    await painted()
    const first = Number(stops[0]?.textContent)
    expect(view.mode()).toBe('READING')
    const focused = (): number => Number(document.activeElement?.closest<HTMLElement>('.rt-row')?.dataset['seq'])
    const press = (key: string): Promise<void> => view.press(key, document.activeElement ?? view.viewport)
    for (let step = 0; step < 5; step += 1) await press('ArrowUp')
    expect(focused()).toBe(first - 5)
    expect(view.edgeOf(first - 5)).toBe(0)
    await press('ArrowDown')
    expect(focused()).toBe(first - 4)
    await press('Enter')
    expect(view.told.open).toEqual([first - 4])
    await press('End')
    expect(view.mode()).toBe('FOLLOWING')
    expect(document.activeElement).toBe(view.viewport)
  })
})

test('of filtered lines, those that are not loaded are one row with a button that loads them', async () => {
  const logs = linesOf({ from: 12_001, to: 13_000 })
  const shown = new LogMatches(logs, { text: /00$/ })
  const view = await viewportOf(logs, { shown, unloaded: [{ from: 1, to: 12_000 }] })
  expect(view.rows()).toHaveLength(11)
  expect(view.texts()[0]).toContain('12,000 lines not loaded (1–12,000)')
  view.rows()[0]?.querySelector('button')?.click()
  expect(view.told.load).toEqual([{ from: 1, to: 12_000 }])
  expect(view.told.need).toEqual([])
})

test('a million lines: any of them is in view within a frame, and Home and End are exact', async () => {
  const view = await viewportOf(linesOf({ from: 999_001, to: 1_000_000 }), { unloaded: [{ from: 1, to: 999_000 }] })
  expect(view.viewport.scrollHeight).toBe(8_000_000)
  for (const seq of [1, 2, 500_000, 123_456, 999_999, 1_000_000]) {
    view.exposed.reveal(seq)
    await new Promise(requestAnimationFrame)
    await Promise.resolve()
    expect(view.seqs()).toContain(seq)
    expect(view.rows().length).toBeLessThanOrEqual(100)
  }
  await view.press('Home')
  expect(view.edgeOf(1)).toBe(0)
  await view.press('End')
  expect(view.seqs().at(-1)).toBe(1_000_000)
})

test('a line of 5 MB costs a frame no more than any other', async () => {
  const logs = linesOf({ from: 1, to: 500 })
  for (let seq = 501; seq <= 520; seq += 1) logs.put({ ...makeLog(seq), message: 'x'.repeat(5_000_000) })
  const view = await viewportOf(logs, { wrap: true })
  await view.set({ wrap: false })
  expect(view.rowOf(520)?.textContent).toContain('show all (5.0 MB)')
  let decoded = 0
  const get = logs.get.bind(logs)
  logs.get = (seq) => {
    decoded += 1
    return get(seq)
  }
  for (let step = 0; step < 20; step += 1) await view.scrollTo(step % 2 === 0 ? 9700 : 9780)
  await view.set({ highlight: /x+/ })
  expect(decoded).toBeLessThanOrEqual(60)
  expect(view.viewport.textContent.length).toBeLessThan(30 * 9000)
})
