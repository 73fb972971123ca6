// The contract of a case: what is compared, how often, and what must come out; `cases/<name>.ts` default-exports one. No behaviour here.

/** What one run measured: a name with its unit (`deliveries_per_cpu_s`, `p99_ms`, `rss_mb`), and a number. */
export type Figures = Readonly<Record<string, number>>

/** One of those that do the same work in a case. Its life: `unavailable`, `prepare`, `run` once to warm up and once a round, `close`. */
export interface Contestant {
  /** Short and unique in its case: 'runtail', 'bare', 'trpc', … */
  readonly name: string
  /** Why it cannot run here ("not installed: apt install redis-server"); undefined where it can. @default it can */
  readonly unavailable?: () => Promise<string | undefined>
  /** Starts what each run needs. */
  prepare?(): Promise<void>
  /** Does the work once, 1 to 2 s long, and throws where any of it went missing. */
  run(): Promise<Figures>
  /** Also called after a failure. */
  close?(): Promise<void>
}

/**
 * What must hold: a bound on a figure itself or, with `ratioTo`, on how it compares with the same figure of that contestant in the same round.
 * `name` is the goal's name in reports, unique in its case.
 */
export type Goal = {
  readonly figure: string
  readonly name: string
  /** The contestant that must hold it. @default the first of the case */
  readonly of?: string
  readonly atLeast?: number
  readonly atMost?: number
} & ({ readonly ratioTo: string } | { readonly ratioTo?: never })

/** A case: contestants that do the same work, interleaved round by round. */
export interface BenchCase {
  /** As in `cases/<name>.ts` and after `--only`. */
  readonly name: string
  readonly title: string
  /** @default 5 */
  readonly rounds?: number
  /** Rounds before those that count: more where the compiler is still at work after one, and servers are meant as they run for days. @default 1 */
  readonly warmUps?: number
  contestants(): readonly Contestant[]
  readonly goals: readonly Goal[]
}
