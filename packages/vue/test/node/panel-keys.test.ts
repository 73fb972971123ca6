// Keys of the log panel: with and without letters, with modifiers, all of them.
import { expect, test } from 'vitest'
import { panelAction, SHORTCUTS } from '../../src/log-viewer/panel-keys.ts'

const NONE = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false }

test.each([
  ['n', {}, 'next_error'],
  ['p', {}, 'previous_error'],
  ['?', { shiftKey: true }, 'help'],
  ['1', {}, 'debug'],
  ['2', {}, 'info'],
  ['3', {}, 'warning'],
  ['4', {}, 'error'],
  ['5', {}, undefined],
  ['x', {}, undefined],
  ['n', { ctrlKey: true }, undefined],
  ['n', { metaKey: true }, undefined],
  ['n', { altKey: true }, undefined],
  ['f', { ctrlKey: true }, 'search'],
  ['f', { metaKey: true }, 'search'],
  ['f', { ctrlKey: true, shiftKey: true }, undefined],
  ['f', { ctrlKey: true, altKey: true }, undefined],
  ['f', {}, undefined],
  ['F3', {}, 'next_hit'],
  ['F3', { shiftKey: true }, 'previous_hit'],
  ['toString', {}, undefined],
])('%s %o: %s', (key, modifiers, action) => {
  expect(panelAction({ ...NONE, ...modifiers, key }, false)).toBe(action)
})

test('letters stay letters where text is typed; chords work there too', () => {
  for (const key of ['n', 'p', '?', '1', '4']) expect(panelAction({ ...NONE, key }, true)).toBeUndefined()
  expect(panelAction({ ...NONE, key: 'F3' }, true)).toBe('next_hit')
  expect(panelAction({ ...NONE, key: 'f', ctrlKey: true }, true)).toBe('search')
})

test('every single key is in the list that the panel shows', () => {
  const listed = SHORTCUTS.map(([keys]) => keys).join(' ')
  for (const key of ['n', 'p', '1', '2', '3', '4', '?', 'Ctrl+F']) expect(listed).toContain(key)
})
