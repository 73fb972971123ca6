// Environment and platform enter, the folder for what outlives a run leaves: where this system keeps such things of this user.

import { isAbsolute, join } from 'node:path'
import type { Io } from './command.ts'

/** Undefined where the user has no home: then nothing is kept. */
export function stateFolderOf(env: Io['env'], platform: NodeJS.Platform): string | undefined {
  const { RUNTAIL_STATE: own, XDG_STATE_HOME: state, HOME: home, LOCALAPPDATA: local } = env
  if (own) return own
  if (platform === 'win32') return local && join(local, 'runtail', 'state')
  // A relative one is to be ignored, says the specification.
  if (state && isAbsolute(state)) return join(state, 'runtail')
  if (!home) return undefined
  return platform === 'darwin'
    ? join(home, 'Library', 'Application Support', 'runtail')
    : join(home, '.local', 'state', 'runtail')
}
