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

const SINGLE_KEYS: Readonly<Record<string, PanelAction | undefined>> = {
  n: 'next_error',
  p: 'previous_error',
  '?': 'help',
  1: LOG_LEVELS[0],
  2: LOG_LEVELS[1],
  3: LOG_LEVELS[2],
  4: LOG_LEVELS[3],
}

/** The action of a key; `isLetter` where it would write or choose something, or where single keys are switched off. */
export function panelAction(
  { key, altKey, ctrlKey, metaKey, shiftKey }: Key,
  isLetter: boolean,
): PanelAction | undefined {
  if (altKey) return undefined
  if (ctrlKey || metaKey) return key === 'f' && !shiftKey ? 'search' : undefined
  if (key === 'F3') return shiftKey ? 'previous_hit' : 'next_hit'
  return isLetter ? undefined : SINGLE_KEYS[key]
}
