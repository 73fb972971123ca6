// What the SDK does with a WebSocket enters, messages on a simulated link leave; what the server acknowledges on it is written down.

import type { Link, LinkEnd } from './link.ts'
import type { Network } from './network.ts'
import type { WebSocketConstructor, WebSocketEventLike, WebSocketLike } from './parts.ts'
import type { ClientEnd, ServerSocket } from './server-socket.ts'

type EventName = WebSocketEventLike['type']
type Listener = (event: WebSocketEventLike) => void

/** Told about every `logs.append` that a client was told is stored. */
export type OnAck = (ack: {
  readonly store: number
  readonly executionId: string
  readonly ids: readonly string[]
}) => void

/** What the sockets of one client have in common. */
export interface ClientNetwork {
  readonly network: Network
  readonly onAck: OnAck
  /** Which store the nodes serve now. */
  readonly store: () => number
}

/** The class to give to `createClient`. */
export function webSocketClass(shared: ClientNetwork): WebSocketConstructor {
  return class extends ClientSocket {
    constructor() {
      super(shared)
    }
  }
}

/** The client's end of a connection, as browsers have it. */
class ClientSocket implements WebSocketLike, ClientEnd, LinkEnd {
  readonly #shared: ClientNetwork
  readonly #listeners = new Map<EventName, Listener[]>()
  readonly #appends = new Map<string, { executionId: string; ids: string[] }>()
  #phase: 'connecting' | 'open' | 'closed' = 'connecting'
  #link: Link | undefined
  #server: ServerSocket | undefined
  #store = 0

  constructor(shared: ClientNetwork) {
    this.#shared = shared
    const { network } = shared
    network.time.after(network.latencyMs(), () => this.#dial())
  }

  addEventListener(type: EventName, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  send(text: string): void {
    if (this.#phase !== 'open') return
    this.#noteAppend(text)
    this.#link?.up.push({ bytes: text.length, arrived: () => this.#server?.receive(text) })
  }

  close(): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.#link?.up.push({ bytes: 8, arrived: () => this.#server?.closedByClient() })
  }

  receive(text: string): void {
    if (this.#phase !== 'open') return
    this.#noteAck(text)
    this.#emit({ type: 'message', data: text })
  }

  closedByServer(code: number, reason: string): void {
    this.#link?.up.push({ bytes: 8, arrived: () => this.#server?.closedByClient() })
    this.#end(code, reason)
  }

  broken(): void {
    this.#end(1006, '')
  }

  #dial(): void {
    const { network, store } = this.#shared
    if (this.#phase === 'closed' || network.weather.dials === 'silent') return
    const host = network.weather.dials === 'refused' ? undefined : network.route()
    if (!host) {
      this.#emit({ type: 'error', message: 'refused' })
      this.#end(1006, '')
      return
    }
    const link = network.newLink()
    this.#link = link
    this.#store = store()
    this.#server = host.accept(link)
    this.#server.client = this
    link.join(this)
    link.down.push({ bytes: 100, arrived: () => this.#opened() })
  }

  #opened(): void {
    if (this.#phase !== 'connecting') return
    this.#phase = 'open'
    this.#emit({ type: 'open' })
  }

  #end(code: number, reason: string): void {
    if (this.#phase === 'closed') return
    this.#phase = 'closed'
    this.#emit({ type: 'close', code, reason })
  }

  #emit(event: WebSocketEventLike): void {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event)
  }

  #noteAppend(text: string): void {
    if (!text.includes('"path":"logs.append"')) return
    const { id, params } = JSON.parse(text) as {
      id: number
      params: { input: { execution_id: string; logs: { id: string }[] } }
    }
    const { execution_id: executionId, logs } = params.input
    this.#appends.set(String(id), { executionId, ids: logs.map((log) => log.id) })
  }

  #noteAck(text: string): void {
    const [, id = ''] = /^\{"id":(\d+),"result":/.exec(text) ?? []
    const append = this.#appends.get(id)
    if (append) this.#shared.onAck({ store: this.#store, ...append })
    this.#appends.delete(id)
  }
}
