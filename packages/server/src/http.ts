// HTTP requests enter, answers leave: health, tRPC, the demo and the dashboard; every answer carries the same protective headers.

import { LIMITS, RuntailError } from '@runtail/core'
import { createHTTPHandler } from '@trpc/server/adapters/standalone'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { z } from 'zod'
import { admittedUrl } from './admitted-url.ts'
import type { Demo } from './demo/demo.ts'
import { parseJson, readBody, sendError, sendJson } from './http-io.ts'
import { idInPath } from './inputs.ts'
import { mountPath } from './mount.ts'
import type { ResolvedOptions } from './options.ts'
import { PLAIN_PATH } from './plain-endpoint.ts'
import type { AppRouter } from './router.ts'
import type { Services } from './services.ts'
import { bearerToken, type Sessions } from './sessions.ts'
import { sendFile, type StaticFiles } from './static-files.ts'
import { wireError } from './wire-error.ts'

/** What {@link createHttpHandler} needs. */
export interface HttpHandlerOptions {
  readonly router: AppRouter
  readonly services: Services
  readonly sessions: Sessions
  readonly options: ResolvedOptions
  /** Undefined where the demo is off. */
  readonly demo: Demo | undefined
  /** Undefined where no dashboard was built. */
  readonly dashboard: StaticFiles | undefined
  /** Told about every error, with the procedure or path where it came up. */
  readonly onError: (error: unknown, where: string) => void
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  // Style attributes only, such as the height of a scrolled list; no style elements.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  // The dashboard below a path names it as its base.
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
}

/** How long the store may take to show that it is there. */
const READY_WITHIN_MS = 2000

const ONLY_SOCKETS = {
  error: { code: 'invalid_input', message: 'This is the address of a WebSocket: connect to it with ws:// or wss://.' },
}

const START_STREAMING = /^\/executions\/([^/]+)\/start-streaming$/

const startInput = z.strictObject({ scenario: z.string().max(LIMITS.nameLength).exactOptional() })

const NO_DASHBOARD = `Runtail serves here, but no dashboard: the server's option dashboardDir names no folder of one.
The command "runtail serve" brings its own; where Runtail is worked on, "npm run build" builds it.
`

/** The handler of all requests that do not become sockets. */
export function createHttpHandler(made: HttpHandlerOptions): RequestListener {
  const { router, services, sessions, options, demo, dashboard, onError } = made

  const handleTrpc = createHTTPHandler({
    router,
    basePath: '/trpc/',
    maxBodySize: options.limits.frameBytes,
    maxBatchSize: options.limits.callsPerMessage,
    createContext: async ({ req }) => ({
      runtail: {
        ...(await sessions.open({ token: bearerToken(req), request: req })),
        enterSubscription: refuseSubscription,
      },
    }),
    onError: ({ error, path }) => onError(error, path ?? '/trpc'),
  })

  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value)
    handle(request, response).catch((thrown: unknown) => {
      // Without the query, which may hold what is nobody's business.
      onError(thrown, request.url?.split('?', 1)[0] ?? '/')
      sendError(response, wireError(thrown))
    })
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = admittedUrl(request, options)
    if (pathname.startsWith('/trpc/')) return handleTrpc(request, response)
    const executionId = START_STREAMING.exec(pathname)?.[1]
    if (request.method === 'POST' && executionId !== undefined) return await startDemo(executionId, request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new RuntailError('not_found', { message: `Nothing here takes ${request.method}.` })
    }
    if (PLAIN_PATH.test(pathname)) return sendJson(response.setHeader('Upgrade', 'websocket'), 426, ONLY_SOCKETS)
    if (pathname === '/healthz') return sendJson(response, 200, { status: 'ok' })
    if (pathname === '/readyz') return await answerReadiness(response)
    if (pathname === '/demo') return await listScenarios(request, response)
    sendPage(pathname, request, response)
  }

  async function answerReadiness(response: ServerResponse): Promise<void> {
    const late = AbortSignal.timeout(READY_WITHIN_MS)
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.addEventListener('abort', () =>
        reject(new RuntailError('store_unavailable', { message: 'The store is silent.' })),
      )
    })
    await Promise.race([services.store.revision(), tooLate])
    sendJson(response, 200, { status: 'ready' })
  }

  async function listScenarios(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { scenarios } = theDemo()
    const door = await sessions.door({ token: bearerToken(request), request })
    await door('demo.start')
    sendJson(response, 200, { scenarios })
  }

  async function startDemo(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const running = theDemo()
    const executionId = idInPath(id)
    const door = await sessions.door({ token: bearerToken(request), request })
    await door('demo.start', executionId)
    const body = await readBody(request, options.limits.frameBytes)
    const { scenario = 'quick' } = startInput.parse(body === '' ? {} : parseJson(body))
    sendJson(response, 202, await running.start(executionId, scenario))
  }

  function theDemo(): Demo {
    if (demo) return demo
    throw new RuntailError('not_found', { message: 'The demo is off. Start the server with the demo to use it.' })
  }

  function sendPage(pathname: string, request: IncomingMessage, response: ServerResponse): void {
    const answer = dashboard?.find(pathname, mountPath(request))
    if (answer) return sendFile(request, response, answer)
    if (dashboard || pathname !== '/') throw new RuntailError('not_found', { message: 'Nothing is served here.' })
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(NO_DASHBOARD)
  }
}

/** An event stream would have neither a limit nor a sign of life. */
function refuseSubscription(): never {
  throw new RuntailError('invalid_input', { message: 'Subscriptions need a WebSocket: connect to ws://…/trpc.' })
}
