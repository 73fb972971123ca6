// What reporting leaves behind in a process: nothing, also when all of it fails.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startProxy } from './support/proxy.ts'
import { dataFolder, startServer, trpcUrl } from './support/server.ts'

const program = fileURLToPath(new URL('programs/report-quietly.ts', import.meta.url))

test('no unhandled rejection, no listener left, no process that hangs', { timeout: 30_000 }, async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  proxy.goDown()
  const child = spawn(
    process.execPath,
    ['--unhandled-rejections=strict', '--conditions=@runtail/source', program, trpcUrl(proxy.port), await dataFolder()],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  expect({ out, err, code: code as unknown }).toEqual({ out: 'listeners 0\n', err: '', code: 0 })
})
