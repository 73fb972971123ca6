// Logs and properties enter, a whole log panel on a real page leaves, as its user has it: buttons by name, keys, what is written where.

import type { LogBuffer } from '@runtail/core'
import { ExecutionLogViewer } from '../../src/index.ts'
import type { PanelProps } from '../../src/log-viewer/panel-props.ts'
import { afterEach } from 'vitest'
import { page } from 'vitest/browser'
import { painted, show } from './page.ts'

/** As wide as a panel on a desk, and what the tests of other files have. */
const WIDE = [1280, 800] as const
const NARROW = [414, 896] as const
afterEach(() => page.viewport(...NARROW))

/** A panel, and what its user does with it. */
export async function logPanel(
  logs: LogBuffer,
  { isNarrow = false, ...props }: Partial<PanelProps> & { readonly hash?: string; readonly isNarrow?: boolean } = {},
) {
  const [width, height] = isNarrow ? NARROW : WIDE
  await page.viewport(width, height)
  const emitted: string[] = []
  const grown = () => ({ version: logs.count, head: logs.last })
  const wrapper = show(ExecutionLogViewer, {
    props: {
      logs,
      gaps: [],
      storageKey: '',
      ...grown(),
      ...props,
      'onUpdate:hash': (hash: string) => {
        emitted.push(hash)
        return wrapper.setProps({ hash })
      },
    },
  })
  const root = wrapper.element as HTMLElement
  const viewport = wrapper.get('.rt-viewport').element as HTMLElement
  await painted()

  const visible = (element: Element) => element.checkVisibility()
  const text = (selector: string) => [...root.querySelectorAll(selector)].filter(visible).map(textOf).join(' ')
  return {
    wrapper,
    root,
    viewport,
    emitted,
    text,
    /** Numbers of the lines that are painted. */
    seqs: () =>
      [...viewport.querySelectorAll<HTMLElement>('.rt-row:not(.rt-row-gap)')].map((row) => Number(row.dataset['seq'])),
    current: () => Number(viewport.querySelector<HTMLElement>('[aria-current]')?.dataset['seq']),
    mode: () => root.dataset['follow'],
    /** Of the button with this name or text. */
    button: (name: string) => {
      const buttons = [...root.querySelectorAll('button')].filter(visible)
      const nameOf = (button: Element) => button.ariaLabel ?? textOf(button)
      const found =
        buttons.find((button) => nameOf(button) === name) ?? buttons.find((button) => nameOf(button).startsWith(name))
      if (!found) throw new Error(`There is no button "${name}".`)
      return found
    },
    async click(name: string) {
      this.button(name).click()
      await painted()
    },
    async set(changes: Partial<PanelProps> = {}) {
      await wrapper.setProps({ ...grown(), ...changes })
      await painted()
    },
    /** Presses a key where the focus is, or in the lines; false where the panel took it from the browser. */
    async press(key: string, init: KeyboardEventInit = {}) {
      const target = root.contains(document.activeElement) ? document.activeElement : viewport
      const isLeft = target?.dispatchEvent(
        new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }),
      )
      await painted()
      return isLeft
    },
    async type(selector: string, value: string) {
      await wrapper.get(selector).setValue(value)
      await painted()
    },
  }
}

function textOf(element: Element): string {
  return element.textContent.replaceAll(/\s+/g, ' ').trim()
}
