// Names enter, cases leave: the one list of all cases, in the order of reports; each is `cases/<name>.ts` and loaded when it is run.

import { join } from 'node:path'
import type { BenchCase } from './case.ts'

/** Every case, in the order in which they run and are reported. */
export const CASE_NAMES: readonly string[] = [
  'fanout',
  'fanout-1000',
  'fanout-100x10',
  'fanout-build',
  'trickle',
  'load',
  'ingest',
  'ingest-build',
  'ingest-single',
  'catch-up',
  'last-1000',
  'growth',
  'memory',
  'reconnect',
  'log-buffer',
  'log-call',
  'bundle-size',
]

/** The cases of these names, in the order of the list. @throws Error naming what there is, for a name that there is not */
export async function loadCases(names: readonly string[] = CASE_NAMES): Promise<readonly BenchCase[]> {
  const unknown = names.filter((name) => !CASE_NAMES.includes(name))
  if (unknown.length > 0) {
    throw new Error(`No such case: ${unknown.join(', ')}. There are: ${CASE_NAMES.join(', ')}.`)
  }
  return await Promise.all(CASE_NAMES.filter((name) => names.includes(name)).map(loadCase))
}

async function loadCase(name: string): Promise<BenchCase> {
  const path = join(import.meta.dirname, '..', 'cases', `${name}.ts`)
  const { default: loaded } = (await import(path)) as { default: BenchCase }
  if (loaded.name !== name) throw new Error(`cases/${name}.ts names itself ${loaded.name}.`)
  return loaded
}
