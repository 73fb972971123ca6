// Anything that was thrown enters, a text for people leaves: stacks, fields such as `code`, causes and the errors of an AggregateError; never throws.

import { asText } from './text.ts'

/** How what an error holds is written. */
export interface ErrorWriter {
  /** What was thrown, or caused it, and is no error. */
  readonly describe: (value: unknown) => string
  /** A field, or what stands in its place. */
  readonly field: (key: string, value: unknown) => unknown
}

/** Errors told in one text: causes of causes, and errors of errors. */
const MAX_ERRORS = 8
const MAX_FIELDS = 20
const MAX_FIELD_LENGTH = 500
/** What an error has anyway, or what is told beside it. */
const TOLD: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const PLAIN: ErrorWriter = { describe: asText, field: (_key, value) => value }

/** The text. */
export function errorText(thrown: unknown, writer: ErrorWriter = PLAIN): string {
  const parts: string[] = []
  const seen = new Set<unknown>()
  const tell = (lead: string, at: unknown): void => {
    if (at === undefined || at === null || seen.has(at) || parts.length >= MAX_ERRORS) return
    seen.add(at)
    parts.push(lead + oneText(at, writer) + fieldsText(at, writer))
    tell('Caused by: ', read(at, 'cause'))
    const errors = read(at, 'errors')
    if (Array.isArray(errors)) for (const each of errors.slice(0, MAX_ERRORS)) tell('One of its errors: ', each)
  }
  try {
    tell('', thrown)
  } catch {
    // A proxy that lets nobody look.
    parts.push('[unreadable error]')
  }
  return parts.join('\n') || asText(thrown)
}

/** Of another realm too. Says no where a proxy lets nobody look. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
  } catch {
    return false
  }
}

function oneText(thrown: unknown, { describe }: ErrorWriter): string {
  const message = read(thrown, 'message')
  if (message === undefined) return describe(thrown)
  const title = `${asText(read(thrown, 'name') ?? 'Error')}: ${asText(message)}`
  const stack = asText(read(thrown, 'stack') ?? '')
  // Some engines leave the message out of the stack.
  if (stack === '' || stack.includes(asText(message))) return stack || title
  return `${title}\n${stack}`
}

/** Its simple fields of its own, as Node shows them: `code`, `errno`, `status`. What is larger is left out. */
function fieldsText(thrown: unknown, { field }: ErrorWriter): string {
  if (!isError(thrown)) return ''
  const fields: string[] = []
  for (const key of Object.keys(thrown)) {
    const value = TOLD.has(key) ? undefined : read(thrown, key)
    if (!isSimple(value) || fields.length >= MAX_FIELDS) continue
    fields.push(`${key}: ${JSON.stringify(field(key, value))}`)
  }
  return fields.length === 0 ? '' : `\n    { ${fields.join(', ')} }`
}

function isSimple(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= MAX_FIELD_LENGTH : ['number', 'boolean'].includes(typeof value)
}

function read(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    // A getter of the caller's: as if it were not there.
    return undefined
  }
}
