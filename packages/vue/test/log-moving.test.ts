// Who moves the rows of a viewport: the stream while it is followed, the reader otherwise; neither loads, nor filters, nor a host that moves the whole of it.
import { LogBuffer, LogMatches, type SeqRange } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { painted } from './support/page.ts'
import { linesOf, viewportOf } from './support/viewport.ts'

/** Numbers that are the same in every run, and told by their seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test('in a flood every second frame is painted, no element moves, and the end is not missed', async () => {
  const logs = linesOf({ from: 1, to: 2000 })
  const view = await viewportOf(logs)
  const list = view.viewport.querySelector('[role=list]') ?? view.viewport
  const elements = view.rows()
  let paints = 0
  let moves = 0
  const observer = new MutationObserver((records) => {
    paints += records.some(({ type }) => type === 'attributes') ? 1 : 0
    moves += records.filter(({ type, target }) => type === 'childList' && target === list).length
  })
  observer.observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ['aria-posinset'] })
  const frames = 40
  for (let frame = 0; frame < frames; frame += 1) {
    linesOf({ from: logs.last + 1, to: logs.last + 170 }, logs)
    Object.assign(view.props, { version: view.props.version + 1, head: logs.last })
    await new Promise(requestAnimationFrame)
  }
  await painted()
  observer.disconnect()
  expect(view.seqs().at(-1)).toBe(logs.last)
  expect(paints).toBeGreaterThan(5)
  expect(paints).toBeLessThanOrEqual(frames / 2 + 5)
  expect(moves).toBe(0)
  expect(view.rows()).toEqual(elements)
})

describe('a host that moves the viewport to another place in the document', () => {
  test.each(['growing', 'at rest'])('does not end following, %s', async (how) => {
    const view = await viewportOf(linesOf({ from: 1, to: 5000 }))
    const elsewhere = document.body.appendChild(document.createElement('section'))
    elsewhere.append(view.wrapper.element)
    await painted()
    if (how === 'growing') await view.grow(50)
    expect(view.mode()).toBe('FOLLOWING')
    expect(view.seqs().at(-1)).toBe(view.props.logs.last)
    const { scrollTop, scrollHeight, clientHeight } = view.viewport
    expect(scrollTop + clientHeight).toBeCloseTo(scrollHeight, 0)
  })

  test('moves no reader either', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 5000 }))
    await view.scrollTo(30_000)
    const before = view.seqs()
    document.body.appendChild(document.createElement('section')).append(view.wrapper.element)
    await painted()
    expect(view.seqs()).toEqual(before)
    expect(view.viewport.scrollTop).toBe(30_000)
    await view.scrollTo(0)
    expect(view.seqs()[0]).toBe(1)
  })
})

describe.each([
  { name: 'all lines', wrap: false, isFiltered: false },
  { name: 'filtered lines', wrap: false, isFiltered: true },
  { name: 'wrapped lines', wrap: true, isFiltered: false },
  { name: 'wrapped, filtered lines', wrap: true, isFiltered: true },
])('a reader of $name', ({ wrap, isFiltered }) => {
  test.each([1, 2, 3])('is where they were, to the pixel, whatever is loaded and arrives (seed %s)', async (seed) => {
    const random = randomOf(seed)
    const logs = linesOf({ from: 60_001, to: 61_000 })
    const gone: SeqRange = { from: 1, to: 500 }
    const gaps = [gone]
    const missing = (): SeqRange[] =>
      [{ from: 501, to: 500 + logs.first - 501 }, ...logs.holes()].filter(({ from, to }) => to >= from)
    const shown = isFiltered ? new LogMatches(logs, { text: /[02468]$/ }) : undefined
    const view = await viewportOf(logs, { gaps, unloaded: missing(), wrap, shown })
    linesOf({ from: 30_001, to: 31_000 }, logs)
    await view.set({ unloaded: missing() })
    view.exposed.reveal(30_000 + 2 * (100 + random(300)))
    await painted()
    view.viewport.scrollTop += random(50)
    await painted()
    const seqs = view.seqs()
    const edges = seqs.map((seq) => view.edgeOf(seq))
    for (let step = 0; step < 15; step += 1) {
      const from = 501 + random(60_000)
      linesOf({ from, to: Math.min(logs.last, from + random(3000)) }, logs)
      linesOf({ from: logs.last + 1, to: logs.last + random(500) }, logs)
      await view.set({ unloaded: missing(), head: logs.last })
      expect(view.seqs(), `step ${step}`).toEqual(seqs)
      for (const [index, seq] of seqs.entries()) expect(view.edgeOf(seq)).toBeCloseTo(edges[index] ?? 0, 0)
    }
    expect(view.mode()).toBe('READING')
  })
})

test('a filter put on and taken off again leaves the reader at the line', async () => {
  const logs = linesOf({ from: 1, to: 20_000 })
  const view = await viewportOf(logs)
  view.exposed.reveal(10_000)
  await painted()
  const edge = view.edgeOf(10_000)
  await view.set({ shown: new LogMatches(logs, { text: /00$/ }) })
  expect(view.seqs().every((seq) => seq % 100 === 0)).toBe(true)
  expect(view.edgeOf(10_000)).toBe(edge)
  expect(view.rows()[0]?.getAttribute('aria-setsize')).toBe('200')
  await view.set({ shown: undefined })
  expect(view.edgeOf(10_000)).toBe(edge)
})

test('lines that arrive are told of once, of filtered ones those that are shown', async () => {
  const logs = new LogBuffer()
  linesOf({ from: 1, to: 1000 }, logs)
  const view = await viewportOf(logs, { shown: new LogMatches(logs, { levels: ['error'] }) })
  await view.set({})
  view.follow.value = { mode: 'READING', newLines: 0, newErrors: 0 }
  await view.grow(1000, { nth: 10, level: 'error' })
  expect(view.follow.value).toMatchObject({ newLines: 100, newErrors: 100 })
  await view.set({ shown: undefined })
  expect(view.follow.value.newLines).toBe(100)
  await view.grow(10)
  expect(view.follow.value.newLines).toBe(110)
})
