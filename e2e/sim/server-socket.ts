// What a server node does with a `ws` socket enters, messages on a simulated link leave; the gate that holds up followers is the real one.

import { EventEmitter } from 'node:events'
import type { Link, LinkEnd } from './link.ts'
import type { Network } from './network.ts'
import { DEFAULTS, FlowGate } from './parts.ts'

/** The client's end, as far as the server's end knows it. */
export interface ClientEnd {
  receive(text: string): void
  closedByServer(code: number, reason: string): void
}

const TOO_LONG = 1009

/** How a frame with a reset ends. */
const RESET = /"reset":true\}\},"id":"[^"]*"\}\}$/

/** A frame of `logs.follow` on its way out. */
const FOLLOW_FRAME = /^\{"id":\d+,"result":\{"type":"data","data":\{"id":"[^"]*","data":\{"from":/

/** The server's end of a connection, with the part of `ws`'s interface that is used. */
export class ServerSocket extends EventEmitter implements LinkEnd {
  static readonly OPEN = 1
  readonly OPEN = 1
  readonly gate: FlowGate
  readonly link: Link
  readyState = 1
  receivedBytes = 0
  client: ClientEnd | undefined
  readonly #network: Network

  constructor(network: Network, link: Link, highBytes: number) {
    super()
    this.#network = network
    this.link = link
    this.gate = new FlowGate(this, {
      marks: { highBytes, lowBytes: highBytes / 4 },
      soon: (callback) => void network.time.after(0, callback),
    })
    link.join(this)
  }

  get bufferedAmount(): number {
    return this.link.down.unsentBytes
  }

  get unsentBytes(): number {
    return this.bufferedAmount
  }

  onRoom(callback: () => void): () => void {
    return this.gate.onRoom(callback)
  }

  ready(signal?: AbortSignal): Promise<void> {
    return this.gate.ready(signal)
  }

  sendText(text: string): void {
    this.send(text)
  }

  send(text: string): void {
    if (this.readyState !== this.OPEN) return
    // A reset is told once, on the first frame of a subscription: without that nothing of it makes sense.
    const isFickle = FOLLOW_FRAME.test(text) && !RESET.test(text)
    const fate = isFickle ? this.#network.fateOfFrame() : 'arrives'
    if (fate !== 'lost') this.#push(text)
    if (fate === 'doubled') this.#push(text)
    this.gate.sent()
    if (this.bufferedAmount > DEFAULTS.flow.maxBytes) this.terminate()
  }

  get hasRoom(): boolean {
    return this.gate.hasRoom
  }

  /** One message, as everything on a simulated link is. */
  sendShared(opening: string, rest: { readonly bytes: Buffer }): void {
    this.send(opening + rest.bytes.toString())
  }

  /** A ping of the protocol: whatever the program behind the client's end does, it is answered. */
  ping(): void {
    this.link.down.push({
      bytes: 2,
      arrived: () => this.link.up.push({ bytes: 6, arrived: () => (this.receivedBytes += 6) }),
    })
  }

  close(code = 1005, reason = ''): void {
    if (this.readyState !== this.OPEN) return
    this.readyState = 2
    this.link.down.push({ bytes: 4, arrived: () => this.client?.closedByServer(code, reason) })
  }

  terminate(): void {
    if (this.readyState === 3) return
    this.link.cut(this.#network.latencyMs)
    this.#closed()
  }

  /** A message has arrived. */
  receive(text: string): void {
    this.receivedBytes += text.length
    if (this.readyState !== this.OPEN) return
    if (text.length > this.#network.messageBytes) this.close(TOO_LONG, 'message too long')
    else this.emit('message', Buffer.from(text), false)
  }

  /** The client has closed, or has agreed to close. */
  closedByClient(): void {
    this.#closed()
  }

  broken(): void {
    this.#closed()
  }

  #push(text: string): void {
    this.link.down.push({
      bytes: text.length,
      flushed: () => this.gate.flushed(),
      arrived: () => this.client?.receive(text),
    })
  }

  #closed(): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.link.vanish()
    this.gate.close()
    this.emit('close')
  }
}
