// Small common moves of HTTP: a bounded body in, JSON or an error out.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { httpStatus } from './wire-error.ts'

/** The body as text. @throws RuntailError `invalid_input` where it is larger than allowed */
export async function readBody(request: IncomingMessage & { body?: unknown }, maxBytes: number): Promise<string> {
  // A parser of the service's came first.
  if (request.body !== undefined) return typeof request.body === 'string' ? request.body : JSON.stringify(request.body)
  const chunks: Buffer[] = []
  let bytes = 0
  // Kept open, so that a refusal can still be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request without an encoding gives buffers.')
    bytes += chunk.byteLength
    if (bytes > maxBytes) {
      throw new RuntailError('invalid_input', { message: `The body is larger than ${maxBytes} bytes.` })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The value of a JSON text. @throws RuntailError `invalid_input` */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new RuntailError('invalid_input', { message: 'The body must be JSON.', cause })
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

/** Ends an answer with an error; where it has begun already, all that is left is to cut it off. */
export function sendError(response: ServerResponse, error: RuntailError): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  // Whatever of the request has not been read is not worth reading.
  if (!response.req.complete) response.setHeader('Connection', 'close')
  sendJson(response, httpStatus(error), { error: { code: error.code, message: error.message } })
}
