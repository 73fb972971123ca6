// Half a minute of chaos on real processes, a real Chromium and a bad network: nothing is lost, doubled or out of order.

import { expect, test } from 'vitest'
import { holds } from '../chaos/evaluate.ts'
import { reportOf } from '../chaos/report.ts'
import { runChaos } from '../chaos/run.ts'

test('every log reaches every follower once, in order', { timeout: 150_000 }, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const troubles: string[] = []
  const verdict = await runChaos({ durationMs: 30_000, seed, log: (line) => troubles.push(line) })
  console.log(`seed ${seed}\n${reportOf(verdict)}`)
  expect(holds(verdict), `seed ${seed}\n${troubles.join('\n')}\n${reportOf(verdict)}`).toBe(true)
  expect(verdict.submitted).toBeGreaterThan(5000)
  expect(verdict.acknowledged).toBe(verdict.submitted)
  expect([...verdict.seen.values()]).toEqual(Array.from(verdict.seen, () => verdict.stored))
  expect(verdict.gapsShown + verdict.resets).toBe(0)
})
