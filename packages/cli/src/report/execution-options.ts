// The options that `run` and `pipe` share enter, what to report, where to and how leaves.

import type { StartExecution } from '@runtail/client-sdk'
import { parseInteger, urlOption, type Io, type Options } from '../command.ts'
import { stateFolderOf } from '../state-folder.ts'
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
    description: 'How long to wait in the end while the server takes nothing. [default: 5]',
  },
  'no-outbox-file': { type: 'boolean', description: 'Keep nothing on disk of what the server does not take.' },
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
  readonly 'no-outbox-file'?: boolean | undefined
}

/** What the command itself knows of the execution; options win. */
export interface ExecutionDefaults {
  readonly workflow_id: string
  readonly name?: string
  readonly input: StartExecution['input']
}

/** @throws UsageError where an option cannot be what it should be; the SDK cuts names that are too long */
export async function deliveryOptionsFrom(
  values: ExecutionValues,
  defaults: ExecutionDefaults,
  io: Pick<Io, 'env' | 'platform'>,
): Promise<DeliveryOptions> {
  const { id, tag: tags, name = defaults.name, 'workflow-id': workflow_id = defaults.workflow_id } = values
  if (id !== undefined) await assertId(id)
  const seconds = parseInteger(values['flush-timeout'] ?? '5', '--flush-timeout', { min: 0, max: 3600 })
  return {
    target: targetOf(values.url, io.env),
    execution: {
      workflow_id,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      ...(tags === undefined ? {} : { tags }),
      input: defaults.input,
    },
    quiet: values.quiet ?? false,
    flushTimeoutMs: seconds * 1000,
    stateFolder: values['no-outbox-file'] ? undefined : stateFolderOf(io.env, io.platform),
  }
}

/** Another id than the one that was asked for would be found by nobody. The schema is loaded only for this: the command shall start soon. */
async function assertId(id: string): Promise<void> {
  const { idSchema } = await import('@runtail/core/schema')
  const [issue] = idSchema.safeParse(id).error?.issues ?? []
  if (issue) throw new UsageError(`--id ${issue.message}`, `it is "${id}"`)
}
