// A database that the server has filled enters, its logs leave from a plain table as fast as `SELECT` gives them and `ws` sends them: no checks, and no waiting but for the socket.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { WebSocketServer, type WebSocket } from 'ws'
import { BareStore } from '../src/bare-store.ts'
import { answerParent } from '../src/program.ts'

const LOGS_PER_FRAME = 256
const FULL_BYTES = 1024 * 1024

const database = plainCopy(process.argv[2] ?? '')
const select = database.prepare('SELECT log FROM logs WHERE execution_id = ? AND seq > ? ORDER BY seq LIMIT ?')
const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })

sockets.on('connection', (socket) => {
  socket.once('message', (asked: Buffer) => {
    const { params } = JSON.parse(asked.toString()) as { params: { input: { execution_id: string } } }
    send(socket, params.input.execution_id).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    })
  })
})

async function send(socket: WebSocket, executionId: string): Promise<void> {
  for (let after = 0; socket.readyState === socket.OPEN;) {
    const rows = select.all(executionId, after, LOGS_PER_FRAME)
    if (rows.length === 0) return
    after += rows.length
    const flushed = new Promise((resolve) => {
      socket.send(`[${rows.map(({ log }) => log).join(',')}]`, resolve)
    })
    if (socket.bufferedAmount >= FULL_BYTES) await flushed
    // Others have their turn.
    else await new Promise(setImmediate)
  }
}

/** The same logs in the table that anybody would write, as the bare contestants that insert have it. */
function plainCopy(folder: string): DatabaseSync {
  const path = join(folder, 'bare-history.db')
  new BareStore(path).close()
  const copy = new DatabaseSync(path)
  copy.prepare('ATTACH ? AS filled').run(join(folder, 'runtail.db'))
  copy.exec(`
    INSERT INTO main.logs (execution_id, seq, id, log) SELECT execution_id, seq, id, log FROM filled.logs;
    DETACH filled;
    PRAGMA wal_checkpoint(TRUNCATE)`)
  return copy
}

answerParent({
  async listen() {
    if (sockets.address() === null) await once(sockets, 'listening')
    return `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`
  },
})
