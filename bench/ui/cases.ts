// Parts that were measured enter, cases with their goals leave, in the form of all benches. Pure.

import type { Figures, Goal } from '../src/case.ts'
import { judge, type CaseResult } from '../src/result.ts'

/** A group of figures that are reported together. */
interface UiCase {
  readonly name: string
  readonly title: string
  readonly goals: readonly Goal[]
}

/** What one round measured: figures of the page, and of a page to which nothing comes. */
export interface Round {
  readonly page: Figures
  readonly idle: Figures
}

const atMost = (figure: string, name: string, bound: number): Goal => ({ figure, name, atMost: bound })

const CASES: readonly UiCase[] = [
  {
    name: 'ui-live',
    title: '10,000 lines a second onto a million, through server and socket, in Chromium',
    goals: [
      atMost('main_thread_ms_per_s', 'main thread', 350),
      atMost('frames_over_50_ms', 'slow frames', 0),
      atMost('frame_p99_ms', 'p99 frame', 34),
      atMost('painted_p95_ms', 'log() to painted, p95', 150),
      atMost('rows', 'rows in the document', 100),
      atMost('drift_rows', 'drift of the reading position', 0),
    ],
  },
  {
    name: 'ui-million',
    title: 'A million lines in a page',
    goals: [
      atMost('heap_mb', 'JS heap', 20),
      atMost('buffers_mb', 'buffers', 160),
      atMost('jump_p95_ms', 'jump to a line, p95', 50),
      atMost('search_first_hit_ms', 'search: first hit', 50),
      atMost('search_done_ms', 'search: done', 500),
      atMost('search_longest_task_ms', 'search: longest task', 50),
      atMost('filter_ms', 'level filter', 20),
    ],
  },
  {
    name: 'ui-open',
    title: 'Executions opened and closed',
    goals: [
      atMost('open_ms', '100,000 lines: first line painted', 800),
      atMost('grown_mb', 'growth after 200 executions', 5),
      { figure: 'grown_mb', name: 'shrinking after 200 executions', atLeast: -5 },
    ],
  },
  {
    name: 'ui-build',
    title: 'The dashboard as files',
    goals: [
      atMost('js_gzip_kb', 'all JavaScript, gzip', 70),
      atMost('js_raw_kb', 'all JavaScript', 213),
      atMost('build_s', 'production build', 3.2),
    ],
  },
]

/** Cases with the figures that every round has; those without any are left out. */
export function caseResults(rounds: readonly Round[], measuredAt: string): CaseResult[] {
  return CASES.flatMap(({ name, title, goals }) => {
    const measured = goals.filter(({ figure }) => rounds.every(({ page }) => page[figure] !== undefined))
    if (measured.length === 0) return []
    const contestants = [
      { name: 'page', rounds: rounds.map(({ page }) => figuresOf(name, page)) },
      ...(name === 'ui-live' && rounds.every(({ idle }) => idle['rows'] !== undefined)
        ? [{ name: 'idle', rounds: rounds.map(({ idle }) => controlOf(idle)) }]
        : []),
    ]
    const verdicts = measured.map((goal) => judge(goal, contestants))
    return [{ name, title, measured_at: measuredAt, contestants, verdicts }]
  })
}

/** What no goal names is told with the case that it was measured for. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'ui-live': ['arrived_per_s', 'frames_per_s', 'painted_p50_ms', 'main_thread_cpu_ms_per_s', 'script_ms_per_s'],
  'ui-million': ['load_s', 'jump_p50_ms', 'filter_work_ms', 'filter_painted_ms'],
}

/** Of the control what is never 0, so that there is a ratio. */
function controlOf({ main_thread_ms_per_s = Number.NaN, frame_p99_ms = Number.NaN }: Figures): Figures {
  return { main_thread_ms_per_s, frame_p99_ms }
}

function figuresOf(name: string, figures: Figures): Figures {
  const goals = CASES.find((uiCase) => uiCase.name === name)?.goals ?? []
  const known = new Set([...goals.map(({ figure }) => figure), ...(OTHERS[name] ?? [])])
  return Object.fromEntries(Object.entries(figures).filter(([figure]) => known.has(figure)))
}
