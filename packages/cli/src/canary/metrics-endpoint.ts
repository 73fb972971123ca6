// A port and a text enter, `GET /metrics` on this machine leaves, for a scraper.

import { RuntailError } from '@runtail/core'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What is served, until it is disposed. */
export interface MetricsEndpoint extends AsyncDisposable {
  readonly url: string
}

/** Serves what `text` gives at the time. @throws RuntailError `cannot_listen` */
export async function serveMetrics(port: number, text: () => string): Promise<MetricsEndpoint> {
  const server = createServer((request, response) => {
    const isOurs = request.method === 'GET' && request.url?.split('?', 1)[0] === '/metrics'
    response.writeHead(isOurs ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(isOurs ? text() : 'There is only /metrics.\n')
  })
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (cause) {
    throw new RuntailError('cannot_listen', {
      message: `Cannot serve metrics on port ${port}: ${cause instanceof Error ? cause.message : String(cause)}. Choose another --metrics-port.`,
      data: { port },
      cause,
    })
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
