// What Ctrl+C takes from a log panel: all that the selected logs say, whatever of them is in the document.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { makeLog } from './support/fake-client.ts'
import { painted } from './support/page.ts'
import { bufferOf, panelOf } from './support/panel.ts'

type Panel = Awaited<ReturnType<typeof panelOf>>

/** What a copy puts in the clipboard; undefined where that is left to the browser. */
function copied(panel: Panel): string | undefined {
  const clipboardData = new DataTransfer()
  const event = new ClipboardEvent('copy', { clipboardData, bubbles: true, cancelable: true })
  panel.viewport.dispatchEvent(event)
  return event.defaultPrevented ? clipboardData.getData('text/plain') : undefined
}

/** The text node of a message that is painted, and where its row is. */
function messageOf(panel: Panel, text: string) {
  const row = panel.rows()[panel.texts().indexOf(text)]
  const cell = row?.querySelector('.rt-row-message')
  const walker = document.createTreeWalker(cell ?? document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) if (walker.currentNode.textContent?.trim()) return walker.currentNode
  throw new Error(`"${text}" is not painted`)
}

async function select(from: Node, to: Node): Promise<void> {
  document.getSelection()?.setBaseAndExtent(from, 2, to, 3)
  await painted()
}

async function selectRows(panel: Panel, from: string, to: string): Promise<void> {
  await select(messageOf(panel, from), messageOf(panel, to))
}

describe('copying', () => {
  test('three rows gives three lines, whichever end was first', async () => {
    const panel = await panelOf(bufferOf(100))
    await selectRows(panel, 'line 95', 'line 97')
    expect(copied(panel)).toBe('line 95\nline 96\nline 97')
    await selectRows(panel, 'line 97', 'line 95')
    expect(copied(panel)).toBe('line 95\nline 96\nline 97')
  })

  test('a part of one message is left to the browser; without a selection there is nothing to take', async () => {
    const panel = await panelOf(bufferOf(100))
    expect(copied(panel)).toBeUndefined()
    await selectRows(panel, 'line 97', 'line 97')
    expect(copied(panel)).toBeUndefined()
    expect(document.getSelection()?.toString()).toBe('n')
  })

  test('from one cell of a row to another gives its message', async () => {
    const panel = await panelOf(bufferOf(100))
    const message = messageOf(panel, 'line 97')
    const time = message.parentElement?.closest('.rt-row')?.querySelector('.rt-row-time')?.firstChild
    await select(time as Node, message)
    expect(copied(panel)).toBe('line 97')
  })

  test('all lines of a message though its row shows one, without colours, errors beside it, gaps as gaps', async () => {
    const logs = new LogBuffer()
    logs.put(makeLog(1, { message: 'first' }))
    logs.put(makeLog(2, { message: '\u001b[31mred\u001b[0m and\nmore' }))
    const { message: _message, ...silent } = makeLog(3, { error_message: 'it broke' })
    logs.put(silent)
    logs.put(makeLog(4, { message: 'fetch failed', error_message: 'Error: no\n  at a' }))
    logs.put(makeLog(6, { message: 'last' }))
    const panel = await panelOf(logs)
    await selectRows(panel, 'first', 'last')
    expect(copied(panel)).toBe(
      'first\nred and\nmore\nit broke\nfetch failed Error: no\n  at a\n1 line missing (5): no longer kept by the server\nlast',
    )
  })

  test('what was scrolled past is copied too, where the rows have been painted over', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(2000)
    await selectRows(panel, 'line 103', 'line 105')
    await panel.scrollTo(8000)
    document.getSelection()?.extend(messageOf(panel, 'line 406'), 3)
    const lines = copied(panel)?.split('\n')
    expect(lines).toHaveLength(304)
    expect([lines?.[0], lines?.at(-1)]).toEqual(['line 103', 'line 406'])
  })

  test('a new selection begins anew', async () => {
    const panel = await panelOf(bufferOf(1000))
    await selectRows(panel, 'line 995', 'line 997')
    document.getSelection()?.collapseToStart()
    await painted()
    await panel.scrollTo(0)
    await selectRows(panel, 'line 2', 'line 3')
    expect(copied(panel)).toBe('line 2\nline 3')
  })

  test('a line clicked three times is that line', async () => {
    const panel = await panelOf(bufferOf(100))
    const box = messageOf(panel, 'line 95').parentElement?.getBoundingClientRect() ?? new DOMRect()
    const frame = window.frameElement?.getBoundingClientRect() ?? new DOMRect()
    const at = { x: frame.x + box.x + 10, y: frame.y + box.y + 10, button: 'left' as const }
    for (let clickCount = 1; clickCount <= 3; clickCount += 1) {
      await input().send('Input.dispatchMouseEvent', { type: 'mousePressed', clickCount, ...at })
      await input().send('Input.dispatchMouseEvent', { type: 'mouseReleased', clickCount, ...at })
    }
    await input().send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 0, y: 0 })
    await painted()
    expect(document.getSelection()?.toString().trim()).toBe('line 95')
    expect(copied(panel) ?? document.getSelection()?.toString()).toBe('line 95')
  })
})

/** The browser's own input, by its debugging protocol: events that scripts make select nothing. */
interface Input {
  send(method: string, parameters: Readonly<Record<string, unknown>>): Promise<unknown>
}
function input(): Input {
  return cdp() as unknown as Input
}
