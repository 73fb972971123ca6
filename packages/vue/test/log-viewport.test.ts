// The viewport alone: rows for all lines, loaded or not; asking for what is missing; jumping to any line.
import { describe, expect, test, vi } from 'vitest'
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
