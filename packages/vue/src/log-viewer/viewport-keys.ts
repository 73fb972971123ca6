// A key enters, what it does to the viewport leaves; keys with modifiers stay the browser's.

/** What a key asks for. */
export type ViewportKeyAction = 'line_up' | 'line_down' | 'page_up' | 'page_down' | 'start' | 'end' | 'open'

const ACTIONS: Readonly<Record<string, ViewportKeyAction>> = {
  ArrowUp: 'line_up',
  ArrowDown: 'line_down',
  PageUp: 'page_up',
  PageDown: 'page_down',
  Home: 'start',
  End: 'end',
  Enter: 'open',
}

/** The part of a keyboard event that matters here. */
export type Key = Pick<KeyboardEvent, 'key' | 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>

/** The action of a key, or undefined where it is none of ours. Shift selects, Alt and Meta navigate. */
export function viewportKeyAction(key: Key): ViewportKeyAction | undefined {
  if (key.altKey || key.metaKey || key.shiftKey) return undefined
  const action = ACTIONS[key.key]
  return key.ctrlKey && action !== 'start' && action !== 'end' ? undefined : action
}
