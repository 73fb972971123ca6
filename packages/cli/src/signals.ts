// Signals of the process enter, promises leave; until it is disposed, the signals do nothing else.

import type { Io } from './command.ts'

/** Signals by which people and systems stop a program that did nothing wrong. */
export const STOP_SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[]

/** Signals taken over from the process's default. */
export interface Signals extends Disposable {
  /** Resolves with the next signal that comes. */
  next(): Promise<NodeJS.Signals>
}

/** Takes signals over. */
export function takeSignals(io: Pick<Io, 'onSignal'>, signals: readonly NodeJS.Signals[]): Signals {
  let coming = Promise.withResolvers<NodeJS.Signals>()
  const giveBack = signals.map((signal) =>
    io.onSignal(signal, () => {
      coming.resolve(signal)
      coming = Promise.withResolvers()
    }),
  )
  return {
    next: () => coming.promise,
    [Symbol.dispose]() {
      for (const give of giveBack) give()
    },
  }
}
