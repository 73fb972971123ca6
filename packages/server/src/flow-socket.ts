// A `ws` socket that knows how full it is: whoever sends frames on it asks its gate first, and a peer that never reads is ended.

import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { textFrame } from './text-frame.ts'
import { FlowGate } from './flow-gate.ts'
import type { FlowMarks } from './options.ts'

type SendData = Parameters<WebSocket['send']>[0]
type SendOptions = Exclude<Parameters<WebSocket['send']>[1], undefined | ((error?: Error) => void)>
type SendCallback = (error?: Error) => void

/** A socket with a gate. */
export interface FlowSocket extends WebSocket {
  readonly gate: FlowGate
  /** What lies below, once there is something. */
  tcp: Socket | undefined
  /** Sends a text message whose second part is shared with other sockets, and copied for none of them. */
  sendShared(opening: string, tail: Buffer): void
  /** Whether this socket has room for another frame, and nobody waits to send one. */
  readonly hasRoom: boolean
  /** Resolves when that is so. */
  ready(signal: AbortSignal): Promise<void>
}

/** What a `WebSocketServer` makes its sockets with. */
export type FlowSocketClass = typeof WebSocket & (new (...args: ConstructorParameters<typeof WebSocket>) => FlowSocket)

/** The class to hand to a `WebSocketServer`, which makes the sockets itself. */
export function flowSocketClass(marks: FlowMarks): FlowSocketClass {
  return class extends WebSocket {
    readonly gate = new FlowGate({
      marks,
      unsentBytes: () => this.bufferedAmount,
      soon: (callback) => void setImmediate(callback),
    })

    tcp: Socket | undefined

    /** One function for all frames, since there are many. */
    readonly #flushed = (): void => this.gate.flushed()

    override send(data: SendData, optionsOrCallback?: SendOptions | SendCallback, callback?: SendCallback): void {
      const options = typeof optionsOrCallback === 'object' ? optionsOrCallback : {}
      const told = typeof optionsOrCallback === 'function' ? optionsOrCallback : callback
      super.send(data, options, told ? (error) => (told(error), this.#flushed()) : this.#flushed)
      this.#sent()
    }

    sendShared(opening: string, tail: Buffer): void {
      const { tcp } = this
      if (!tcp || this.readyState !== this.OPEN) return
      // Without compression `ws` queues nothing above the socket, so this stands in line with what it sends.
      tcp.cork()
      tcp.write(textFrame(opening, tail.length))
      tcp.write(tail, this.#flushed)
      tcp.uncork()
      this.#sent()
    }

    #sent(): void {
      this.gate.sent()
      if (this.bufferedAmount > marks.maxBytes) this.terminate()
    }

    get hasRoom(): boolean {
      return this.gate.hasRoom
    }

    ready(signal: AbortSignal): Promise<void> {
      return this.gate.ready(signal)
    }
  }
}
