// The steps that logs speak of enter with each log, an index per distinct run of a step and counts per name leave; nothing is forgotten.

import type { ExecutionLog } from './log.ts'

/** What many logs have in common: the run of a step that they speak of. */
export type LogStep = Pick<ExecutionLog, 'step_name' | 'step_type' | 'step_id' | 'parent_step_id' | 'attempt'>

/** How many logs are held of one `step_name`. */
export interface StepCount {
  readonly step_name: string
  readonly count: number
  /** Those of level `error`. */
  readonly errors: number
}

interface Tally {
  count: number
  errors: number
  firstSeq: number
}

interface KnownStep {
  readonly index: number
  readonly step: LogStep
  readonly tally: Tally
}

/** A table of distinct steps in order of arrival. */
export class LogSteps {
  readonly #known: KnownStep[] = []
  /** By what nearly always tells them apart, so that few need comparing. */
  readonly #byKey = new Map<string, KnownStep[]>()
  readonly #tallies = new Map<string, Tally>()
  #last: KnownStep | undefined

  /** How many distinct steps there are. */
  get size(): number {
    return this.#known.length
  }

  /** The step of an index; the same object each time. */
  at(index: number): LogStep | undefined {
    return this.#known[index]?.step
  }

  /** Counts a log, and gives the index of its step. */
  count(log: ExecutionLog): number {
    const known = this.#last && isOf(this.#last.step, log) ? this.#last : (this.#last = this.#find(log))
    known.tally.count += 1
    if (log.level === 'error') known.tally.errors += 1
    if (log.seq < known.tally.firstSeq) known.tally.firstSeq = log.seq
    return known.index
  }

  /** What was counted of each step name, in the order of the lowest seq of each. */
  counts(): readonly StepCount[] {
    return [...this.#tallies]
      .toSorted(([, a], [, b]) => a.firstSeq - b.firstSeq)
      .map(([step_name, { count, errors }]) => ({ step_name, count, errors }))
  }

  #find(log: ExecutionLog): KnownStep {
    const key = log.step_id ?? log.step_name
    const alike = this.#byKey.get(key)
    const found = alike?.find(({ step }) => isOf(step, log))
    if (found) return found
    const known = { index: this.#known.length, step: stepOf(log), tally: this.#tally(log.step_name) }
    this.#known.push(known)
    if (alike) alike.push(known)
    else this.#byKey.set(key, [known])
    return known
  }

  #tally(name: string): Tally {
    const tally = this.#tallies.get(name) ?? { count: 0, errors: 0, firstSeq: Number.POSITIVE_INFINITY }
    this.#tallies.set(name, tally)
    return tally
  }
}

function isOf(step: LogStep, log: ExecutionLog): boolean {
  return (
    step.step_name === log.step_name &&
    step.step_type === log.step_type &&
    step.step_id === log.step_id &&
    step.parent_step_id === log.parent_step_id &&
    step.attempt === log.attempt
  )
}

function stepOf(log: ExecutionLog): LogStep {
  const { step_name, step_type, step_id, parent_step_id, attempt } = log
  return {
    step_name,
    step_type,
    ...(step_id === undefined ? {} : { step_id }),
    ...(parent_step_id === undefined ? {} : { parent_step_id }),
    ...(attempt === undefined ? {} : { attempt }),
  }
}
