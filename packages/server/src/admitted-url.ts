// A request enters, its URL leaves if the addresses that it claims are ours; sockets and everything that writes are held to their Origin too.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage } from 'node:http'
import { allowAll, type Authorize } from './authorize.ts'
import { isLoopback, refuseHost, refuseOrigin, type OriginRules } from './origin.ts'

/** Whom the server answers, and whether it may answer everybody who reaches it. */
export interface AdmissionRules extends OriginRules {
  readonly authorize: Authorize
  readonly insecure: boolean
}

/** @throws RuntailError `forbidden`, or `invalid_input` where the URL or the Host header cannot be read */
export function admittedUrl(request: IncomingMessage, rules: AdmissionRules): URL {
  const claimed = { host: request.headers.host, origin: request.headers.origin }
  const refusal =
    refuseStranger(request, rules) ??
    refuseHost(claimed, rules) ??
    (isPlainRead(request) ? undefined : refuseOrigin(claimed, rules))
  if (refusal !== undefined) throw new RuntailError('forbidden', { message: refusal })
  const base = `http://${claimed.host ?? 'localhost'}`
  const url = request.url ?? '/'
  if (url.startsWith('/') && URL.canParse(base) && URL.canParse(base + url)) return new URL(base + url)
  throw new RuntailError('invalid_input', { message: 'The URL or the Host header cannot be read.' })
}

/** Who listens for us may listen beyond loopback, which we accept of ourselves only where not everybody may do everything. */
function refuseStranger({ socket }: IncomingMessage, { authorize, insecure }: AdmissionRules): string | undefined {
  const address = socket.remoteAddress?.replace(/^::ffff:/, '')
  if (address === undefined || isLoopback(address) || authorize !== allowAll || insecure) return undefined
  return 'Only this machine is answered, for everybody may do everything here. Pass authorize, or insecure if that is meant.'
}

/** Without CORS headers a foreign page may ask for something to read, but does not see the answer. */
function isPlainRead(request: IncomingMessage): boolean {
  return (request.method === 'GET' || request.method === 'HEAD') && request.headers.upgrade === undefined
}
