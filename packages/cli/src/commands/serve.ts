// `runtail serve`: options and environment enter, a server with its dashboard runs until a signal asks it to stop.

import type { Logger } from '@runtail/server'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse, parseInteger, type Command, type Io } from '../command.ts'
import { takeSignals } from '../signals.ts'
import { UsageError } from '../usage-error.ts'

const options = {
  port: { type: 'string', short: 'p', value: 'PORT', description: 'Port to listen on. [env: PORT, default: 3000]' },
  host: { type: 'string', value: 'HOST', description: 'Address to listen on. [env: HOST, default: 127.0.0.1]' },
  data: { type: 'string', value: 'DIR', description: 'Folder of the database. [env: RUNTAIL_DATA, default: .runtail]' },
  demo: { type: 'boolean', description: 'Offer workflows to try it with; they read the current folder.' },
  insecure: { type: 'boolean', description: 'Listen beyond this machine although everybody may read and write.' },
  'allow-origin': {
    type: 'string',
    multiple: true,
    value: 'ORIGIN',
    description: 'Pages of this origin may connect, too, such as https://example.com; may be repeated.',
  },
  'no-dashboard': { type: 'boolean', description: 'Serve the API alone.' },
} as const

/** Where the build puts the dashboard, seen from here and from what this becomes in `dist`; the server says so where it is not. */
const DASHBOARD = fileURLToPath(new URL('../../dist/dashboard', import.meta.url))

/** `runtail serve` */
export const serve: Command = {
  name: 'serve',
  usage: '[OPTIONS]',
  summary: 'Runs the server with its dashboard.',
  options,
  notes: `Everything is kept in one SQLite file in the data folder, between starts too.
Ctrl+C stops it: what was sent is stored first. A second Ctrl+C stops it at once.

Exit codes: 0 when it was stopped, 1 when it cannot run, 2 for wrong options.`,

  async run(args, io) {
    const { values, positionals } = parse({ name: 'serve', options }, args)
    if (positionals.length > 0) {
      throw new UsageError(`serve takes no argument "${positionals[0]}"`, 'see runtail serve --help')
    }
    const port = values.port ?? (io.env['PORT'] || '3000')
    const dataDir = resolve(io.cwd, values.data ?? (io.env['RUNTAIL_DATA'] || '.runtail'))
    // Only `serve` needs what the server needs.
    const { createServer } = await import('@runtail/server')
    const server = createServer({
      host: values.host ?? (io.env['HOST'] || '127.0.0.1'),
      port: parseInteger(port, values.port === undefined ? 'PORT' : '--port', { min: 0, max: 65_535 }),
      dataDir,
      ...(values['no-dashboard'] ? {} : { dashboardDir: DASHBOARD }),
      ...(values.demo ? { demo: { folder: io.cwd } } : {}),
      insecure: values.insecure ?? false,
      allowedOrigins: values['allow-origin'] ?? [],
      logger: loggerOf(io),
    })
    using signals = takeSignals(io, ['SIGINT', 'SIGTERM'])
    const { url, port: takenPort, host } = await server.listen()
    io.stdout.write(greeting(LOOPBACK.has(host) ? `http://localhost:${takenPort}` : url, shortPath(io.cwd, dataDir)))
    await signals.next()
    const impatient = signals.next().then(() => io.exit(130))
    await Promise.race([server.close(), impatient])
    return 0
  },
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

function greeting(url: string, data: string): string {
  return `
  Runtail   ${url}
  Data      ${data}
  Stop      Ctrl+C

`
}

function shortPath(cwd: string, path: string): string {
  const fromHere = relative(cwd, path)
  return fromHere === '' || fromHere.startsWith('..') ? path : fromHere
}

/** Operators are told what went wrong, and nothing else. */
function loggerOf({ stderr }: Io): Logger {
  const tell = (line: string, cause?: unknown): void => {
    const why = cause instanceof Error ? ` (${cause.message})` : ''
    stderr.write(`runtail: ${line}${why}\n`)
  }
  return { info() {}, warn: tell, error: tell }
}
