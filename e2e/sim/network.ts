// Dials enter, links to whichever node answers leave: the simulated network, its speed and its faults.

import { Link } from './link.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'
import type { ServerSocket } from './server-socket.ts'
import type { VirtualTime } from './virtual-time.ts'

/** A place that can be dialled. */
export interface Host {
  readonly name: string
  /** Whether somebody listens, and can be asked by newcomers. */
  readonly isListening: boolean
  accept(link: Link): ServerSocket
}

/** How the network is at the moment; the faults change it. */
export interface Weather {
  /** Dials are answered, refused, or not answered at all. */
  dials: 'answered' | 'refused' | 'silent'
  slow: boolean
  frameLoss: number
  frameDoubling: number
}

/** What may go wrong with a frame of a subscription between two healthy ends (a proxy, a defect of a node). */
export type FrameFate = 'arrives' | 'lost' | 'doubled'

/** The network between all clients and all nodes. */
export class Network {
  readonly time: VirtualTime
  readonly weather: Weather = { dials: 'answered', slow: false, frameLoss: 0, frameDoubling: 0 }
  readonly hosts: Host[] = []
  readonly messageBytes: number
  readonly #random: Random
  readonly #latencyMs: number
  #links: Link[] = []

  constructor(time: VirtualTime, random: Random, scenario: Scenario) {
    this.time = time
    this.#random = random
    this.#latencyMs = scenario.latencyMs
    this.messageBytes = scenario.messageBytes
  }

  /** The links that are whole. */
  get links(): readonly Link[] {
    this.#links = this.#links.filter((link) => link.isWhole)
    return this.#links
  }

  latencyMs = (): number => this.#latencyMs * this.#random.between(0.5, 2) * (this.#random.chance(0.02) ? 10 : 1)

  /** The host that a balancer leads a newcomer to. */
  route(): Host | undefined {
    const listening = this.hosts.filter((host) => host.isListening)
    return listening.length === 0 ? undefined : this.#random.pick(listening)
  }

  newLink(): Link {
    const rate = this.#random.between(500, 50_000)
    const link = new Link(this.time, {
      latencyMs: this.latencyMs,
      bytesPerMs: () => (this.weather.slow ? 5 : rate),
      windowBytes: this.#random.pick([2000, 16_000, 64_000]),
    })
    this.#links.push(link)
    return link
  }

  fateOfFrame(): FrameFate {
    const { frameLoss, frameDoubling } = this.weather
    if (frameLoss > 0 && this.#random.chance(frameLoss)) return 'lost'
    return frameDoubling > 0 && this.#random.chance(frameDoubling) ? 'doubled' : 'arrives'
  }
}
