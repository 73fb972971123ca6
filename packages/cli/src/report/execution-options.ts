// The options that `run` and `pipe` share enter, what to report and how leaves; the schema decides what an execution may be called.

import type { StartExecution } from '@runtail/client-sdk'
import { LIMITS, type NewExecution } from '@runtail/core'
import { newExecutionSchema } from '@runtail/core/schema'
import { parseInteger, urlOption, type Io, type Options } from '../command.ts'
import { targetOf } from '../target.ts'
import { UsageError } from '../usage-error.ts'
import type { DeliveryOptions } from './delivery.ts'

/** Options of a command that reports an execution. */
export const executionOptions = {
  url: urlOption,
  'workflow-id': { type: 'string', value: 'ID', description: 'What is run; groups executions.' },
  name: { type: 'string', value: 'NAME', description: 'Name of this execution.' },
  tag: { type: 'string', value: 'TAG', multiple: true, description: 'A tag; may be given several times.' },
  id: { type: 'string', value: 'ID', description: 'Id of the execution. [default: a UUID v7]' },
  quiet: { type: 'boolean', short: 'q', description: 'Do not print where to watch it.' },
  'flush-timeout': {
    type: 'string',
    value: 'SECONDS',
    description: 'How long to wait in the end for a server that went away. [default: 5]',
  },
} as const satisfies Options

/** What parsing {@link executionOptions} gives. */
export interface ExecutionValues {
  readonly url?: string | undefined
  readonly 'workflow-id'?: string | undefined
  readonly name?: string | undefined
  readonly tag?: readonly string[] | undefined
  readonly id?: string | undefined
  readonly quiet?: boolean | undefined
  readonly 'flush-timeout'?: string | undefined
}

/** What the command itself knows of the execution; options win. */
export interface ExecutionDefaults {
  readonly workflow_id: string
  readonly name?: string
  readonly input: StartExecution['input']
}

/** @throws UsageError where the schema would refuse the execution */
export function deliveryOptionsFrom(
  values: ExecutionValues,
  defaults: ExecutionDefaults,
  env: Io['env'],
): DeliveryOptions {
  const name = values.name ?? defaults.name?.slice(0, LIMITS.nameLength).toWellFormed()
  const execution: NewExecution = {
    workflow_id: values['workflow-id'] ?? defaults.workflow_id.slice(0, LIMITS.nameLength).toWellFormed(),
    ...(values.id === undefined ? {} : { id: values.id }),
    ...(name === undefined ? {} : { name }),
    ...(values.tag === undefined ? {} : { tags: values.tag }),
  }
  const [issue] = newExecutionSchema.safeParse(execution).error?.issues ?? []
  if (issue) {
    const option = OPTION_OF_FIELD[String(issue.path[0])] ?? 'the execution'
    throw new UsageError(`${option}: ${issue.message}`, 'correct it')
  }
  const seconds = parseInteger(values['flush-timeout'] ?? '5', '--flush-timeout', { min: 0, max: 3600 })
  return {
    target: targetOf(values.url, env),
    execution: { ...execution, input: defaults.input },
    quiet: values.quiet ?? false,
    flushTimeoutMs: seconds * 1000,
  }
}

const OPTION_OF_FIELD: Readonly<Record<string, string>> = {
  workflow_id: '--workflow-id',
  id: '--id',
  name: '--name',
  tags: '--tag',
}
