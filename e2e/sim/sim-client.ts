// A name enters, the real SDK on a simulated network leaves, with what its servers acknowledged.

import { webSocketClass } from './client-socket.ts'
import type { Ack } from './history.ts'
import { createClientOn, type Platform, type RuntailClient } from './parts.ts'
import type { World } from './world.ts'

/** A program that uses the SDK. */
export class SimClient {
  readonly runtail: RuntailClient
  #tell: Parameters<Platform['onNetwork']>[0] = () => {}

  constructor(world: World, options: { readonly acks: Ack[]; readonly outboxLogs?: number }) {
    const { acks, outboxLogs = 100_000 } = options
    const platform: Platform = {
      letGo() {},
      onNetwork: (listener) => {
        this.#tell = listener
        return () => (this.#tell = () => {})
      },
    }
    this.runtail = createClientOn(platform, {
      url: 'ws://simulated/trpc',
      connectTimeoutMs: 5000,
      WebSocket: webSocketClass({
        network: world.network,
        store: () => world.disk.generation,
        onAck: (ack) => acks.push(ack),
      }),
      outbox: { maxLogs: outboxLogs },
      onError: (error) => {
        if (error.code === 'outbox_overflow') return
        // The one line that no proxy lets through is given up, and counted.
        const isTooLong = error.message.startsWith('A log was refused') && world.scenario.messageBytes < Infinity
        if (!isTooLong) world.problem('onError', error)
      },
    })
  }

  hint(hint: 'online' | 'offline'): void {
    this.#tell(hint)
  }

  reconnect(): void {
    this.runtail.reconnect()
  }
}
