// `runtail run`: a command enters, runs as it would without us, and is reported line by line as one execution.

import { basename } from 'node:path'
import { parse, type Command, type Ending, type Io } from '../command.ts'
import { Backpressure } from '../report/backpressure.ts'
import { startChild } from '../report/child.ts'
import { Delivery } from '../report/delivery.ts'
import { endingOf, endLog } from '../report/ending.ts'
import { deliveryOptionsFrom, executionOptions } from '../report/execution-options.ts'
import { Relay } from '../report/relay.ts'
import { StreamReporter } from '../report/stream-reporter.ts'
import { STOP_SIGNALS, takeSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

/** `runtail run -- COMMAND…` */
export const run: Command = {
  name: 'run',
  usage: '[OPTIONS] -- COMMAND [ARGUMENT…]',
  summary: 'Runs a command and reports its output as an execution: stdout as info, stderr as warning.',
  options: executionOptions,
  notes: `The output is shown as if the command ran alone, and its exit code is ours. Signals and standard input reach it.
A server that is away never delays the command; what could not be sent is kept, also when runtail itself is killed, and
sent by the next runtail run or pipe that reaches that server (folder: RUNTAIL_STATE, by default that of your system).
While a server takes logs, a command that prints faster than that waits for it, as it would for a slow pipe.
The workflow is named after the command, unless --workflow-id says otherwise.
Programs that print colours only to a terminal can often be told otherwise: FORCE_COLOR=1 runtail run -- …

Exit codes: that of the command; 127 when it was not found, 126 when it cannot be run, 2 for wrong options.

Example: runtail run --workflow-id nightly-import -- npm run import`,

  async run(args, io) {
    const split = args.indexOf('--')
    const { values, positionals } = parse(
      { name: 'run', options: executionOptions },
      split === -1 ? args : args.slice(0, split),
    )
    const [command, ...commandArgs] = split === -1 ? [] : args.slice(split + 1)
    if (command === undefined || positionals.length > 0) {
      throw new UsageError('The command to run must stand behind --', 'like runtail run -- npm test')
    }
    const defaults = {
      workflow_id: basename(command) || command,
      name: [command, ...commandArgs].join(' '),
      input: { command, args: commandArgs, cwd: io.cwd },
    }
    const delivery = await Delivery.start(await deliveryOptionsFrom(values, defaults, io), io)
    return await runReported([command, ...commandArgs], delivery, io)
  },
}

async function runReported(commandLine: readonly string[], delivery: Delivery, io: Io): Promise<Ending> {
  const { execution, client } = delivery
  const step_name = basename(commandLine[0] ?? '')
  const startedMs = performance.now()
  const child = startChild(commandLine, io)
  const streams = [
    { name: 'stdout', source: child.stdout, sink: io.stdout, level: 'info' },
    { name: 'stderr', source: child.stderr, sink: io.stderr, level: 'warning' },
  ] as const
  const relays = streams.map(({ name, source, sink, level }) => {
    const reporter = new StreamReporter({ execution, fields: { level, step_name, step_type: name } })
    const relay = new Relay(source, {
      sink,
      onChunk(chunk) {
        reporter.push(chunk)
        backpressure.reported(chunk.length)
      },
    })
    return { relay, reporter }
  })
  const backpressure = new Backpressure(
    client,
    relays.map(({ relay }) => relay),
  )
  const outcome = await child.outcome
  using hurry = takeSignals(io, STOP_SIGNALS)
  await Promise.race([Promise.all(relays.map(({ relay }) => relay.done)), hurry.next()])
  for (const { relay } of relays) relay.stop()
  backpressure.stop()
  for (const { reporter } of relays) reporter.end()

  if (outcome.kind === 'spawn_error') io.stderr.write(`runtail: ${outcome.message}\n`)
  const durationMs = Math.round(performance.now() - startedMs)
  const { message, fields } = endLog(outcome, { durationMs, interruptedBy: child.interruptedBy() })
  execution.log(message, { ...fields, step_name })
  await delivery.close(hurry.next())
  return endingOf(outcome)
}
