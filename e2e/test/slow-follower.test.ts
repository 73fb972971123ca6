// Followers that stop reading: they cost the server little and nobody else anything, and get every log when they go on, also after the server has parted with them.

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { holds } from '../chaos/evaluate.ts'
import { MeasuredServer } from '../chaos/measured-server.ts'
import { runSlow, slowReportOf } from '../chaos/slow.ts'
import { TemporaryFolder } from './support/server.ts'

const MEBIBYTE = 1024 * 1024

test('for ten seconds and 20 MB', { timeout: 90_000 }, async () => {
  const report = await runSlow({ stallMs: 10_000, bytes: 20_000_000 })
  const figures = slowReportOf(report)
  console.log(figures)
  const { latency, verdict } = report
  expect(holds(verdict), verdict.findings.join('\n')).toBe(true)
  expect(verdict.stored).toBeGreaterThan(19_000)
  expect(report.mostHeldBytes, figures).toBeGreaterThan(64 * 1024)
  expect(report.mostHeldBytes, figures).toBeLessThan(2 * MEBIBYTE)
  expect(report.heapBytesPerStalled, figures).toBeLessThan(2 * MEBIBYTE)
  // Generous, since other tests and other people use the same machine.
  expect(latency.withStalled.p50, figures).toBeLessThan(3 * latency.without.p50 + 20)
  expect(latency.withStalled.p99, figures).toBeLessThan(3 * latency.without.p99 + 100)
})

test('for so long that the server parts with it, with its own code', { timeout: 60_000 }, async () => {
  await using folder = await TemporaryFolder.make()
  await using server = await MeasuredServer.start(join(folder.path, 'data'), 1000)
  const follower = await server.follow('stalled')
  follower.kill('SIGSTOP')
  for (let line = 0; line < 1000; line += 1) server.say(20_000)
  await server.process.until(/closed with 4008/)
  follower.kill('SIGCONT')
  const verdict = await server.complete(['stalled'])
  expect(holds(verdict), verdict.findings.join('\n')).toBe(true)
  expect(verdict.seen).toEqual(new Map([['stalled', verdict.stored]]))
})
