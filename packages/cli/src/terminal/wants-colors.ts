// Option, environment and output enter; whether to print colours leaves.

import type { Io } from '../command.ts'

/** Colours go to terminals only, and not where anybody asked for none. */
export function wantsColors(noColor: boolean | undefined, io: Pick<Io, 'env' | 'stdout'>): boolean {
  return !noColor && !io.env['NO_COLOR'] && io.stdout.isTTY
}
