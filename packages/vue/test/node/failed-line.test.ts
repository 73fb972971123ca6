// Where "Go to line" leads: to the error before the end, not to the end itself.
import { LogBuffer, type ExecutionLog } from '@runtail/core'
import { expect, test } from 'vitest'
import { failedLine } from '../../src/failed-line.ts'
import { makeLog } from '../support/fake-client.ts'

function bufferOf(...lines: Partial<ExecutionLog>[]): LogBuffer {
  const logs = new LogBuffer()
  for (const [index, fields] of lines.entries()) logs.put(makeLog(index + 1, fields))
  return logs
}
const info = { level: 'info' } as const
const error = { level: 'error' } as const
const failed = { level: 'error', event: 'execution.failed' } as const

test.each([
  ['the last error before the end', bufferOf(info, error, info, error, info, failed), 4],
  ['the end itself, where there is no other', bufferOf(info, info, failed), 3],
  ['errors of a rest that came after the end do not count', bufferOf(error, info, failed, error), 1],
  ['nothing, before the end is held', bufferOf(info, error), undefined],
  ['nothing, where nothing is held', bufferOf(), undefined],
])('%s', (_name, logs, seq) => {
  expect(failedLine(logs)).toBe(seq)
})

test('lines that are not held are no obstacle', () => {
  const logs = new LogBuffer()
  logs.put(makeLog(900, error))
  logs.put(makeLog(1000, failed))
  expect(failedLine(logs)).toBe(900)
})
