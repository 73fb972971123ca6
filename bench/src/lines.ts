// An execution and positions enter, realistic logs leave: the short ones of the demo's flood, and 50 lines that real builds of this repository printed.

import type { NewExecutionLog } from '@runtail/core'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { v7 as newId } from 'uuid'

/** Which logs: `flood` are about 330 bytes each as JSON, `build` 330 B to 10 KB, 1 KB on average. */
export type LogKind = 'flood' | 'build'

const STEP = { step_name: 'hash chunks', step_type: 'compute', step_id: '019aaf10-7c3e-7d52-9f0a-5b0c3f1d2e4a' }

/** Printed by `vite build --debug`, `tsc` (traces, explanations, errors) and pnpm; 80 B to 8 KB. Paths of the machine were replaced. */
export const BUILD_LINES: readonly string[] = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'build-lines.json'), 'utf8'),
) as string[]

/** As many logs with new ids; `from` is the number of the first, so that a run's logs differ. */
export function makeLogs(
  executionId: string,
  count: number,
  { from = 0, kind = 'flood' }: { from?: number; kind?: LogKind | undefined } = {},
): NewExecutionLog[] {
  return Array.from({ length: count }, (_, index) => ({
    id: newId(),
    execution_id: executionId,
    timestamp: new Date().toISOString(),
    level: (from + index) % 10 === 9 ? 'info' : 'debug',
    message: messageOf(kind, from + index),
    ...STEP,
  }))
}

/** What the demo's flood says about one chunk. */
export function floodMessage(index: number): string {
  const digest = createHash('sha1').update(String(index)).digest('hex').slice(0, 24)
  return `packages/server/src/flow-gate.ts @${(index * 4096) % 65_536} ${digest}`
}

/** The message of the log at a position. */
export function messageOf(kind: LogKind, index: number): string {
  return kind === 'flood' ? floodMessage(index) : (BUILD_LINES[index % BUILD_LINES.length] ?? '')
}

/** A log as a store keeps it and a follower gets it: its JSON text with its seq. */
export function storedText(log: NewExecutionLog, seq: number): string {
  return JSON.stringify({ ...log, seq })
}

/** As many new ids of executions. */
export function executionIds(count: number): string[] {
  return Array.from({ length: count }, () => newId())
}
