import { describe, expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import type { Execution, ExecutionLog, NewExecution, NewExecutionLog } from '../src/index.ts'
import { LIMITS } from '../src/index.ts'
import {
  executionJsonSchema,
  executionLogJsonSchema,
  executionLogSchema,
  type executionSchema,
  idSchema,
  newExecutionLogSchema,
  newExecutionSchema,
} from '../src/schema.ts'

const log = {
  id: 'log-1',
  execution_id: 'run-1',
  timestamp: '2026-01-31T12:00:00.000Z',
  level: 'info',
  step_name: 'download',
  step_type: 'http',
  message: '\u001B[32m200 OK\u001B[0m \u0000 \uD800',
  input_data: { url: 'http://example.test', nested: [1, null, { deep: true }] },
} as const

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

describe('newExecutionLogSchema', () => {
  test('keeps a valid log exactly as it came', () => {
    expect(newExecutionLogSchema.parse(log)).toStrictEqual(log)
  })

  test.each([
    ['an unknown field', { ...log, colour: 'red' }, 'colour'],
    ['a seq, which only the store gives', { ...log, seq: 1 }, 'seq'],
    ['an unknown level', { ...log, level: 'fatal' }, 'level'],
    ['a time with an offset', { ...log, timestamp: '2026-01-31T12:00:00+01:00' }, 'timestamp'],
    ['a time with a hundred digits', { ...log, timestamp: `2026-01-31T12:00:00.${'0'.repeat(100)}Z` }, 'timestamp'],
    ['a slash in an id', { ...log, execution_id: '../etc' }, 'execution_id'],
    ['an empty id', { ...log, id: '' }, 'id'],
    ['an id over the limit', { ...log, id: 'x'.repeat(LIMITS.idLength + 1) }, 'id'],
    ['a message over the limit', { ...log, message: 'x'.repeat(LIMITS.messageLength + 1) }, 'message'],
    ['a lone surrogate in a name', { ...log, step_name: '\uD800' }, 'step_name'],
    ['progress beyond 100', { ...log, event: 'execution.progress', progress: 101 }, 'progress'],
    ['a progress event without its value', { ...log, event: 'execution.progress' }, 'progress'],
    ['an infinite duration', { ...log, duration_ms: Infinity }, 'duration_ms'],
    ['attempt zero', { ...log, attempt: 0 }, 'attempt'],
    ['an explicit undefined', { ...log, message: undefined }, 'message'],
    ['JSON nested too deep', { ...log, input_data: nested(LIMITS.jsonDepth + 1) }, 'input_data'],
    ['JSON nested absurdly deep', { ...log, input_data: nested(100_000) }, 'input_data'],
  ])('refuses %s and names the field', (_what, input, field) => {
    const result = newExecutionLogSchema.safeParse(input)
    expect(result.success).toBe(false)
    expect(JSON.stringify(result.error?.issues)).toContain(field)
  })

  test('takes JSON at the limit of depth', () => {
    expect(newExecutionLogSchema.safeParse({ ...log, input_data: nested(LIMITS.jsonDepth) }).success).toBe(true)
  })
})

test.each(['0198-a', 'build:42@main', 'a.b_c'])('idSchema takes %s', (id) => {
  expect(idSchema.parse(id)).toBe(id)
})

test('an execution needs a workflow and nothing else', () => {
  expect(newExecutionSchema.parse({ workflow_id: 'nightly' })).toStrictEqual({ workflow_id: 'nightly' })
  expect(newExecutionSchema.safeParse({}).success).toBe(false)
  expect(newExecutionSchema.safeParse({ workflow_id: '' }).success).toBe(false)
})

test('JSON Schemas name every field and what is required', () => {
  expect(executionLogJsonSchema).toMatchObject({
    title: 'ExecutionLog',
    type: 'object',
    additionalProperties: false,
    required: ['id', 'execution_id', 'timestamp', 'level', 'step_name', 'step_type', 'seq'],
  })
  expect(Object.keys(executionLogJsonSchema.properties ?? {}).toSorted()).toStrictEqual(
    Object.keys(executionLogSchema.shape).toSorted(),
  )
  expect(executionJsonSchema).toMatchObject({ title: 'Execution', type: 'object' })
})

test('schemas and interfaces describe the same types', () => {
  expectTypeOf<Readonly<z.output<typeof newExecutionLogSchema>>>().toEqualTypeOf<NewExecutionLog>()
  expectTypeOf<z.output<typeof executionLogSchema>>().toExtend<ExecutionLog>()
  expectTypeOf<z.output<typeof executionSchema>>().toExtend<Execution>()
  expectTypeOf<z.output<typeof newExecutionSchema>>().toExtend<NewExecution>()
})
