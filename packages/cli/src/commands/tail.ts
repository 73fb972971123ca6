// `runtail tail`: an execution's id enters, its logs leave in order, those to come too, until it has ended and all of it is printed.

import type { FollowUpdate, RuntailClient } from '@runtail/client-sdk'
import { isTerminal, RuntailError, type Execution } from '@runtail/core'
import { once } from 'node:events'
import { parse, parseInteger, urlOption, type Command, type Io } from '../command.ts'
import { clientOf, targetOf } from '../target.ts'
import { showLog } from '../terminal/show.ts'
import { wantsColors } from '../terminal/wants-colors.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  url: urlOption,
  json: { type: 'boolean', description: 'Print each log as it is stored: one JSON object per line.' },
  since: { type: 'string', value: 'SEQ', description: 'Only logs after this one.' },
  'no-color': { type: 'boolean', description: 'Print no colours. [env: NO_COLOR]' },
} as const

/** `runtail tail ID` */
export const tail: Command = {
  name: 'tail',
  usage: 'EXECUTION-ID [OPTIONS]',
  summary: 'Prints the logs of an execution, those to come too, until it ends.',
  options,
  notes: `Exit codes: 0 when the execution completed, 1 when it failed or was canceled, 2 when there is no
such execution, and for wrong options.

Example: runtail tail 0198c0de-7e57-7000-8000-000000000001 --json | jq .message`,

  async run(args, io) {
    const { values, positionals } = parse({ name: 'tail', options }, args)
    const [executionId, ...more] = positionals
    if (executionId === undefined || more.length > 0) {
      throw new UsageError('tail needs one execution id', 'runtail ls lists them')
    }
    const since = parseInteger(values.since ?? '0', '--since', { min: 0, max: Number.MAX_SAFE_INTEGER })
    const target = targetOf(values.url, io.env)
    const show = values.json
      ? (log: FollowUpdate['logs'][number]) => `${JSON.stringify(log)}\n`
      : (log: FollowUpdate['logs'][number]) => showLog(log, { colors: wantsColors(values['no-color'], io) })
    await using client = clientOf(target)
    tellOutages(client, io)
    const ended = await printUntilTheEnd(client, { executionId, since, show, io })
    return ended === undefined || ended.status === 'completed' ? 0 : 1
  },
}

interface PrintOptions {
  readonly executionId: string
  readonly since: number
  readonly show: (log: FollowUpdate['logs'][number]) => string
  readonly io: Io
}

/** Resolves with the ended execution, or with nothing where nobody reads any more (`| head`). */
async function printUntilTheEnd(
  client: RuntailClient,
  { executionId, since, show, io }: PrintOptions,
): Promise<Execution | undefined> {
  const unread = new AbortController()
  io.stdout.on('error', () => unread.abort())
  let printed = since
  try {
    for await (const update of client.follow(executionId, { after: since, signal: unread.signal })) {
      tellGaps(update, io)
      await write(update.logs.map(show).join(''), io.stdout, unread.signal)
      if (unread.signal.aborted) return undefined
      printed = update.logs.at(-1)?.seq ?? (update.reset ? 0 : printed)
      if (isTerminal(update.execution.status) && printed >= update.head) return update.execution
    }
    return undefined
  } catch (error) {
    if (unread.signal.aborted) return undefined
    if (error instanceof RuntailError && (error.code === 'not_found' || error.code === 'invalid_input')) {
      throw new UsageError(`There is no execution ${executionId}`, 'runtail ls lists them')
    }
    throw error
  }
}

/** Waits where the reader is slow. */
async function write(text: string, stdout: Io['stdout'], signal: AbortSignal): Promise<void> {
  if (text === '' || stdout.write(text)) return
  try {
    await once(stdout, 'drain', { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** What is missing is said, never passed over. */
function tellGaps(update: FollowUpdate, io: Io): void {
  if (update.reset) io.stderr.write('runtail: the server has another store now; what follows is from its beginning\n')
  for (const { from, to } of update.gaps)
    io.stderr.write(`runtail: logs ${from} to ${to} are no longer on the server\n`)
}

/** One line when the connection goes, or cannot be had, and one when it is there again. */
function tellOutages({ connection }: RuntailClient, io: Io): void {
  let told = false
  connection.subscribe(() => {
    const { status, attempt, error } = connection.getSnapshot()
    if (status === 'connected') {
      if (told) io.stderr.write('runtail: connected again\n')
      told = false
    } else if (!told && error && (attempt > 0 || status !== 'disconnected')) {
      io.stderr.write(`runtail: ${error.message} Trying again.\n`)
      told = true
    }
  })
}
