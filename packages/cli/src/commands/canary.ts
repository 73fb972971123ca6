// `runtail canary`: a server enters, a steady proof leaves that what is written to it arrives once and in order, or what did not.

import { Canary } from '../canary/canary.ts'
import { serveMetrics } from '../canary/metrics-endpoint.ts'
import { jsonLine, line, prometheus, type Sample } from '../canary/show.ts'
import { isKept } from '../canary/tally.ts'
import { parse, parseInteger, urlOption, type Command, type Io } from '../command.ts'
import { parseDuration } from '../duration.ts'
import { STOP_SIGNALS, takeSignals } from '../signals.ts'
import { clientOf, targetOf } from '../target.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  url: urlOption,
  'logs-per-second': { type: 'string', value: 'N', description: 'How many logs to write. [default: 10]' },
  interval: { type: 'string', value: 'TIME', description: 'How often to say how they stand. [default: 1s]' },
  duration: { type: 'string', value: 'TIME', description: 'When to stop. [default: when it is interrupted]' },
  grace: { type: 'string', value: 'TIME', description: 'How long a log may take until it is missing. [default: 30s]' },
  renew: { type: 'string', value: 'TIME', description: 'When to begin another execution. [default: 10m]' },
  json: { type: 'boolean', description: 'Print one JSON object per line.' },
  'metrics-port': { type: 'string', value: 'PORT', description: 'Serve http://127.0.0.1:PORT/metrics for Prometheus.' },
} as const

/** `runtail canary` */
export const canary: Command = {
  name: 'canary',
  usage: '[OPTIONS]',
  summary: 'Writes logs, follows them over another connection, and counts what is missing, doubled or out of order.',
  options,
  notes: `Latencies are from the call that reports a log to the follower's callback. In the end it waits for what is on its way.
A TIME is a number with its unit: 500ms, 10s, 5m, 1h.

Exit codes: 0 when every log arrived once and in order, 1 when not, 2 for wrong options.`,

  async run(args, io) {
    const { values, positionals } = parse({ name: 'canary', options }, args)
    if (positionals.length > 0) {
      throw new UsageError(`canary takes no argument "${positionals[0]}"`, 'see runtail canary --help')
    }
    const limits = { min: 1, max: 10_000 }
    const logsPerSecond = parseInteger(values['logs-per-second'] ?? '10', '--logs-per-second', limits)
    const intervalMs = parseDuration(values.interval ?? '1s', '--interval')
    const durationMs = values.duration === undefined ? undefined : parseDuration(values.duration, '--duration')
    const graceMs = parseDuration(values.grace ?? '30s', '--grace')
    const renewMs = parseDuration(values.renew ?? '10m', '--renew')
    const metricsPort = values['metrics-port']
    const port =
      metricsPort === undefined ? undefined : parseInteger(metricsPort, '--metrics-port', { min: 0, max: 65_535 })
    const target = targetOf(values.url, io.env)

    await using producer = clientOf(target)
    await using follower = clientOf(target)
    const nowMs = (): number => performance.now()
    const bird = new Canary({ producer, follower, logsPerSecond, graceMs, renewMs, nowMs })
    await using metrics =
      port === undefined ? undefined : await serveMetrics(port, () => prometheus(bird.counts(), bird.latencies))
    if (metrics) io.stderr.write(`runtail: metrics on ${metrics.url}\n`)

    const show = values.json ? jsonLine : line
    const tell = (sample: Omit<Sample, 'atMs' | 'counts'>): void => {
      io.stdout.write(show({ atMs: Date.now(), counts: bird.counts(), ...sample }))
    }
    const timer = setInterval(() => tell({ latencies: bird.takeLatencies(), final: false }), intervalMs)
    try {
      using stop = stopping(io, durationMs)
      await bird.run(stop.signal)
    } finally {
      clearInterval(timer)
    }
    tell({ latencies: bird.latencies, final: true })
    return isKept(bird.counts()) ? 0 : 1
  },
}

/** Aborts after the duration, with a stop signal, or when nobody reads any more; a second signal ends the process at once. */
function stopping(io: Io, durationMs: number | undefined): Disposable & { readonly signal: AbortSignal } {
  const stop = new AbortController()
  const signals = takeSignals(io, STOP_SIGNALS)
  const onSignal = async (): Promise<void> => {
    await signals.next()
    stop.abort()
    await signals.next()
    io.exit(130)
  }
  onSignal().catch((error: unknown) => stop.abort(error))
  io.stdout.on('error', () => stop.abort())
  const timer = durationMs === undefined ? undefined : setTimeout(() => stop.abort(), durationMs)
  return {
    signal: stop.signal,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signals[Symbol.dispose]()
    },
  }
}
