// Nothing enters, a `ws` server leaves that accepts sockets and does nothing with them: the least that an idle one can cost.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { answerParent } from '../src/program.ts'

const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })

answerParent({
  async listen() {
    if (sockets.address() === null) await once(sockets, 'listening')
    return `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`
  },
})
