// A scenario enters, everything that is not a client leaves: the time, the network, the disk, the bus, the nodes, and the faults that change them.

import { Disk } from './disk.ts'
import { Network } from './network.ts'
import type { StoreHealth } from './node-store.ts'
import { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import { ServerHost } from './server-host.ts'
import { ServerProcess } from './server-node.ts'
import { SimBus, type BusHealth } from './sim-bus.ts'
import { VirtualTime } from './virtual-time.ts'

const HEALTHY_STORE: StoreHealth = { away: 0, slow: false, answerLost: 0, crashBefore: 0, crashAfter: 0 }

/** Milliseconds within which the clients of a node that announces its end move on, and some. */
const HAND_OVER_MS = 1500

/** The beginning of it. */
function stackOf(error: Error): string {
  return (error.stack ?? error.message).split('\n').slice(0, 4).join('\n')
}

/** What everybody in a run lives in. */
export class World {
  readonly scenario: Scenario
  readonly random: Random
  readonly time: VirtualTime
  readonly network: Network
  readonly disk = new Disk()
  readonly hosts: readonly ServerHost[]
  readonly storeHealth: StoreHealth = { ...HEALTHY_STORE }
  readonly busHealth: BusHealth = { loss: 0, doubling: 0, lateness: 0 }
  readonly problems: string[] = []
  /** Takes one line per thing that happens. */
  readonly trace: (text: string) => void
  #phase: 'faulty' | 'healed' = 'faulty'

  constructor(scenario: Scenario, onTrace: ((line: string) => void) | undefined) {
    this.scenario = scenario
    this.random = new Random(scenario.seed).fork()
    this.time = new VirtualTime((error) => this.problem('a timer threw', error))
    this.trace = (text) => onTrace?.(`${(this.time.elapsedMs / 1000).toFixed(4).padStart(9)}  ${text}`)
    this.network = new Network(this.time, this.random.fork(), scenario)
    const bus = new SimBus(this.time, this.random.fork(), this.busHealth)
    this.hosts = scenario.nodes.map((sizes, index) => {
      const start = (onCrash: (when: string) => void): ServerProcess =>
        new ServerProcess({
          network: this.network,
          disk: this.disk,
          bus,
          random: this.random.fork(),
          health: this.storeHealth,
          storeMs: scenario.storeMs,
          withoutBlock: scenario.withoutBlock,
          sizes,
          polls: scenario.polls,
          onCrash: (when) => {
            onCrash(when)
            this.#restartLater(index)
          },
          onDefect: (error) => this.problem('a server defect', error),
        })
      return new ServerHost(`node ${'abc'[index]}`, start, this.trace)
    })
    this.network.hosts.push(...this.hosts)
    for (const host of this.hosts) host.start()
  }

  /** Something happened that no run may have. */
  problem(where: string, error: unknown): void {
    const text = `${where}: ${error instanceof Error ? stackOf(error) : String(error)}`
    this.trace(text)
    this.problems.push(text)
  }

  /** Runs something on the side. */
  background(where: string, work: Promise<unknown>): void {
    work.catch((error: unknown) => this.problem(where, error))
  }

  /** A node dies, and comes back some time later. */
  crash(index: number, how: 'killed' | 'unplugged'): void {
    this.hosts[index]?.crash(how, 'out of nothing')
    this.#restartLater(index)
  }

  /** A node hands over to the others, stops and comes back. */
  async handOver(index: number): Promise<void> {
    const host = this.hosts[index]
    const others = this.hosts.filter((other) => other !== host && other.isListening)
    await host?.stop(others.length === 0 ? undefined : () => this.time.sleep(HAND_OVER_MS))
    this.#restartLater(index)
  }

  /** All nodes die, and an older state of the store takes its place. */
  async restore(part: number): Promise<void> {
    for (const host of this.hosts) host.crash('killed', 'for a restore')
    await this.disk.restore(part)
    this.trace(`the store is an older one now, number ${this.disk.generation}`)
    this.hosts.forEach((_, index) => this.#restartLater(index))
  }

  /** From now on nothing goes wrong any more; what was lost in silence stays lost. */
  heal(): void {
    this.#phase = 'healed'
    this.trace('everything heals')
    Object.assign(this.network.weather, { dials: 'answered', slow: false, frameLoss: 0, frameDoubling: 0 })
    Object.assign(this.storeHealth, HEALTHY_STORE)
    Object.assign(this.busHealth, { loss: 0, doubling: 0, lateness: 0 })
    for (const link of this.network.links) link.thaw()
    for (const host of this.hosts) host.start()
  }

  #restartLater(index: number): void {
    const ms = this.#phase === 'healed' ? 10 : this.random.pick([20, 300, 3000])
    this.time.after(ms, () => this.hosts[index]?.start())
  }
}
