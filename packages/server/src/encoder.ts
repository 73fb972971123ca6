// A message of tRPC enters, its JSON text leaves, byte for byte what JSON.stringify writes; but a block in it is written once for all followers.

import type { Encoder } from '@trpc/server/adapters/ws'
import { LogBlock } from './block.ts'
import { FirstMessage } from './follow-message.ts'

/** Where blocks stand: in the frames of `logs.follow` and in the pages of `logs.read`. */
const BLOCK_PATHS = [
  ['result', 'data', 'data', 'logs'],
  ['result', 'data', 'logs'],
] as const

/** Where tRPC puts what a subscription yields tracked. */
const TRACKED_PATH = ['result', 'data', 'data'] as const

/** The encoder of our sockets. */
export const blockEncoder: Encoder = {
  encode: encodeMessage,
  decode(data) {
    if (typeof data === 'string') return JSON.parse(data) as unknown
    throw new SyntaxError('JSON comes in text frames, and this frame is binary.')
  },
}

/** The JSON text of a message. A block elsewhere than where we put them is right too, only slower. */
export function encodeMessage(message: unknown): string {
  const first = valueAt(message, TRACKED_PATH)
  if (first instanceof FirstMessage) return first.encode(message as object)
  const path = BLOCK_PATHS.find((candidate) => valueAt(message, candidate) instanceof LogBlock)
  return path ? writeAlong(message, path) : JSON.stringify(message)
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlain(at) && Object.hasOwn(at, key) ? at[key] : undefined), value)
}

/** Writes the objects along the path by hand and everything beside it by JSON.stringify. */
function writeAlong(value: unknown, path: readonly string[]): string {
  if (value instanceof LogBlock) return value.json
  const [onPath, ...rest] = path
  // Concatenated, not joined: the engine then copies the long text of the block once at the end, not once for each level.
  let members = ''
  for (const [key, member] of Object.entries(value as Record<string, unknown>)) {
    const text = key === onPath ? writeAlong(member, rest) : stringifyMember(member)
    if (text !== undefined) members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${text}`
  }
  return `{${members}}`
}

/** Like JSON.stringify, whose declared type hides that functions, symbols and undefined have no text. */
function stringifyMember(value: unknown): string | undefined {
  return JSON.stringify(value) as string | undefined
}

/** An object that JSON.stringify writes member by member. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value)
}
