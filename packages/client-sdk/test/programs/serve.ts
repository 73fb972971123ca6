// A child process for tests: serves the folder given as argument, writes its port, and each warning of the server; ends with its input.

import { createServer, type Logger } from '@runtail/server'
import { writeSync } from 'node:fs'

const [dataDir = ''] = process.argv.slice(2)
const tell = (message: string): void => void writeSync(1, `${message}\n`)
const logger: Logger = { info: () => undefined, warn: tell, error: tell }
const server = createServer({ port: 0, dataDir, logger })
const { port } = await server.listen()
tell(`port ${port}`)
process.stdin.resume().on('end', () => {
  server.close().catch((error: unknown) => tell(String(error)))
})
