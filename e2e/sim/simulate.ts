// A seed enters, what happened in its world leaves: clients and servers run against faults, then everything heals and has a bounded time to become whole.

import { check, type Violation } from './checker.ts'
import { wreak } from './chaos.ts'
import { followerOf, type SimFollower } from './followers.ts'
import type { Ack, RunHistory } from './history.ts'
import { probeOf, producersOf, type SimProducer } from './producers.ts'
import { Random } from './random.ts'
import { scenarioOf, type Scenario } from './scenario.ts'
import { SimClient } from './sim-client.ts'
import { World } from './world.ts'

/** Virtual milliseconds within which everything must be whole again: the longest backoff, a silence noticed and a call timed out, twice. */
const RECOVERY_MS = 120_000

/** The same behind a proxy that ends connections over long messages: each search for a batch that is short enough takes a backoff. */
const SEARCHING_MS = 1_200_000

/** Probes for sleepers, where no poll would wake them. */
const PROBES = 6

/** Probes at once: what one commits comes while what another committed is read. */
const PROBES_AT_ONCE = 3

/** Time in which something that was seen might come once more. */
const AFTERMATH_MS = 3000

/** What a run gives. */
export interface RunResult {
  readonly scenario: Scenario
  readonly history: RunHistory
  readonly violations: readonly Violation[]
}

/** Runs one seed in virtual time. Runs must not overlap: time is global. */
export async function simulate(seed: number, onTrace?: (line: string) => void): Promise<RunResult> {
  const scenario = scenarioOf(seed)
  const world = new World(scenario, onTrace)
  const uninstall = world.time.install(new Random(seed).fork().fork().next)
  const onRejection = (error: unknown): void => world.problem('unhandled rejection', error)
  process.on('unhandledRejection', onRejection)
  try {
    world.trace(`seed ${seed}: ${[...scenario.faults].join(', ')}; ${scenario.polls ? 'polls' : 'no polls'}`)
    const history = await live(world)
    return { scenario, history, violations: check(history) }
  } finally {
    process.off('unhandledRejection', onRejection)
    uninstall()
  }
}

async function live(world: World): Promise<RunHistory> {
  const { scenario, time } = world
  const acks: Ack[] = []
  const producers: SimProducer[] = scenario.producers.flatMap((plan) => producersOf(world, plan, acks))
  const readers = Array.from({ length: scenario.followerClients }, () => new SimClient(world, { acks }))
  const followers = scenario.followers.map((plan, index) => {
    const client = readers[plan.client] as SimClient
    return followerOf({ world, client, plan, name: `${plan.kind} ${index} of ${plan.executionId}` })
  })
  const clients = [...readers, ...producers.map(({ client }) => client)]
  for (const producer of producers) world.background(producer.history.name, producer.run())
  followers.forEach((follower, index) => world.background(`follower ${index}`, follower.run()))

  const untilWhole = async (): Promise<void> => {
    while (!isWhole(world, producers, followers)) await time.sleep(25)
  }
  let phase: 'wreaking' | 'healing' | 'whole' | 'over' = 'wreaking'
  const story = async (): Promise<void> => {
    await wreak(world, clients)
    world.heal()
    for (const follower of followers) follower.settle()
    phase = 'healing'
    await untilWhole()
    world.trace('everything is whole')
    const executions = Array.from(world.disk.heads.keys())
    const prober = new SimClient(world, { acks })
    clients.push(prober)
    for (let round = 1; executions.length > 0 && round <= (scenario.polls ? 1 : PROBES); round += 1) {
      const executionId = world.random.pick(executions)
      const probes = Array.from({ length: PROBES_AT_ONCE }, (_, index) =>
        probeOf(world, executionId, { client: prober, label: `${round}.${index + 1}` }),
      )
      producers.push(...probes)
      await Promise.all(probes.map((probe) => probe.run()))
      await untilWhole()
    }
    await time.sleep(AFTERMATH_MS)
    // What a producer had sent before it was killed may arrive as late as this.
    await untilWhole()
    phase = 'whole'
  }
  world.background('the run', story())
  const startMs = time.now()
  await time.run(() => phase !== 'wreaking', startMs + scenario.loadMs + 60_000)
  const recoveryMs = scenario.messageBytes < Infinity ? SEARCHING_MS : RECOVERY_MS
  const becameWhole = await time.run(() => phase === 'whole', time.now() + recoveryMs)
  const history = await historyOf(world, { acks, producers, followers })
  world.background(
    'the end',
    Promise.all(clients.map(({ runtail }) => runtail.close({ timeoutMs: 0 }))).then(() => (phase = 'over')),
  )
  await time.run(() => phase === 'over', time.now() + RECOVERY_MS)
  return { ...history, becameWhole, problems: [...world.problems] }
}

function isWhole({ disk }: World, producers: readonly SimProducer[], followers: readonly SimFollower[]): boolean {
  return (
    producers.every(({ history }) => history.fate !== 'waiting') && followers.every((follower) => follower.hasAll(disk))
  )
}

async function historyOf(
  world: World,
  {
    acks,
    producers,
    followers,
  }: { acks: readonly Ack[]; producers: readonly SimProducer[]; followers: readonly SimFollower[] },
): Promise<Omit<RunHistory, 'becameWhole' | 'problems'>> {
  const { disk } = world
  const seen = followers.map((follower) => follower.seen())
  return {
    stores: await disk.histories(),
    acks: [...acks],
    producers: producers.map(({ history }) => ({ ...history, said: [...history.said] })),
    follows: seen.flatMap(({ follows }) => follows ?? []),
    watches: seen.flatMap(({ watches }) => watches ?? []),
    lists: seen.flatMap(({ lists }) => lists ?? []),
  }
}
