// A key pressed in the log panel enters, what it asks for leaves; while text is typed, or single keys are switched off, letters stay letters. Pure.

import { LOG_LEVELS, type LogLevel } from '@runtail/core'
import type { Key } from './viewport-keys.ts'

/** What a key asks for; a level asks for its filter to be toggled. */
export type PanelAction = 'search' | 'next_hit' | 'previous_hit' | 'next_error' | 'previous_error' | 'help' | LogLevel

/** What the panel's list of shortcuts says. */
export const SHORTCUTS: readonly (readonly [keys: string, meaning: string])[] = [
  ['Ctrl+F', 'Search; once more: the browser’s own'],
  ['Enter, Shift+Enter', 'Next, previous hit'],
  ['n, p', 'Next, previous error'],
  ['1 2 3 4', 'Only debug, info, warning, error'],
  ['Home, End', 'First line, newest line'],
  ['Esc', 'Close'],
  ['?', 'This list'],
]

/** Keys, and at the same place what they ask for. */
const KEYS = 'np?1234'
const ACTIONS: readonly PanelAction[] = ['next_error', 'previous_error', 'help', ...LOG_LEVELS]

/** The action of a key; `isLetter` where it would write or choose something, or where single keys are switched off. */
export function panelAction(
  { key, altKey, ctrlKey, metaKey, shiftKey }: Key,
  isLetter: boolean,
): PanelAction | undefined {
  if (altKey) return undefined
  if (ctrlKey || metaKey) return key === 'f' && !shiftKey ? 'search' : undefined
  if (key === 'F3') return shiftKey ? 'previous_hit' : 'next_hit'
  return isLetter || key.length > 1 ? undefined : ACTIONS[KEYS.indexOf(key)]
}
