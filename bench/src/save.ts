// A result enters `results/latest.json`, beside the cases there that were not measured again; the documents that quote it are written anew.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CASE_NAMES } from './cases.ts'
import { DOCUMENTS, withFigures } from './documents.ts'
import type { BenchResult } from './result.ts'

const repository = join(import.meta.dirname, '..', '..')

/** Where the committed figures are. */
const RESULT_PATH = join(repository, 'bench', 'results', 'latest.json')

/** The committed figures; undefined before there are any. */
export function readResult(): BenchResult | undefined {
  if (!existsSync(RESULT_PATH)) return undefined
  return JSON.parse(readFileSync(RESULT_PATH, 'utf8')) as BenchResult
}

/** Figures of two machines do not stand in one table: what another one measured is dropped. */
export function saveResult(result: BenchResult): BenchResult {
  const before = readResult()
  const kept = before && isSameMachine(before, result) ? before.cases : []
  const cases = CASE_NAMES.flatMap(
    (name) =>
      result.cases.find((measured) => measured.name === name) ?? kept.find((measured) => measured.name === name) ?? [],
  )
  const merged = { machine: result.machine, cases }
  writeFileSync(RESULT_PATH, `${JSON.stringify(merged, roundNumbers, 2)}\n`)
  writeDocuments()
  return merged
}

/** Writes the kept figures into the documents that quote them. */
export function writeDocuments(): void {
  const result = readResult()
  if (!result) throw new Error(`Nothing was kept in ${RESULT_PATH} yet.`)
  for (const document of DOCUMENTS) {
    const path = join(repository, document)
    writeFileSync(path, withFigures(readFileSync(path, 'utf8'), result))
  }
}

function isSameMachine({ machine: a }: BenchResult, { machine: b }: BenchResult): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.memory_gb === b.memory_gb
}

/** Five digits that matter say all that was measured. */
function roundNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
