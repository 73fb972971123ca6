// The faults of a scenario enter, things go wrong at random moments until the load is over.

import type { Fault } from './scenario.ts'
import type { World } from './world.ts'

/** The clients, as far as faults concern them. */
export interface ClientHandles {
  /** The device says that its network came or went. */
  hint(hint: 'online' | 'offline'): void
  reconnect(): void
}

/** Makes things go wrong, one after another. Resolves when the load is over. */
export async function wreak(world: World, clients: readonly ClientHandles[]): Promise<void> {
  const { random, scenario, time } = world
  const faults = Array.from(scenario.faults).filter((fault) => fault in DOERS)
  setStanding(world)
  while (time.elapsedMs < scenario.loadMs) {
    await time.sleep(scenario.faultEveryMs * random.between(0.3, 1.7))
    if (time.elapsedMs >= scenario.loadMs || faults.length === 0) continue
    const fault = random.pick(faults)
    world.trace(`fault: ${fault}`)
    DOERS[fault]?.(world, clients)
  }
}

type Doer = (world: World, clients: readonly ClientHandles[]) => void

const DOERS: { readonly [F in Fault]?: Doer } = {
  cut: ({ network, random }) => someLink(network, random)?.cut(network.latencyMs),
  half_open: ({ network, random }) => someLink(network, random)?.vanish(),
  freeze: ({ network, random, time }) => {
    const link = someLink(network, random)
    link?.freeze()
    time.after(random.pick([100, 2000, 6000]), () => link?.thaw())
  },
  slow_link: ({ network, random, time }) => {
    network.weather.slow = true
    time.after(random.between(100, 3000), () => (network.weather.slow = false))
  },
  refuse: (world) => dials(world, 'refused'),
  silent_host: (world) => dials(world, 'silent'),
  crash: (world) => {
    const { random, scenario } = world
    world.crash(random.int(0, scenario.nodes.length - 1), random.chance(0.7) ? 'killed' : 'unplugged')
  },
  hand_over: (world) => {
    world.background('hand-over', world.handOver(world.random.int(0, world.scenario.nodes.length - 1)))
  },
  store_away: ({ storeHealth, random, time }) => {
    storeHealth.away = random.pick([0.3, 1])
    time.after(random.between(50, 2000), () => (storeHealth.away = 0))
  },
  store_slow: ({ storeHealth, random, time }) => {
    storeHealth.slow = true
    time.after(random.between(50, 2000), () => (storeHealth.slow = false))
  },
  restore: (world) => world.background('restore', world.restore(world.random.next())),
  hint_of_device: ({ random }, clients) => random.pick(clients).hint(random.pick(['online', 'offline'])),
  reconnect: ({ random }, clients) => random.pick(clients).reconnect(),
}

/** Faults that are there all the time. */
function setStanding({ scenario: { faults, withoutBlock }, network, storeHealth, busHealth, random }: World): void {
  if (faults.has('frame_loss')) network.weather.frameLoss = random.pick([0.02, 0.2])
  if (faults.has('frame_doubling')) network.weather.frameDoubling = random.pick([0.02, 0.2])
  if (faults.has('answer_lost')) storeHealth.answerLost = 0.1
  if (faults.has('crash_at_commit')) Object.assign(storeHealth, { crashBefore: 0.02, crashAfter: 0.03 })
  if (faults.has('bus'))
    Object.assign(busHealth, { loss: random.pick([0.1, 0.7]), doubling: 0.2, lateness: 0.2 * (1 - withoutBlock) })
}

function someLink(network: World['network'], random: World['random']): World['network']['links'][number] | undefined {
  const { links } = network
  return links.length === 0 ? undefined : random.pick(links)
}

function dials({ network, random, time }: World, how: 'refused' | 'silent'): void {
  network.weather.dials = how
  time.after(random.between(100, 3000), () => (network.weather.dials = 'answered'))
}
