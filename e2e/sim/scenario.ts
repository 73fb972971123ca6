// A seed enters, everything that is decided before a run begins leaves: who takes part, how large things are, and which faults this world has.

import { Random } from './random.ts'

/** Every kind of fault. Each run has some of them, so that combinations differ. */
export const FAULTS = [
  'cut',
  'half_open',
  'freeze',
  'slow_link',
  'refuse',
  'silent_host',
  'frame_loss',
  'frame_doubling',
  'crash',
  'crash_at_commit',
  'hand_over',
  'store_away',
  'store_slow',
  'answer_lost',
  'restore',
  'bus',
  'hint_of_device',
  'reconnect',
  'kill_producer',
  'overflow',
  'small_messages',
] as const

/** The name of a fault. */
export type Fault = (typeof FAULTS)[number]

/** How large things are on a server node. */
export interface NodeSizes {
  readonly logsPerRead: number
  readonly ringBytes: number
  readonly maxLogsPerTransaction: number
  readonly maxWaitingBytes: number
  readonly highBytes: number
}

/** One execution and who reports it. `twins`: two programs send the same logs, as after a restart that was none. */
export interface ProducerPlan {
  readonly executionId: string
  readonly kind: 'sdk' | 'twins'
  readonly logs: number
  readonly gapMs: number
  readonly startMs: number
  readonly ending: 'complete' | 'fail' | 'cancel' | 'none'
  readonly isKilled: boolean
  readonly outboxLogs: number
}

/** Somebody who reads. */
export interface FollowerPlan {
  readonly client: number
  readonly executionId: string
  readonly kind: 'follow' | 'watch' | 'list'
  readonly startMs: number
  /** How long it thinks about each update. */
  readonly thinkMs: number
  /** How long each visit lasts before it comes back with its cursor; Infinity for one visit. */
  readonly visitMs: number
}

/** What a run is made from. */
export interface Scenario {
  readonly seed: number
  readonly faults: ReadonlySet<Fault>
  readonly loadMs: number
  readonly faultEveryMs: number
  readonly nodes: readonly NodeSizes[]
  /** Without polls and sync frames a lost hint or a missed bell is never made good: it shows. */
  readonly polls: boolean
  readonly latencyMs: number
  /** A proxy on the way ends connections with longer messages (code 1009). */
  readonly messageBytes: number
  readonly storeMs: number
  /** Probability that an append does not give back what it committed, so that followers have to read it. */
  readonly withoutBlock: number
  readonly producers: readonly ProducerPlan[]
  readonly followers: readonly FollowerPlan[]
  readonly followerClients: number
}

/** Faults that only polls and sync frames make good. */
const NEEDS_POLLS: ReadonlySet<Fault> = new Set(['frame_loss', 'answer_lost', 'bus'])

/** The scenario of a seed. Pure. */
export function scenarioOf(seed: number): Scenario {
  const random = new Random(seed)
  const polls = random.chance(0.7)
  const nodeCount = polls ? random.int(1, 3) : 1
  const faults = new Set(
    FAULTS.filter((fault) => random.chance(RARE.has(fault) ? 0.12 : 0.35) && (polls || !NEEDS_POLLS.has(fault))),
  )
  const loadMs = random.int(1500, 8000)
  const producers = Array.from({ length: random.int(1, 3) }, (_, index) =>
    producerOf(random, index, { faults, loadMs }),
  )
  const followerClients = random.int(1, 3)
  return {
    seed,
    faults,
    polls,
    loadMs,
    faultEveryMs: random.int(150, 2000),
    nodes: Array.from({ length: nodeCount }, () => sizesOf(random)),
    latencyMs: random.pick([1, 5, 20, 80]),
    messageBytes: faults.has('small_messages') ? random.int(2500, 9000) : Infinity,
    storeMs: random.pick([0.2, 1, 5, 20]),
    // Of the seed and not of the dice, so that seeds that are kept since before there was anything to give back still make the same worlds.
    withoutBlock: [1, 0.3, 0][seed % 3] ?? 1,
    producers,
    followers: Array.from({ length: random.int(1, 5) }, () => followerOf(random, producers, followerClients)),
    followerClients,
  }
}

const RARE: ReadonlySet<Fault> = new Set(['restore', 'overflow', 'kill_producer', 'silent_host', 'small_messages'])

function sizesOf(random: Random): NodeSizes {
  return {
    logsPerRead: random.pick([1, 2, 3, 7, 30, 256]),
    ringBytes: random.pick([1, 2000, 10_000, 1024 * 1024]),
    maxLogsPerTransaction: random.pick([1, 5, 1000]),
    maxWaitingBytes: random.pick([8000, 64 * 1024 * 1024]),
    highBytes: random.pick([1000, 8000, 256 * 1024]),
  }
}

function producerOf(
  random: Random,
  index: number,
  { faults, loadMs }: Pick<Scenario, 'faults' | 'loadMs'>,
): ProducerPlan {
  // To find the line that is too long takes a dozen attempts, with backoffs: few lines make an end of it.
  const logs = random.pick(faults.has('small_messages') ? [3, 20] : [3, 20, 50, 120])
  return {
    executionId: `x${index}`,
    kind: random.chance(0.2) ? 'twins' : 'sdk',
    logs,
    // Most report as long as things go wrong, or a bit longer.
    gapMs: random.pick([0, 0.5, 1, 2, 2.5]) * (loadMs / logs),
    startMs: random.int(0, 800),
    ending: random.pick(['complete', 'complete', 'fail', 'cancel', 'none'] as const),
    isKilled: faults.has('kill_producer') && random.chance(0.5),
    outboxLogs: faults.has('overflow') ? random.int(5, 30) : 100_000,
  }
}

function followerOf(random: Random, producers: readonly ProducerPlan[], clients: number): FollowerPlan {
  const kind = random.pick(['follow', 'follow', 'follow', 'follow', 'watch', 'watch', 'list'] as const)
  return {
    kind,
    client: random.int(0, clients - 1),
    executionId: random.pick(producers).executionId,
    startMs: random.pick([0, random.int(0, 2000), random.int(0, 8000)]),
    thinkMs: random.chance(0.7) ? 0 : random.pick([1, 20, 100]),
    visitMs: random.chance(0.6) ? Infinity : random.int(50, 1500),
  }
}
