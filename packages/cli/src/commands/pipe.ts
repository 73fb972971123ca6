// `runtail pipe`: standard input enters, the same bytes leave on standard output, and each line is reported; JSON lines keep their fields.

import type { LogEvent } from '@runtail/core'
import { parse, type Command, type Io } from '../command.ts'
import { MAX_RECORD_BYTES, parseLine, type ParsedLine } from '../lines/parse-line.ts'
import { Backpressure } from '../report/backpressure.ts'
import { Delivery } from '../report/delivery.ts'
import { deliveryOptionsFrom, executionOptions } from '../report/execution-options.ts'
import { Relay } from '../report/relay.ts'
import { StreamReporter } from '../report/stream-reporter.ts'
import { STOP_SIGNALS, takeSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  ...executionOptions,
  quiet: { type: 'boolean', short: 'q', description: 'Neither show the input nor print where to watch it.' },
} as const

const ENDINGS: ReadonlySet<LogEvent | undefined> = new Set([
  'execution.completed',
  'execution.failed',
  'execution.canceled',
])

/** `PROGRAM | runtail pipe` */
export const pipe: Command = {
  name: 'pipe',
  usage: '--workflow-id ID [OPTIONS]',
  summary: 'Reports what comes from standard input as an execution, and shows it.',
  options,
  notes: `Lines that are JSON keep their fields: Runtail's own (as runtail tail --json prints them), pino's, and those of other
loggers with level, msg or message, and time. Their other fields become input_data. All else is a line at level info.
The execution ends as completed when the input ends, as canceled when Ctrl+C came before, or as a line of it says.
Ctrl+C stops the program before the pipe, whose last words are still reported; a second one ends the reading.

Exit codes: 0, whether a server took it or not; 130 after Ctrl+C; 2 for wrong options.

Example: node server.js | runtail pipe --workflow-id server`,

  async run(args, io) {
    const { values, positionals } = parse({ name: 'pipe', options }, args)
    const workflow_id = values['workflow-id']
    if (positionals.length > 0) {
      throw new UsageError(`pipe takes no argument "${positionals[0]}"`, 'to run a command, use runtail run -- COMMAND')
    }
    if (workflow_id === undefined) throw new UsageError('pipe needs --workflow-id', 'name what is run')

    const startedMs = performance.now()
    const delivery = await Delivery.start(await deliveryOptionsFrom(values, { workflow_id, input: undefined }, io), io)
    const { execution } = delivery
    let endedByALine = false
    const readLine = (text: string): ParsedLine => {
      const parsed = parseLine(text)
      endedByALine ||= ENDINGS.has(parsed.event)
      return parsed
    }
    const signal = await reportInput(delivery, { io, readLine, step_name: workflow_id, shows: !values.quiet })

    const duration_ms = Math.round(performance.now() - startedMs)
    if (signal !== undefined) {
      execution.log(signal, { level: 'warning', event: 'execution.canceled', duration_ms })
    } else if (!endedByALine) {
      execution.log('Input ended', { event: 'execution.completed', duration_ms })
    }
    using hurry = takeSignals(io, STOP_SIGNALS)
    await delivery.close(hurry.next())
    return signal ?? 0
  },
}

interface InputOptions {
  readonly io: Io
  readonly readLine: (text: string) => ParsedLine
  readonly step_name: string
  readonly shows: boolean
}

/** Reads until the input ends, or a signal ends the reading. Resolves with the first signal that came. */
async function reportInput(
  { execution, client }: Delivery,
  { io, readLine, step_name, shows }: InputOptions,
): Promise<NodeJS.Signals | undefined> {
  const reporter = new StreamReporter({
    execution,
    fields: { level: 'info', step_name, step_type: 'stdin' },
    parse: readLine,
    maxLength: MAX_RECORD_BYTES,
  })
  const relay = new Relay(io.stdin, {
    ...(shows ? { sink: io.stdout } : {}),
    onChunk(chunk) {
      reporter.push(chunk)
      backpressure.reported(chunk.length)
    },
  })
  const backpressure = new Backpressure(client, [relay])
  using signals = takeSignals(io, STOP_SIGNALS)
  const first = await Promise.race([relay.done, signals.next()])
  // Ctrl+C went to the program before us too: its last words still come.
  if (first === 'SIGINT') await Promise.race([relay.done, signals.next()])
  relay.stop()
  backpressure.stop()
  reporter.end()
  return first ?? undefined
}
