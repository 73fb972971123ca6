// The name of a protocol enters, how a follower asks for an execution in it leaves; the bytes that come back are read by whoever counts them.

import { get } from 'node:http'
import { WebSocket } from 'ws'

/** What a follower is given: bytes that hold whole logs, one after another. */
export type OnBytes = (bytes: Buffer) => void

/** Connects, and follows. */
export type Protocol = (url: string, executionId: string, onBytes: OnBytes) => void

/** Every protocol that a contestant speaks. */
export const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  bare: (url, executionId, onBytes) => void socket(`${url}/${executionId}`, onBytes),

  runtail(url, executionId, onBytes) {
    const opened = socket(url, onBytes)
    opened.once('open', () => opened.send(subscription('logs.follow', executionId)))
  },

  trpc(url, executionId, onBytes) {
    const opened = socket(`${url}/trpc`, onBytes)
    opened.once('open', () => opened.send(subscription('follow', executionId)))
  },

  'socket-io'(url, executionId, onBytes) {
    const opened = socket(`${url}/socket.io/?EIO=4&transport=websocket`, (bytes) => {
      // Engine.IO: 0 opens, 2 is a ping; Socket.IO within it: 40 connects, 42 is an event.
      const start = bytes.toString('latin1', 0, 2)
      if (start.startsWith('0')) opened.send('40')
      else if (start === '40') opened.send(`42["follow",${JSON.stringify(executionId)}]`)
      else if (start.startsWith('2')) opened.send('3')
      else onBytes(bytes)
    })
  },

  sse(url, executionId, onBytes) {
    get(`${url.replace('ws:', 'http:')}/${executionId}`, { agent: false }, (response) => {
      let rest: Buffer = Buffer.alloc(0)
      response.on('data', (chunk: Buffer) => {
        const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
        const end = bytes.lastIndexOf('\n\n') + 2
        rest = end < 2 ? bytes : bytes.subarray(end)
        if (end >= 2) onBytes(bytes.subarray(0, end))
      })
    }).on('error', fail)
  },
}

function subscription(path: string, executionId: string): string {
  return JSON.stringify({ id: 1, method: 'subscription', params: { path, input: { execution_id: executionId } } })
}

/** As cheap as a reader can be: it is the server that is measured. */
function socket(url: string, onBytes: OnBytes): WebSocket {
  const opened = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true })
  opened.on('message', (bytes: Buffer) => onBytes(bytes))
  opened.on('error', fail)
  opened.on('close', (code) => fail(new Error(`A follower was closed with ${code}`)))
  return opened
}

/** A follower that is lost would make the others' figures better. */
function fail(error: Error): void {
  throw error
}
