// What a download holds: every line that is meant, once, in order, and back to what it was from NDJSON.
import { LogBuffer, LogMatches, type ExecutionLog } from '@runtail/core'
import { expect, test } from 'vitest'
import { LogExport, textOf, type ExportFormat } from '../../src/log-viewer/log-export.ts'
import { makeLog, putLines } from '../support/fake-client.ts'

async function exported(logs: LogBuffer, format: ExportFormat, matches?: LogMatches): Promise<string> {
  const job = new LogExport(logs, format, matches)
  while (!job.advance(() => true));
  return new Blob(job.parts).text()
}

test('NDJSON gives back every field', async () => {
  const logs = new LogBuffer()
  const lines: ExecutionLog[] = [
    makeLog(1, { input_data: { a: [1, null, 'x'] }, error_message: 'no' }),
    makeLog(2, { message: 'two\nlines \u001b[31mred\u001b[0m' }),
    makeLog(5),
  ]
  for (const line of lines) logs.put(line)
  const text = await exported(logs, 'ndjson')
  expect(
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual(lines)
})

test('text is a line per log, without colours', async () => {
  const logs = new LogBuffer()
  logs.put(makeLog(1, { message: '\u001b[31mred\u001b[0m' }))
  logs.put(makeLog(2, { level: 'error', message: 'it broke', error_message: 'ECONNRESET' }))
  expect(await exported(logs, 'text')).toBe(
    '2026-01-31T12:00:00.010Z info download: red\n2026-01-31T12:00:00.020Z error download: it broke ECONNRESET\n',
  )
})

test('an error that repeats the message is said once; an event without a message by its name', () => {
  expect(textOf(makeLog(1, { message: 'no', error_message: 'no' }))).toMatch(/: no$/)
  const { message: _message, ...silent } = makeLog(1, { event: 'step.started' })
  expect(textOf(silent)).toMatch(/: step.started$/)
})

test('only what matches, in any number of slices and parts', async () => {
  const logs = new LogBuffer()
  putLines(logs, 30_000, { nth: 3, level: 'error' })
  const matches = new LogMatches(logs, { levels: ['error'] })
  matches.advance()
  const text = await exported(logs, 'ndjson', matches)
  const seqs = text
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as ExecutionLog).seq)
  expect(seqs).toEqual(Array.from({ length: 10_000 }, (_, index) => 3 * (index + 1)))
  const job = new LogExport(logs, 'ndjson')
  while (!job.advance(() => true));
  expect(job.parts.length).toBeGreaterThan(1)
  expect(job.lines).toBe(30_000)
})
