// `runtail ls`: recent executions leave as a table or as JSON, newest first.

import { EXECUTION_STATUSES, LIMITS, RuntailError, type ExecutionStatus } from '@runtail/core'
import { parse, parseInteger, urlOption, type Command } from '../command.ts'
import { clientOf, connects, targetOf } from '../target.ts'
import { showExecutions } from '../terminal/show.ts'
import { wantsColors } from '../terminal/wants-colors.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  url: urlOption,
  limit: { type: 'string', value: 'N', description: 'How many, 100 at most. [default: 20]' },
  status: { type: 'string', value: 'STATUS', description: `Only those that are ${EXECUTION_STATUSES.join(', ')}.` },
  json: { type: 'boolean', description: 'Print each execution as one JSON object per line.' },
} as const

/** `runtail ls` */
export const ls: Command = {
  name: 'ls',
  usage: '[OPTIONS]',
  summary: 'Lists recent executions, newest first.',
  options,
  notes: 'Exit codes: 0, 1 when the server cannot be reached, 2 for wrong options.',

  async run(args, io) {
    const { values, positionals } = parse({ name: 'ls', options }, args)
    if (positionals.length > 0)
      throw new UsageError(`ls takes no argument "${positionals[0]}"`, 'see runtail ls --help')
    const limit = parseInteger(values.limit ?? '20', '--limit', { min: 1, max: LIMITS.executionsPerPage })
    const status = values.status === undefined ? undefined : statusOf(values.status)
    const target = targetOf(values.url, io.env)
    await using client = clientOf(target)
    // Whoever lists does not want to wait for a server that is away.
    client.reconnect()
    if (!(await connects(client.connection))) {
      const { error } = client.connection.getSnapshot()
      throw error ?? new RuntailError('disconnected', { message: `Cannot connect to ${target.url}.` })
    }
    const executions = await client.executions.list({ limit, ...(status === undefined ? {} : { status }) })
    io.stdout.write(
      values.json
        ? executions.map((execution) => `${JSON.stringify(execution)}\n`).join('')
        : showExecutions(executions, { colors: wantsColors(false, io), nowMs: Date.now() }),
    )
    return 0
  },
}

function statusOf(text: string): ExecutionStatus {
  const status = EXECUTION_STATUSES.find((known) => known === text)
  if (status) return status
  throw new UsageError(`--status must be one of ${EXECUTION_STATUSES.join(', ')}, not "${text}"`, 'correct it')
}
