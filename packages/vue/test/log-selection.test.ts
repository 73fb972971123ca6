// Selecting over virtual rows: the lines that the reader meant, whatever the elements under the selection show by then.
import { LogMatches } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { painted } from './support/page.ts'
import { linesOf, viewportOf } from './support/viewport.ts'
import { makeLog } from './support/fake-client.ts'

type View = Awaited<ReturnType<typeof viewportOf>>

/** What a copy puts in the clipboard, by line; undefined where that is left to the browser. */
function copied(view: View): string[] | undefined {
  const clipboardData = new DataTransfer()
  const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true })
  view.viewport.dispatchEvent(event)
  return event.defaultPrevented ? clipboardData.getData('text/plain').split('\n') : undefined
}

function textOf(view: View, seq: number): Node {
  const cell = view.rowOf(seq)?.querySelector('.rt-row-message')
  const walker = document.createTreeWalker(cell ?? document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) return walker.currentNode
  throw new Error(`line ${seq} is not painted`)
}

function select(view: View, from: number, to: number): void {
  document.getSelection()?.setBaseAndExtent(textOf(view, from), 2, textOf(view, to), 3)
}

/** As Shift and a click do: the other end stays wherever the document has it. */
function extend(view: View, to: number): void {
  document.getSelection()?.extend(textOf(view, to), 3)
}

describe('a selection', () => {
  test.each(['heard of', 'not heard of yet'])(
    'extended into the very element that was its end before, %s',
    async (how) => {
      const view = await viewportOf(linesOf({ from: 1, to: 2000 }))
      await view.scrollTo(2000)
      select(view, 103, 105)
      await painted()
      const element = view.rowOf(105)
      await view.scrollTo(8000)
      const again = view.seqs().find((seq) => view.rowOf(seq) === element) ?? 0
      expect(again).toBeGreaterThan(400)
      extend(view, again)
      if (how === 'heard of') await painted()
      const lines = copied(view)
      expect([lines?.[0], lines?.at(-1), lines?.length]).toEqual(['line 103', `line ${again}`, again - 102])
      expect(view.exposed.selectedSeqs()).toEqual({ from: 103, to: again })
    },
  )

  test('made and scrolled away from in one frame', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 2000 }))
    await view.scrollTo(2000)
    select(view, 103, 105)
    view.viewport.scrollTop = 20_000
    await painted()
    await painted()
    expect(view.exposed.selectedSeqs()).toEqual({ from: 103, to: 105 })
    expect(copied(view)).toEqual(['line 103', 'line 104', 'line 105'])
  })

  test('is of lines, not of elements, however often those are painted over', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 2000 }))
    await view.scrollTo(2000)
    select(view, 120, 110)
    await painted()
    for (const top of [2010, 9000, 30_000, 0, 2333, 500, 2000]) {
      await view.scrollTo(top)
      expect(view.exposed.selectedSeqs()).toEqual({ from: 110, to: 120 })
      const shown = view.rows().filter((row) => row.dataset['state'] === 'selected')
      const expected = view.seqs().filter((seq) => seq >= 110 && seq <= 120)
      expect(shown.map((row) => Number(row.dataset['seq']))).toEqual(expected)
    }
    expect(view.mode()).toBe('SELECTING')
    document.getSelection()?.removeAllRanges()
    await painted()
    expect(view.exposed.selectedSeqs()).toBeUndefined()
    expect(view.mode()).toBe('READING')
  })

  test('of filtered lines copies those that are shown, and says what is not known of', async () => {
    const logs = linesOf({ from: 101, to: 2000 })
    logs.put(makeLog(2001, { level: 'error', message: 'line 2001' }))
    const shown = new LogMatches(logs, { text: /50$|2001/ })
    const view = await viewportOf(logs, { shown, unloaded: [{ from: 1, to: 100 }] })
    await view.press('Home')
    select(view, 150, 350)
    await painted()
    expect(copied(view)).toEqual(['line 150', 'line 250', 'line 350'])
    document
      .getSelection()
      ?.setBaseAndExtent(view.rows()[0]?.querySelector('span') ?? view.viewport, 0, textOf(view, 150), 3)
    await painted()
    expect(copied(view)).toEqual(['100 lines not loaded (1–100)', 'line 150'])
  })

  test('drawn by a real mouse while a real wheel turns', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 2000 }))
    await view.scrollTo(2000)
    const frame = window.frameElement?.getBoundingClientRect() ?? new DOMRect()
    const box = view.viewport.getBoundingClientRect()
    const x = frame.x + (textOf(view, 103).parentElement?.getBoundingClientRect().x ?? 0) + 20
    const yOf = (edgePx: number): number => frame.y + box.y + edgePx + 10
    const mouse = (type: string, y: number, more: object = {}): Promise<unknown> =>
      input().send('Input.dispatchMouseEvent', { type, x, y, button: 'left', buttons: 1, clickCount: 1, ...more })
    await mouse('mousePressed', yOf(view.edgeOf(103)))
    await mouse('mouseMoved', yOf(view.edgeOf(104)))
    for (let turn = 0; turn < 5; turn += 1) {
      await mouse('mouseWheel', yOf(100), { deltaX: 0, deltaY: 700, button: 'none' })
      await painted()
    }
    const seq = view.seqs()[12] ?? 0
    expect(seq).toBeGreaterThan(200)
    await mouse('mouseMoved', yOf(view.edgeOf(seq)))
    await mouse('mouseReleased', yOf(view.edgeOf(seq)), { buttons: 0 })
    await mouse('mouseMoved', 0, { x: 0, button: 'none', buttons: 0 })
    await painted()
    expect(view.exposed.selectedSeqs()).toEqual({ from: 103, to: seq })
    expect(copied(view)).toHaveLength(seq - 102)
  })

  test('of lines that were never painted', async () => {
    const view = await viewportOf(linesOf({ from: 1, to: 100_000 }))
    await view.press('Home')
    select(view, 2, 3)
    await view.scrollTo(1_900_000)
    extend(view, 95_010)
    const lines = copied(view)
    expect([lines?.length, lines?.[0], lines?.[50_000], lines?.at(-1)]).toEqual([
      95_009,
      'line 2',
      'line 50002',
      'line 95010',
    ])
  })
})

/** The browser's own input, by its debugging protocol: events that scripts make select nothing. */
function input(): { send(method: string, parameters: object): Promise<unknown> } {
  return cdp() as unknown as { send(method: string, parameters: object): Promise<unknown> }
}
