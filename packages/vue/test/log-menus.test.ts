// Where the menus of the log panel's toolbar open, and how wide what is in them is.
import { expect, test } from 'vitest'
import { logPanel } from './support/log-panel.ts'
import { bufferOf } from './support/panel.ts'

test.each([['Copy, download'], ['Shortcuts']])('in a wide panel "%s" opens below its button', async (name) => {
  const panel = await logPanel(bufferOf(10))
  const button = panel.button(name).getBoundingClientRect()
  await panel.click(name)
  const menu = panel.root.querySelector('.rt-popover:popover-open')?.getBoundingClientRect()
  expect(menu?.left).toBeGreaterThanOrEqual(button.left)
  expect(menu?.left).toBeLessThan(button.right)
  expect(menu?.top).toBeGreaterThanOrEqual(button.bottom)
  expect(menu?.top).toBeLessThan(button.bottom + 16)
})

test('the list of shortcuts is at the same place when a key asks for it', async () => {
  const panel = await logPanel(bufferOf(10))
  const { left } = panel.button('Shortcuts').getBoundingClientRect()
  panel.viewport.focus()
  await panel.press('?')
  const menu = panel.root.querySelector('.rt-popover:popover-open')?.getBoundingClientRect()
  expect(Math.abs((menu?.left ?? Infinity) - left)).toBeLessThan(16)
})

test('in the menu of a narrow panel everything is as wide as the menu', async () => {
  const panel = await logPanel(bufferOf(10), {
    isNarrow: true,
    counts: { debug: 48_213, info: 48_213, warning: 48_213, error: 48_213 },
  })
  await panel.click('Menu')
  const widths = [...panel.root.querySelectorAll('.rt-log-tools > *')].map(
    (element) => element.getBoundingClientRect().width,
  )
  expect(new Set(widths).size).toBe(1)
})
