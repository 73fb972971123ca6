// The program's entry: the only place that reads arguments, environment and signals, and that ends the process.

import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { Ending, Io } from './command.ts'
import { main } from './main.ts'
import { SignalHub } from './signal-hub.ts'

const signals = new SignalHub(process, () => performance.now())

const io: Io = {
  env: process.env,
  cwd: process.cwd(),
  platform: process.platform,
  // Opened only when it is read: opening makes a pipe non-blocking, also for a command that shares it.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  onSignal: (signal, listener) => signals.listen(signal, listener),
  exit: (code) => process.exit(code),
}

// Whoever reads us may stop (`| head`). Commands that go on writing watch for that themselves; for the others it is no mistake.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
// Until a command says how it ended, however idle it looks.
const hold = setInterval(() => {}, 2 ** 31 - 1)
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
const ending = await main(process.argv.slice(2), version, io)
clearInterval(hold)
end(ending)

/** Dies of the same signal as the command, so that shells see what they would have seen; PID 1 cannot, and exits with the usual code. */
function end(ending: Ending): void {
  process.exitCode = typeof ending === 'number' ? ending : 128 + constants.signals[ending]
  if (typeof ending === 'string') process.kill(process.pid, ending)
}
