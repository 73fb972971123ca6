// The name of a peer and a data folder enter, a server leaves that commits each burst by `node:sqlite` and then tells its followers.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { bare, bareOneByOne } from '../peers/bare.ts'
import type { BroadcastPeer } from '../peers/broadcast.ts'
import { socketIo } from '../peers/socket-io.ts'
import { sse } from '../peers/sse.ts'
import { trpc } from '../peers/trpc.ts'
import { BareStore } from '../src/bare-store.ts'
import { answerAsFanout } from '../src/fanout-program.ts'

const PEERS: Readonly<Record<string, BroadcastPeer>> = {
  bare,
  'bare-one-by-one': bareOneByOne,
  trpc,
  'socket-io': socketIo,
  sse,
}

const [name = '', dataDir = ''] = process.argv.slice(2)
const peer = PEERS[name]
if (!peer) throw new Error(`No such peer: ${name}`)
const store = new BareStore(join(dataDir, 'bare.db'))
const http = createServer()
const broadcast = peer(http)

answerAsFanout({
  async listen() {
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
  },
  create: () => Promise.resolve(),
  append(executionId, logs) {
    const from = store.head(executionId) + 1
    const texts = store.append(executionId, logs)
    broadcast(executionId, { texts, from, logs: () => logs.map((log, index) => ({ ...log, seq: from + index })) })
    return Promise.resolve(store.head(executionId))
  },
})
