// Who moves the log panel: the stream while it is followed, the reader otherwise, and nobody against them.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { cdp } from 'vitest/browser'
import { makeLog } from './support/fake-client.ts'
import { painted } from './support/page.ts'
import { bufferOf, panelOf } from './support/panel.ts'

describe('who moves it', () => {
  test('while following, the newest line is in view', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.grow(5000)
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 6000')
    expect(panel.pill().exists()).toBe(false)
  })

  test('a reader who scrolled up is left alone while 20,000 lines arrive, and told of them', async () => {
    const panel = await panelOf(bufferOf(10_000))
    await panel.scrollTo(100_000)
    expect(panel.mode()).toBe('READING')
    const before = panel.texts()
    const tops = panel.rows().map((row) => row.getBoundingClientRect().top)
    for (let batch = 0; batch < 4; batch += 1) await panel.grow(5000, { nth: 10_000, level: 'error' })
    expect(panel.texts()).toEqual(before)
    expect(panel.rows().map((row) => row.getBoundingClientRect().top)).toEqual(tops)
    expect(panel.pill().text()).toMatch(/^20,000 new lines, 2 errors/)
  })

  test('a wheel turned up ends following before the first pixel moved', async () => {
    const panel = await panelOf(bufferOf(1000))
    const box = panel.viewport.getBoundingClientRect()
    await input().send('Input.dispatchMouseEvent', {
      type: 'mouseWheel',
      x: frameOffset().x + box.x + 20,
      y: frameOffset().y + box.y + 20,
      deltaX: 0,
      deltaY: -120,
    })
    await vi.waitFor(() => expect(panel.mode()).toBe('READING'))
    await panel.grow(1000)
    expect(panel.texts().at(-1)).not.toBe('line 2000')
  })

  test('scrolling down to the last line follows again', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(2000)
    expect(panel.mode()).toBe('READING')
    await panel.scrollTo(1_000_000)
    expect(panel.mode()).toBe('FOLLOWING')
    await panel.grow(10)
    expect(panel.texts().at(-1)).toBe('line 1010')
  })

  test('the pill leads to the newest line, and the focus stays in the panel', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(0)
    await panel.grow(5)
    expect(panel.pill().text()).toMatch(/^5 new lines/)
    await panel.pill().trigger('click')
    await painted()
    expect(panel.texts().at(-1)).toBe('line 1005')
    expect(document.activeElement).toBe(panel.viewport)
  })

  test('a wheel over the pill scrolls the lines', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(2000)
    await panel.grow(5)
    await panel.pill().trigger('wheel', { deltaY: 60, deltaMode: WheelEvent.DOM_DELTA_PIXEL })
    await painted()
    expect(panel.viewport.scrollTop).toBe(2060)
    await panel.pill().trigger('wheel', { deltaY: 1_000_000, deltaMode: WheelEvent.DOM_DELTA_PIXEL })
    await painted()
    expect(panel.mode()).toBe('FOLLOWING')
  })

  test('Pause stops, also at the end; Resume goes on', async () => {
    const panel = await panelOf(bufferOf(1000))
    const button = panel.wrapper.get('.rt-log-pause')
    expect(button.text()).toBe('Pause')
    await button.trigger('click')
    await panel.grow(100)
    expect(panel.texts().at(-1)).toBe('line 1000')
    await panel.scrollTo(1_000_000)
    expect(panel.mode()).toBe('PAUSED')
    expect(button.text()).toBe('Resume')
    await button.trigger('click')
    await painted()
    expect(panel.texts().at(-1)).toBe('line 1100')
  })

  test('a selection stops the rows; letting go of it moves nothing', async () => {
    const panel = await panelOf(bufferOf(1000))
    const message = panel.rows()[3]?.querySelector('.rt-row-message') as HTMLElement
    document.getSelection()?.selectAllChildren(message)
    await painted()
    expect(panel.mode()).toBe('SELECTING')
    const selected = document.getSelection()?.toString()
    await panel.grow(500)
    expect(document.getSelection()?.toString()).toBe(selected)
    document.getSelection()?.removeAllRanges()
    await painted()
    expect(panel.mode()).toBe('READING')
    expect(panel.pill().text()).toMatch(/^500 new lines/)
  })

  test('a filled gap above the reader moves nothing', async () => {
    const logs = new LogBuffer()
    for (let seq = 1; seq <= 3000; seq += 1) if (seq < 100 || seq > 200) logs.put(makeLog(seq))
    const panel = await panelOf(logs)
    await panel.scrollTo(30_000)
    const before = panel.texts()
    for (let seq = 100; seq <= 200; seq += 1) logs.put(makeLog(seq))
    await panel.refresh()
    expect(panel.texts()).toEqual(before)
  })

  test('a panel that gets higher or lower still follows', async () => {
    const panel = await panelOf(bufferOf(1000))
    for (const height of ['600px', '200px', '400px']) {
      ;(panel.wrapper.element as HTMLElement).style.blockSize = height
      await painted()
      expect(panel.mode()).toBe('FOLLOWING')
      expect(panel.texts().at(-1)).toBe('line 1000')
    }
  })

  test('a panel that grew in a layout forced between two frames still follows', async () => {
    const panel = await panelOf(bufferOf(1000))
    ;(panel.wrapper.element as HTMLElement).style.blockSize = '600px'
    // The browser moves the scrollbar with the forced layout, and may tell of it before any observer hears of the new size.
    expect(panel.viewport.clientHeight).toBeGreaterThan(500)
    panel.viewport.dispatchEvent(new Event('scroll'))
    await panel.grow(10)
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 1010')
  })

  test('another execution begins at its end', async () => {
    const panel = await panelOf(bufferOf(1000))
    await panel.scrollTo(0)
    const other = bufferOf(300)
    await panel.wrapper.setProps({ logs: other, version: other.count, head: 300, gaps: [] })
    await painted()
    expect(panel.mode()).toBe('FOLLOWING')
    expect(panel.texts().at(-1)).toBe('line 300')
  })
})

describe('keys', () => {
  test.each([
    { key: 'Home', mode: 'READING' },
    { key: 'PageUp', mode: 'READING' },
    { key: 'ArrowUp', mode: 'READING' },
    { key: 'End', mode: 'FOLLOWING' },
  ])('$key', async ({ key, mode }) => {
    const panel = await panelOf(bufferOf(1000))
    await panel.press(key)
    expect(panel.mode()).toBe(mode)
  })

  test('page by page to the end is following again', async () => {
    const panel = await panelOf(bufferOf(100))
    await panel.press('Home')
    expect(panel.texts()[0]).toBe('line 1')
    const shown = panel.rows().length
    await panel.press('PageDown')
    expect(panel.texts()[0]).toBe(`line ${shown - 1}`)
    for (let page = 0; page < 10; page += 1) await panel.press('PageDown')
    expect(panel.mode()).toBe('FOLLOWING')
    await panel.press('ArrowUp')
    expect(panel.texts()).not.toContain('line 100')
    await panel.press('End')
    expect(panel.texts().at(-1)).toBe('line 100')
  })
})

/** The browser's own input, as a hand would give it. */
function input(): { send(method: string, params: object): Promise<unknown> } {
  return cdp() as unknown as { send(method: string, params: object): Promise<unknown> }
}

/** Tests run in a frame of the page; raw input is in the page's coordinates. */
function frameOffset(): { x: number; y: number } {
  const box = window.frameElement?.getBoundingClientRect()
  return { x: box?.x ?? 0, y: box?.y ?? 0 }
}
