// A plan enters, a program that reads through the SDK leaves, with everything that it saw and whether it has everything.

import { parseCursor, type RuntailError, type SeqRange } from '@runtail/core'
import type { Disk } from './disk.ts'
import type { FollowHistory, ListHistory, SeenUpdate, WatchHistory } from './history.ts'
import type { ExecutionWatch, FollowUpdate } from './parts.ts'
import type { FollowerPlan } from './scenario.ts'
import type { SimClient } from './sim-client.ts'
import type { World } from './world.ts'

/** Somebody who reads. */
export interface SimFollower {
  run(): Promise<void>
  /** Faults are over: it stays where it is now. */
  settle(): void
  /** Whether it has everything that is on this disk. */
  hasAll(disk: Pick<Disk, 'heads' | 'begun'>): boolean
  /** Ends it, and gives what it saw. */
  seen(): { follows?: readonly FollowHistory[]; watches?: readonly WatchHistory[]; lists?: readonly ListHistory[] }
}

/** What a follower is made from. */
export interface FollowerOptions {
  readonly world: World
  readonly client: SimClient
  readonly plan: FollowerPlan
  readonly name: string
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** The follower of a plan. */
export function followerOf(options: FollowerOptions): SimFollower {
  if (options.plan.kind === 'follow') return new CursorFollower(options)
  return options.plan.kind === 'watch' ? new Watcher(options) : new Lister(options)
}

/** Uses `follow`; leaves now and then, and comes back with its cursor. */
class CursorFollower implements SimFollower {
  readonly #options: FollowerOptions
  readonly #visits: Mutable<FollowHistory>[] = []
  #cursor: string | undefined
  #phase: 'restless' | 'settled' = 'restless'

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { world, plan, name } = this.#options
    const { time } = world
    await time.sleep(plan.startMs)
    for (;;) {
      try {
        await this.#visit()
        await time.sleep(world.random.between(0, 500))
      } catch (error) {
        // Followed before it was made, or after a restore that does not know it.
        if ((error as RuntailError).code !== 'not_found') throw error
        world.trace(`${name} hears that there is no ${plan.executionId}`)
        await time.sleep(300)
      }
    }
  }

  settle(): void {
    this.#phase = 'settled'
  }

  hasAll({ heads, begun }: Pick<Disk, 'heads' | 'begun'>): boolean {
    const head = heads.get(this.#options.plan.executionId) ?? 0
    const at = parseCursor(this.#visits.at(-1)?.updates.at(-1)?.cursor ?? '')
    return head === 0 || (at?.seq === head && begun.includes(at.epoch))
  }

  seen(): { follows: readonly FollowHistory[] } {
    return { follows: this.#visits.map((visit) => ({ ...visit, updates: [...visit.updates] })) }
  }

  async #visit(): Promise<void> {
    const { world, client, plan, name } = this.#options
    const leave = new AbortController()
    const updates: SeenUpdate[] = []
    const visit: Mutable<FollowHistory> = {
      name,
      executionId: plan.executionId,
      after: this.#cursor,
      updates,
      fate: 'following',
    }
    this.#visits.push(visit)
    if (plan.visitMs !== Infinity) {
      world.time.after(plan.visitMs * world.random.between(0.1, 2), () => this.#phase === 'restless' && leave.abort())
    }
    const after = this.#cursor === undefined ? {} : { after: this.#cursor }
    try {
      for await (const update of client.runtail.follow(plan.executionId, { ...after, signal: leave.signal })) {
        updates.push(seenUpdate(update))
        this.#cursor = update.cursor
        world.trace(`${name} sees ${describe(update)}`)
        if (plan.thinkMs > 0) await world.time.sleep(plan.thinkMs * world.random.between(0, 2))
      }
    } finally {
      visit.fate = 'left'
    }
  }
}

function seenUpdate({ cursor, reset, head, gaps, logs, execution }: FollowUpdate): SeenUpdate {
  const { status, head_seq } = execution
  return { cursor, reset, head, gaps, lines: logs.map((log) => JSON.stringify(log)), execution: { status, head_seq } }
}

function describe({ cursor, reset, head, gaps, logs }: FollowUpdate): string {
  const range = logs.length === 0 ? 'nothing new' : `${logs[0]?.seq} to ${logs.at(-1)?.seq}`
  return `${range} of ${head}, at ${cursor}${reset ? ', after a reset' : ''}${gaps.map(({ from, to }) => `, gap ${from} to ${to}`).join('')}`
}

/** Uses `watch`; stops listening now and then. Every other one opens at the end, and loads the rest: some of it at once, all of it when it settles. */
class Watcher implements SimFollower {
  readonly #options: FollowerOptions
  readonly #last: number | undefined
  #watch: ExecutionWatch | undefined
  #phase: 'restless' | 'settled' | 'over' = 'restless'

  constructor(options: FollowerOptions) {
    this.#options = options
    const startMs = Math.floor(options.plan.startMs)
    this.#last = startMs % 2 === 0 ? startMs % 9 : undefined
  }

  async run(): Promise<void> {
    const { world, client, plan, name } = this.#options
    await world.time.sleep(plan.startMs)
    this.#watch = client.runtail.watch(plan.executionId, this.#last === undefined ? {} : { last: this.#last })
    if (this.#last !== undefined) world.background(`${name} loads`, this.#load(this.#watch, { from: 2, to: 20 }))
    await listen(this.#watch, this.#options, () => this.#phase === 'restless')
  }

  settle(): void {
    this.#phase = 'settled'
    const { world, name } = this.#options
    if (this.#last !== undefined) world.background(`${name} loads all`, this.#loadAll())
  }

  async #loadAll(): Promise<void> {
    while (this.#phase === 'settled') {
      if (this.#watch) await this.#load(this.#watch, { from: 1, to: Infinity })
      await this.#options.world.time.sleep(1000)
    }
  }

  /** Without a connection it is tried again, without an execution too. */
  async #load(watch: ExecutionWatch, range: SeqRange): Promise<void> {
    const { world, name } = this.#options
    try {
      await watch.load(range)
      world.trace(`${name} has loaded ${range.from} to ${range.to}`)
    } catch (error) {
      const { code } = error as RuntailError
      if (code !== 'disconnected' && code !== 'not_found' && code !== 'closed') throw error
      world.trace(`${name} could not load ${range.from} to ${range.to}: ${code}`)
    }
  }

  hasAll({ heads }: Pick<Disk, 'heads'>): boolean {
    const head = heads.get(this.#options.plan.executionId) ?? 0
    const snapshot = this.#watch?.getSnapshot()
    if (head === 0) return true
    const { logs, execution, completeness } = snapshot ?? {}
    return logs?.last === head && execution?.head_seq === head && completeness?.unloaded.length === 0
  }

  seen(): { watches: readonly WatchHistory[] } {
    this.#phase = 'over'
    const { name, plan } = this.#options
    const snapshot = this.#watch?.getSnapshot()
    if (!snapshot) return { watches: [] }
    const { status, logs, completeness, head } = snapshot
    const lines = Array.from({ length: logs.last }, (_, index) => logs.get(index + 1)).flatMap((log) =>
      log ? JSON.stringify(log) : [],
    )
    return { watches: [{ name, executionId: plan.executionId, status, lines, completeness, head }] }
  }
}

/** Uses `executions.watch`. */
class Lister implements SimFollower {
  readonly #options: FollowerOptions
  #list: ReturnType<SimClient['runtail']['executions']['watch']> | undefined
  #phase: 'restless' | 'settled' = 'restless'

  constructor(options: FollowerOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const { world, client, plan } = this.#options
    await world.time.sleep(plan.startMs)
    this.#list = client.runtail.executions.watch()
    await listen(this.#list, this.#options, () => this.#phase === 'restless')
  }

  settle(): void {
    this.#phase = 'settled'
  }

  hasAll({ heads }: Pick<Disk, 'heads'>): boolean {
    const shown = new Map(this.#list?.getSnapshot().executions.map((execution) => [execution.id, execution.head_seq]))
    return heads.entries().every(([id, head]) => shown.get(id) === head)
  }

  seen(): { lists: readonly ListHistory[] } {
    const executions = this.#list?.getSnapshot().executions ?? []
    return { lists: [{ name: this.#options.name, executions }] }
  }
}

/** Subscribes to a view; as long as it is restless, it goes and comes back: a view goes on where it stopped. */
async function listen(
  view: { subscribe(listener: () => void): () => void },
  { world: { time, random }, plan }: FollowerOptions,
  isRestless: () => boolean,
): Promise<void> {
  let unsubscribe = view.subscribe(() => {})
  while (plan.visitMs !== Infinity && isRestless()) {
    await time.sleep(plan.visitMs * random.between(0.1, 2))
    unsubscribe()
    // At once, within the turn, or much later.
    if (random.chance(0.5)) await time.sleep(random.pick([0, 1, 400]))
    unsubscribe = view.subscribe(() => {})
  }
}
