// Wrapped rows on a real page: whatever heights were reckoned, the reader sees no jump, no hole and no overlap.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { makeLog } from './support/fake-client.ts'
import { painted } from './support/page.ts'
import { viewportOf } from './support/viewport.ts'

type View = Awaited<ReturnType<typeof viewportOf>>

/** Lines of every length, many of which are not as high as their bytes say: wide characters, line breaks, colours, errors, data. */
function mixed(count: number): LogBuffer {
  const logs = new LogBuffer()
  const messages = [
    (seq: number) => `line ${seq}`,
    (seq: number) => `line ${seq} ${'long '.repeat(70)}`,
    (seq: number) => `line ${seq}\n  at one\n  at two\n  at three`,
    (seq: number) => `line ${seq} ${'宽字符'.repeat(60)}`,
    (seq: number) => `line ${seq} \u001b[31m${'red '.repeat(40)}\u001b[0m`,
    (seq: number) => `line ${seq} ${'😀'.repeat(40)}`,
  ]
  for (let seq = 1; seq <= count; seq += 1) {
    const message = messages[(seq * 7919) % messages.length]?.(seq) ?? ''
    logs.put(makeLog(seq, { message, ...(seq % 5 === 0 ? { error_message: 'e'.repeat(90), input_data: [seq] } : {}) }))
  }
  return logs
}

/** Rows follow each other without hole or overlap, from one edge of the viewport to the other. */
function expectWhole(view: View): void {
  const box = view.viewport.getBoundingClientRect()
  const rows = view.rows().map((row) => row.getBoundingClientRect())
  expect(rows[0]?.top).toBeLessThanOrEqual(box.top + 0.5)
  for (const [index, row] of rows.entries()) {
    expect(row.height % 20).toBeCloseTo(0, 3)
    expect(row.bottom).toBeCloseTo(rows[index + 1]?.top ?? row.bottom, 1)
  }
  expect(rows.at(-1)?.bottom).toBeGreaterThanOrEqual(box.top + view.viewport.clientHeight - 0.5)
}

describe('wrapped', () => {
  test('all of each message is seen, and nothing lies beside the viewport', async () => {
    const view = await viewportOf(mixed(2000), { wrap: true })
    expectWhole(view)
    expect(view.viewport.scrollWidth).toBe(view.viewport.clientWidth)
    view.exposed.reveal(1002)
    await painted()
    const text = view.rowOf(1002)?.textContent ?? ''
    expect(text).toContain(view.props.logs.messageAt(1002)?.slice(-12))
  })

  test('while following, the last line ends at the lower edge, whatever arrives', async () => {
    const logs = mixed(2000)
    const view = await viewportOf(logs, { wrap: true })
    for (let count = 2000; count <= 2300; count += 60) {
      const next = mixed(count + 60)
      for (let seq = count + 1; seq <= next.last; seq += 1) logs.put(next.get(seq) ?? makeLog(seq))
      await view.set({ head: logs.last })
      expect(view.mode()).toBe('FOLLOWING')
      expect(view.seqs().at(-1)).toBe(logs.last)
      const bottom = view.rows().at(-1)?.getBoundingClientRect().bottom ?? 0
      expect(bottom).toBeCloseTo(view.viewport.getBoundingClientRect().top + view.viewport.clientHeight, 0)
      expectWhole(view)
    }
  })

  test('switched on and off, or in another width, the line being read stays where it is', async () => {
    const view = await viewportOf(mixed(5000))
    await view.scrollTo(50_010)
    const seq = view.seqs()[0] ?? 0
    const edge = view.edgeOf(seq)
    await view.set({ wrap: true })
    expect(view.edgeOf(seq)).toBeCloseTo(edge, 0)
    expectWhole(view)
    for (const width of ['500px', '1200px', '390px', '1000px']) {
      ;(view.wrapper.element as HTMLElement).style.inlineSize = width
      await painted()
      expect(view.edgeOf(seq), width).toBeCloseTo(edge, 0)
      expectWhole(view)
    }
    await view.set({ wrap: false })
    expect(view.edgeOf(seq)).toBeCloseTo(edge, 0)
    expect(view.rowOf(seq)?.getBoundingClientRect().height).toBe(20)
  })

  test.each([-90, -37, 130])(
    'scrolled by %s px, lines move by just that, over heights that were guessed wrong',
    async (by) => {
      const view = await viewportOf(mixed(5000), { wrap: true })
      view.exposed.reveal(2500)
      await painted()
      for (let step = 0; step < 15; step += 1) {
        const before = new Map(view.seqs().map((seq) => [seq, view.edgeOf(seq)]))
        view.viewport.scrollTop += by
        await painted()
        const kept = view.seqs().filter((seq) => before.has(seq))
        expect(kept.length).toBeGreaterThan(0)
        for (const seq of kept) expect(view.edgeOf(seq) - (before.get(seq) ?? 0)).toBeCloseTo(-by, 0)
        expectWhole(view)
      }
    },
  )

  test('both ends are reached, and are exact', async () => {
    const view = await viewportOf(mixed(150), { wrap: true })
    await view.press('Home')
    expect(view.edgeOf(1)).toBe(0)
    expectWhole(view)
    await view.press('End')
    expect(view.mode()).toBe('FOLLOWING')
    for (let step = 0; step < 400 && view.viewport.scrollTop > 0; step += 1) {
      view.viewport.scrollTop -= 500
      await painted()
    }
    expect(view.edgeOf(1)).toBe(0)
    for (let page = 0; page < 200 && view.mode() !== 'FOLLOWING'; page += 1) await view.press('PageDown')
    expect(view.seqs().at(-1)).toBe(150)
  })

  test('a line that is revealed stays where it was put while those around it are measured', async () => {
    const view = await viewportOf(mixed(5000), { wrap: true })
    for (const seq of [3001, 17, 4800, 2222]) {
      view.exposed.reveal(seq)
      await painted()
      const height = view.rowOf(seq)?.getBoundingClientRect().height ?? 0
      expect(Math.abs(view.edgeOf(seq) + height / 2 - 300)).toBeLessThanOrEqual(seq === 17 ? 300 : 60)
      expectWhole(view)
    }
  })
})
