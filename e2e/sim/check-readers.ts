// What readers saw and what was stored enter, every broken promise to them leaves. Pure. Invariants 4 and 5.

import { isDeepStrictEqual } from 'node:util'
import type { Completeness } from '@runtail/client-sdk'
import { isTerminal, parseCursor } from '@runtail/core'
import type { Check, Violation } from './checker.ts'
import type { FollowHistory, ListHistory, SeenUpdate, StoreHistory, WatchHistory } from './history.ts'

/** What a follower holds while its updates are gone through. */
interface Held {
  /** Its logs since the last reset, by seq. */
  readonly lines: ReadonlyMap<number, string>
  readonly seq: number
  /** The store that served it last. */
  readonly store: number
}

type Found = [Check, string]

/** All calls of `follow` of one follower, in order. */
export function checkFollows(visits: readonly FollowHistory[], stores: readonly StoreHistory[]): Violation[] {
  const found: Found[] = []
  let held: Held = { lines: new Map(), seq: 0, store: 0 }
  for (const { executionId, after, updates } of visits) {
    held = comeBack(held, after)
    for (const update of updates) {
      held = step(held, { update, executionId, stores }, found)
    }
  }
  const last = visits.at(-1)
  if (last?.fate === 'following') found.push(...checkEnd(held, last, stores))
  return found.map(([check, text]) => ({ check, text: `${last?.name}: ${text}` }))
}

/** Without a cursor a follower begins anew. */
function comeBack(held: Held, after: string | undefined): Held {
  return after === undefined ? { ...held, lines: new Map(), seq: 0 } : { ...held, seq: parseCursor(after)?.seq ?? 0 }
}

interface StepInput {
  readonly update: SeenUpdate
  readonly executionId: string
  readonly stores: readonly StoreHistory[]
}

/** What it holds after an update; what is wrong with that goes to `found`. */
function step(held: Held, { update, executionId, stores }: StepInput, found: Found[]): Held {
  const cursor = parseCursor(update.cursor) ?? { epoch: '', seq: -1 }
  const store = stores.findIndex(({ epochs }) => epochs.includes(cursor.epoch))
  const stored = linesOf(stores[store], executionId)
  const lines = new Map(update.reset ? [] : held.lines)
  let seq = update.reset ? 0 : held.seq
  if (update.reset && stores.length === 1)
    found.push(['4 seen once, in order', 'a reset, and the store was always the same'])
  for (const gap of update.gaps) {
    if (gap.from <= stored.length)
      found.push(['5 no silent loss', `gap ${gap.from} to ${gap.to} was announced, and is stored`])
    if (gap.from === seq + 1) seq = gap.to
  }
  for (const line of update.lines) {
    const { seq: at } = JSON.parse(line) as { seq: number }
    if (at <= seq) found.push(['4 seen once, in order', `saw ${at} after ${seq}`])
    if (at > seq + 1) found.push(['5 no silent loss', `saw ${at} after ${seq}, and nothing said that some are missing`])
    if (line !== stored[at - 1])
      found.push(['4 seen once, in order', `saw another log at ${at} than ${cursor.epoch} has`])
    lines.set(at, line)
    seq = at
  }
  if (cursor.seq !== seq)
    found.push(['4 seen once, in order', `its cursor says ${cursor.seq} where it has seen up to ${seq}`])
  if (store !== held.store) {
    const gone = Array.from(lines).find(([at, line]) => line !== stored[at - 1])
    if (gone) found.push(['5 no silent loss', `log ${gone[0]} is void since ${cursor.epoch}, and nothing said so`])
  }
  return { lines, seq, store }
}

/** Whoever stayed must have everything, and know the state. */
function checkEnd(held: Held, { executionId, updates }: FollowHistory, stores: readonly StoreHistory[]): Found[] {
  const stored = stores.at(-1)?.executions.find(({ execution }) => execution.id === executionId)
  if (!stored || stored.lines.length === 0) return []
  if (held.store !== stores.length - 1 || held.seq !== stored.lines.length) {
    return [
      ['whole in time', `stands at ${held.seq} of ${stored.lines.length}, in store ${held.store} of ${stores.length}`],
    ]
  }
  const { status, head_seq } = stored.execution
  const state = updates.at(-1)?.execution
  if (isDeepStrictEqual(state, { status, head_seq })) return []
  return [['4 seen once, in order', `thinks ${JSON.stringify(state)}, but it is ${status} at ${head_seq}`]]
}

/** A shared view at the end. */
export function checkWatch(watch: WatchHistory, last: StoreHistory): Violation[] {
  const { name, executionId, status, lines, completeness, head } = watch
  const stored = last.executions.find(({ execution }) => execution.id === executionId)
  if (!stored || stored.lines.length === 0) return []
  const { execution } = stored
  const texts: Found[] = []
  if (lines.length !== stored.lines.length)
    texts.push(['whole in time', `holds ${lines.length} of ${stored.lines.length}`])
  const wrong = lines.findIndex((line, index) => !isSameLog(line, stored.lines[index]))
  if (wrong >= 0) texts.push(['4 seen once, in order', `holds another log at ${wrong + 1}`])
  const whole: Completeness = { first: 1, last: execution.head_seq, gaps: [], unloaded: [] }
  if (!isDeepStrictEqual(completeness, whole)) texts.push(['5 no silent loss', `says ${JSON.stringify(completeness)}`])
  const expected = isTerminal(execution.status) ? 'ended' : 'live'
  if (status !== expected || head !== execution.head_seq)
    texts.push(['whole in time', `is ${status} at head ${head}, not ${expected}`])
  return texts.map(([check, text]) => ({ check, text: `${name}: ${text}` }))
}

/** A live list at the end. */
export function checkList({ name, executions }: ListHistory, last: StoreHistory): Violation[] {
  const shown = new Map(executions.map((execution) => [execution.id, execution]))
  const wrong = last.executions.find(
    ({ execution }) => !isDeepStrictEqual({ ...shown.get(execution.id) }, { ...execution }),
  )
  if (!wrong) return []
  return [
    {
      check: 'whole in time',
      text: `${name}: shows ${JSON.stringify(shown.get(wrong.execution.id))} for ${JSON.stringify(wrong.execution)}`,
    },
  ]
}

function linesOf(store: StoreHistory | undefined, executionId: string): readonly string[] {
  return store?.executions.find(({ execution }) => execution.id === executionId)?.lines ?? []
}

/** A view gives the fields of a log in another order. */
function isSameLog(line: string, stored: string | undefined): boolean {
  return line === stored || (stored !== undefined && isDeepStrictEqual(JSON.parse(line), JSON.parse(stored)))
}
