// The first message of a socket enters, tRPC's connection parameters leave, where its URL has announced them.

import { TRPCError } from '@trpc/server'
import { parseConnectionParamsFromUnknown } from '@trpc/server/http'
import type { IncomingMessage } from 'node:http'
import { parseIncoming, type Incoming } from './trpc-message.ts'

/** Such as a token; null where there are none. */
export type ConnectionParameters = ReturnType<typeof parseConnectionParamsFromUnknown>

/** Of a socket that sends none. */
export const NO_PARAMETERS = (): ConnectionParameters => null

/** Whether the first message brings them. */
export function sendsParameters({ url = '' }: IncomingMessage): boolean {
  return new URLSearchParams(url.split('?', 2)[1]).get('connectionParams') === '1'
}

/** @throws TRPCError PARSE_ERROR */
export function parametersIn(incoming: Incoming): ConnectionParameters {
  return parseConnectionParamsFromUnknown(objectIn(incoming)['data'])
}

function objectIn(incoming: Incoming): Readonly<Record<string, unknown>> {
  try {
    const message = parseIncoming(incoming)
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) return { ...message }
    throw new TypeError('Connection parameters come in an object.')
  } catch (cause) {
    throw new TRPCError({ code: 'PARSE_ERROR', message: 'Malformed TRPCConnectionParamsMessage', cause })
  }
}
