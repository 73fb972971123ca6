// A seed and a duration enter, who suffers what, when and for how long leaves; pure, so the same seed is the same bad day.

import { Random } from '../sim/random.ts'
import type { Fault } from './faults.ts'

/** The network between one process and the server turns bad. */
export interface NetworkTrouble {
  readonly type: 'network'
  readonly atMs: number
  /** 0 for faults that are over at once. */
  readonly forMs: number
  readonly victim: string
  readonly fault: Fault
}

/** The server goes: `kill` is `kill -9`, `restart` is SIGTERM. */
export interface ServerTrouble {
  readonly type: 'kill' | 'restart'
  readonly atMs: number
  /** How long until it is started again. */
  readonly forMs: number
}

/** Something bad. */
export type Trouble = NetworkTrouble | ServerTrouble

/** What {@link plan} takes. */
export interface PlanOptions {
  readonly seed: number
  readonly durationMs: number
  /** Names of those with a network of their own. */
  readonly victims: readonly string[]
}

/** The whole bad day, in order. Every victim and the server have one trouble at a time. */
export function plan({ seed, durationMs, victims }: PlanOptions): Trouble[] {
  const random = new Random(seed)
  const server = sequence(random.fork(), durationMs, { from: 2500, to: 6500, draw: serverTrouble })
  const networks = victims.flatMap((victim) => {
    const draw = (rng: Random): Pick<NetworkTrouble, 'type' | 'victim' | 'fault' | 'forMs'> => ({
      type: 'network',
      victim,
      ...networkFault(rng),
    })
    return sequence(random.fork(), durationMs, { from: 1000, to: 6000, draw })
  })
  return [...server, ...networks].toSorted((a, b) => a.atMs - b.atMs)
}

interface Rhythm<Drawn> {
  /** Milliseconds of peace before each trouble. */
  readonly from: number
  readonly to: number
  readonly draw: (random: Random) => Drawn
}

function sequence<Drawn extends { readonly forMs: number }>(
  random: Random,
  durationMs: number,
  { from, to, draw }: Rhythm<Drawn>,
): (Drawn & { readonly atMs: number })[] {
  const troubles: (Drawn & { readonly atMs: number })[] = []
  for (let atMs = random.int(from, to); atMs < durationMs;) {
    const drawn = draw(random)
    troubles.push({ ...drawn, atMs })
    atMs += drawn.forMs + random.int(from, to)
  }
  return troubles
}

function serverTrouble(random: Random): Pick<ServerTrouble, 'type' | 'forMs'> {
  return { type: random.chance(0.75) ? 'kill' : 'restart', forMs: random.int(0, 2000) }
}

function networkFault(random: Random): { readonly fault: Fault; readonly forMs: number } {
  switch (random.pick(['cut', 'truncate', 'half_close', 'freeze', 'refuse', 'throttle', 'delay'] as const)) {
    case 'cut':
      return { fault: { type: 'cut' }, forMs: 0 }
    case 'truncate':
      return { fault: { type: 'truncate' }, forMs: 0 }
    case 'half_close':
      return { fault: { type: 'half_close', side: random.pick(['client', 'server'] as const) }, forMs: 0 }
    case 'freeze': {
      const direction = random.pick(['up', 'down', 'both'] as const)
      // Some pass unnoticed, some last until both sides have given up.
      return { fault: { type: 'freeze', direction }, forMs: random.chance(0.7) ? random.int(200, 5000) : 12_000 }
    }
    case 'refuse':
      return { fault: { type: 'refuse' }, forMs: random.int(200, 3000) }
    case 'throttle':
      return { fault: { type: 'throttle', bytesPerSecond: random.int(5000, 50_000) }, forMs: random.int(1000, 4000) }
    case 'delay':
      return { fault: { type: 'delay', delayMs: random.int(5, 300) }, forMs: random.int(1000, 4000) }
  }
}
