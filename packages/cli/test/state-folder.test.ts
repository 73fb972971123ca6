import { describe, expect, test } from 'vitest'
import { stateFolderOf } from '../src/state-folder.ts'

describe('what outlives a run lies', () => {
  test.each([
    ['where it is told', { RUNTAIL_STATE: '/mine', XDG_STATE_HOME: '/state', HOME: '/h' }, 'linux', '/mine'],
    ['in the state of the user', { XDG_STATE_HOME: '/state', HOME: '/h' }, 'linux', '/state/runtail'],
    ['in the home of the user', { XDG_STATE_HOME: 'relative', HOME: '/h' }, 'linux', '/h/.local/state/runtail'],
    ['in the library of the user', { HOME: '/h' }, 'darwin', '/h/Library/Application Support/runtail'],
    ['nowhere', { HOME: '' }, 'linux', undefined],
  ] as const)('%s', (_where, env, platform, folder) => {
    expect(stateFolderOf(env, platform)).toBe(folder)
  })
})
