// A text of a client enters, the calls in it leave; an answer enters, its text leaves, byte for byte what tRPC's own adapter sends. Pure.

import { TRPCError, type TRPCCombinedDataTransformer } from '@trpc/server'
import { parseTRPCMessage, type TRPCClientOutgoingMessage } from '@trpc/server/rpc'
import { LogBlock } from './block.ts'

/** What a client sends: a call, or the end of a subscription. */
export type ClientMessage = TRPCClientOutgoingMessage

/** A message that calls a procedure. */
export type CallMessage = Extract<ClientMessage, { readonly params: unknown }>

/** Names a call on its socket; null where a message could not be read so far. */
export type CallId = ClientMessage['id']

/** What came in one WebSocket message. */
export interface Incoming {
  readonly data: Buffer
  readonly isBinary: boolean
}

/** A message that is refused as a whole: what for, and the beginnings of the answers to the calls in it. */
export interface Refusal {
  readonly error: unknown
  readonly openings: readonly string[]
}

/** With what an answer begins where no call can be named. */
export const NO_CALL = opening(null)

/** Our procedures have no transformer: what JSON says is what they get. */
const PLAIN_JSON: TRPCCombinedDataTransformer = {
  input: { serialize: same, deserialize: same },
  output: { serialize: same, deserialize: same },
}

function same(value: unknown): unknown {
  return value
}

/** The calls of a message, in their order, or why none of them is made. */
export function readCalls(incoming: Incoming, maxCalls: number): readonly ClientMessage[] | Refusal {
  try {
    const value = parseIncoming(incoming)
    if (!Array.isArray(value)) return [messageOf(value)]
    if (value.length > maxCalls) return tooMany(value)
    return value.map((raw) => messageOf(raw))
  } catch (cause) {
    return { error: new TRPCError({ code: 'PARSE_ERROR', cause }), openings: [NO_CALL] }
  }
}

/** Every answer to a call, and every frame of a follower, begins with its id. tRPC's clients number their calls. */
const MAX_ID_LENGTH = 256

function messageOf(raw: unknown): ClientMessage {
  const message = parseTRPCMessage(raw, PLAIN_JSON)
  if (typeof message.id !== 'string' || message.id.length <= MAX_ID_LENGTH) return message
  throw new RangeError(`The id of a call has at most ${MAX_ID_LENGTH} units.`)
}

/** @throws SyntaxError */
export function parseIncoming({ data, isBinary }: Incoming): unknown {
  if (isBinary) throw new SyntaxError('JSON comes in text frames, and this frame is binary.')
  return JSON.parse(data.toString()) as unknown
}

/** Each call gets the answer, so that nobody waits for ever. */
function tooMany(calls: readonly unknown[]): Refusal {
  const openings = calls.flatMap((raw) => {
    if (typeof raw !== 'object' || raw === null) return []
    const { id, method, jsonrpc } = raw as { id?: unknown; method?: unknown; jsonrpc?: unknown }
    if (method === 'subscription.stop' || (typeof id !== 'number' && typeof id !== 'string')) return []
    return [opening(id, jsonrpc === '2.0' ? jsonrpc : undefined)]
  })
  const error = new TRPCError({ code: 'BAD_REQUEST', message: 'Batch call exceeds maximum size' })
  return { error, openings: openings.length > 0 ? openings : [NO_CALL] }
}

/** With what every answer to a call begins. */
export function opening(id: CallId, jsonrpc?: '2.0'): string {
  return jsonrpc === undefined ? `{"id":${JSON.stringify(id)},` : `{"id":${JSON.stringify(id)},"jsonrpc":"${jsonrpc}",`
}

/** What follows the opening where a subscription has begun. */
export const STARTED = '"result":{"type":"started"}}'

/** What follows it where nothing comes any more. */
export const STOPPED = '"result":{"type":"stopped"}}'

/** What follows it where there is an answer. */
export function dataMessage(data: unknown): string {
  return `"result":{"type":"data"${dataMember(data)}}}`
}

/** What follows it where a subscription has something tracked. */
export function trackedMessage(trackedId: string, data: unknown): string {
  const id = JSON.stringify(trackedId)
  return `"result":{"type":"data","data":{"id":${id}${dataMember(data)}},"id":${id}}}`
}

/** What follows it where the call failed. */
export function errorMessage(shape: unknown): string {
  return `"error":${JSON.stringify(shape)}}`
}

/** As JSON.stringify writes it; but a block of logs, in a page of them, is JSON already, and not parsed to be written again. */
function dataMember(data: unknown): string {
  const text = isPage(data) ? pageText(data) : stringify(data)
  return text === undefined ? '' : `,"data":${text}`
}

function pageText(page: object): string {
  // Concatenated, not joined: the engine then copies the long text of the block once.
  let members = ''
  for (const [key, member] of Object.entries(page)) {
    const text = member instanceof LogBlock ? member.json : stringify(member)
    if (text !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${text}`
  }
  return `{${members}}`
}

function isPage(data: unknown): data is { readonly logs: LogBlock } {
  return (
    typeof data === 'object' && data !== null && !('toJSON' in data) && 'logs' in data && data.logs instanceof LogBlock
  )
}

/** Its declared type hides that functions, symbols and undefined have no text. */
function stringify(value: unknown): string | undefined {
  return JSON.stringify(value) as string | undefined
}
