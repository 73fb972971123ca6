// A socket of `/ws/executions/{id}/logs` enters, each stored log leaves on it as one JSON text frame: history first, then live, for clients without tRPC.

import { CLOSE_CODES, RuntailError } from '@runtail/core'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Door } from './authorize.ts'
import type { FeedStart } from './feed-frame.ts'
import type { FlowSocket } from './flow-socket.ts'
import { idInPath } from './inputs.ts'
import type { Services } from './services.ts'
import { bearerToken, type Sessions } from './sessions.ts'
import { wireError } from './wire-error.ts'

/** The addresses of the endpoint; the first group is the execution's id. */
export const PLAIN_PATH = /^\/ws\/executions\/([^/]+)\/logs$/

/** What a request for the plain endpoint asks for. */
export interface PlainRequest {
  readonly executionId: string
  readonly position: { readonly after: number } | { readonly last: number }
  readonly token: string | undefined
}

/** What the endpoint needs. */
export interface PlainEndpointOptions {
  readonly services: Pick<Services, 'feed' | 'store'>
  readonly sessions: Sessions
  /** Told what went wrong through no fault of the client. */
  readonly onError: (error: RuntailError) => void
}

/** What the URL asks for; undefined where it is not for this endpoint. @throws RuntailError `invalid_input` */
export function plainRequest(url: URL, request: IncomingMessage): PlainRequest | undefined {
  const id = PLAIN_PATH.exec(url.pathname)?.[1]
  if (id === undefined) return undefined
  return {
    executionId: idInPath(id),
    position: positionOf(url.searchParams),
    token: url.searchParams.get('token') ?? bearerToken(request),
  }
}

/** A follower that knows where it stands is believed, whatever it asked for when it first came. @throws RuntailError `invalid_input` */
function positionOf(params: URLSearchParams): PlainRequest['position'] {
  const after = params.get('after')
  const last = params.get('last')
  if (after === null && last !== null) return { last: count(last, 'last must be a number of logs.') }
  return { after: count(after ?? '0', 'after must be a seq: the last one received.') }
}

function count(digits: string, message: string): number {
  if (/^\d{1,15}$/.test(digits)) return Number(digits)
  throw new RuntailError('invalid_input', { message })
}

/** Serves a socket until it closes. */
export function servePlain(
  socket: FlowSocket,
  {
    asked,
    request,
    services,
    sessions,
    onError,
  }: PlainEndpointOptions & { asked: PlainRequest; request: IncomingMessage },
): void {
  const closed = new AbortController()
  socket.once('close', () => closed.abort())
  // `ws` closes the socket itself; without a listener its complaint about a broken frame would end the process.
  socket.on('error', () => undefined)
  sessions
    .door({ token: asked.token, request })
    .then((door) => sendLogs(socket, { door, asked, services, tcp: request.socket, signal: closed.signal }))
    .catch((thrown: unknown) => {
      const error = wireError(thrown)
      onError(error)
      socket.close(closeCode(error), closeReason(error.message))
    })
}

interface Following {
  readonly door: Door
  readonly asked: PlainRequest
  readonly services: Pick<Services, 'feed' | 'store'>
  readonly tcp: Socket
  readonly signal: AbortSignal
}

async function sendLogs(socket: FlowSocket, { door, asked, services, tcp, signal }: Following): Promise<void> {
  await door('logs.read', asked.executionId)
  const { executionId, position } = asked
  const start: FeedStart = 'last' in position ? position : { epoch: services.store.epoch, seq: position.after }
  for await (const { block } of services.feed.follow(executionId, { start, signal })) {
    if (block.count === 0) continue
    await socket.ready(signal)
    // One call of the operating system for the frames of a block.
    tcp.cork()
    for (const line of block.lines) socket.send(line)
    tcp.uncork()
  }
}

function closeCode({ code }: RuntailError): number {
  if (code === 'not_found') return CLOSE_CODES.notFound
  if (code === 'forbidden') return CLOSE_CODES.forbidden
  if (code === 'unauthorized') return CLOSE_CODES.unauthorized
  return code === 'store_unavailable' ? CLOSE_CODES.goingAway : 1011
}

/** A close frame holds at most 123 bytes of reason. */
function closeReason(message: string): string {
  return message.replaceAll(/[^\u0020-\u007E]/g, '?').slice(0, 123)
}
