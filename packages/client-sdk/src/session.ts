// Options enter, one connection and the calls on it leave: what every kind of client stands on.

import { toRuntailError } from '@runtail/core'
import { Calls } from './calls.ts'
import { closed } from './closed.ts'
import { ConnectionRunner } from './connection.ts'
import type { ResolvedOptions } from './options.ts'
import type { Platform } from './platform.ts'

/** One connection, however many share it. */
export class Session {
  readonly connection: ConnectionRunner
  readonly calls: Calls
  readonly onAnyError: (error: unknown) => void

  constructor(platform: Platform, { url, token, WebSocket, connectTimeoutMs, onError }: ResolvedOptions) {
    this.onAnyError = (error) => onError(toRuntailError(error))
    const connection = { url, token, WebSocket, connectTimeoutMs, platform, onError: this.onAnyError }
    this.connection = new ConnectionRunner(connection)
    this.calls = new Calls(this.connection)
  }

  /** Fails what is under way; harmless to repeat. */
  close(): void {
    this.calls.close(closed())
    this.connection.close()
  }
}
