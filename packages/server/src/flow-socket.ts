// A `ws` socket that knows how full it is: whoever sends frames on it asks its gate first, a peer that never reads is ended, and answers of one turn go out in one piece.

import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import type { Cancel } from './clock.ts'
import { FlowGate } from './flow-gate.ts'
import type { FlowMarks } from './options.ts'
import { textFrame, type SharedText } from './text-frame.ts'

type SendData = Parameters<WebSocket['send']>[0]
type SendOptions = Exclude<Parameters<WebSocket['send']>[1], undefined | ((error?: Error) => void)>
type SendCallback = (error?: Error) => void

/** A socket with a gate. */
export interface FlowSocket extends WebSocket {
  readonly gate: FlowGate
  /** What lies below, once there is something. */
  tcp: Socket | undefined
  /** Sends a text message, together with others of this turn. */
  sendText(text: string): void
  /** Sends a text message that is shared with other sockets but for its beginning, and copied for none of them. */
  sendShared(opening: string, rest: SharedText): void
  /** Whether this socket has room for another frame, and nobody waits to send one. */
  readonly hasRoom: boolean
  /** Calls back once, when that is so. */
  onRoom(callback: () => void): Cancel
  /** Resolves when that is so, when the signal aborts, or when the socket is gone. */
  ready(signal?: AbortSignal): Promise<void>
}

/** What a `WebSocketServer` makes its sockets with. */
export type FlowSocketClass = typeof WebSocket & (new (...args: ConstructorParameters<typeof WebSocket>) => FlowSocket)

/** So many units of text do not wait for the end of the turn. */
const HELD_UNITS = 16_384

const soon = (callback: () => void): void => void setImmediate(callback)

/** The class to hand to a `WebSocketServer`, which makes the sockets itself. */
export function flowSocketClass(marks: FlowMarks): FlowSocketClass {
  const gates = { marks, soon }
  return class extends WebSocket {
    readonly gate = new FlowGate(this, gates)

    tcp: Socket | undefined

    /** Texts that wait for the end of the turn. */
    #held: string[] = []
    #heldUnits = 0

    /** Without compression `ws` queues nothing above the socket below. */
    get unsentBytes(): number {
      return (this.tcp?.writableLength ?? 0) + this.#heldUnits
    }

    /** One function for all frames, since there are many. */
    readonly #flushed = (): void => this.gate.flushed()

    override send(data: SendData, optionsOrCallback?: SendOptions | SendCallback, callback?: SendCallback): void {
      const options = typeof optionsOrCallback === 'object' ? optionsOrCallback : {}
      const told = typeof optionsOrCallback === 'function' ? optionsOrCallback : callback
      this.#release()
      super.send(data, options, told ? (error) => (told(error), this.#flushed()) : this.#flushed)
      this.#sent()
    }

    sendText(text: string): void {
      if (this.readyState !== this.OPEN) return
      if (this.#held.length === 0) process.nextTick(() => this.#release())
      this.#held.push(text)
      this.#heldUnits += text.length
      if (this.#heldUnits >= HELD_UNITS) this.#release()
    }

    sendShared(opening: string, rest: SharedText): void {
      const { tcp } = this
      if (!tcp || this.readyState !== this.OPEN) return
      const { bytes } = rest
      // Behind so little nobody comes to wait, and to be told of each frame costs as much as all else that is done for it here. A unit is three bytes at most.
      const fillsNothing = tcp.writableLength === 0 && bytes.length + 4 * opening.length < marks.lowBytes
      const told = fillsNothing ? undefined : this.#flushed
      const frame = rest.frame(opening)
      // Without compression `ws` queues nothing above the socket, so this stands in line with what it sends.
      if (frame && this.#held.length === 0) tcp.write(frame, told)
      else {
        tcp.cork()
        this.#release()
        tcp.write(textFrame(opening, bytes.length))
        tcp.write(bytes, told)
        tcp.uncork()
      }
      this.#sent()
    }

    /** What was sent before stands before the close. */
    override close(code?: number, reason?: string | Buffer): void {
      this.#release()
      super.close(code, reason)
    }

    #release(): void {
      const held = this.#held
      if (held.length === 0) return
      this.#held = []
      this.#heldUnits = 0
      const { tcp } = this
      if (!tcp || this.readyState !== this.OPEN) return
      if (held.length > 1) tcp.cork()
      for (const text of held) tcp.write(textFrame(text, 0), this.#flushed)
      if (held.length > 1) tcp.uncork()
      this.#sent()
    }

    #sent(): void {
      this.gate.sent()
      if (this.unsentBytes > marks.maxBytes) this.terminate()
    }

    get hasRoom(): boolean {
      return this.gate.hasRoom
    }

    onRoom(callback: () => void): Cancel {
      return this.gate.onRoom(callback)
    }

    ready(signal?: AbortSignal): Promise<void> {
      return this.gate.ready(signal)
    }
  }
}
