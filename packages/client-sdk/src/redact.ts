// What must not leave the process enters as options, a redactor leaves: it hides values by their keys and places, and parts of texts by their form.

import { invalidOption } from './options.ts'
import { SECRET_KEY, SECRET_NUMBER_KEY, SECRETS, isSuspicious } from './redact-rules.ts'
import { asText, clip } from './text.ts'
import type { RedactOptions } from './types.ts'

/** What is left of paths in a value: the keys on the way to each place. */
export type Places = readonly (readonly string[])[]

/** Hides what is secret; without one, nothing is. */
export interface Redactor {
  readonly replacement: string
  /** Whether the value of such a key is hidden. */
  hides(key: string, value: unknown): boolean
  /** The places that lie in this root. */
  placesIn(root: 'input' | 'output'): Places
  text(text: string): string
}

/** How far beyond a bound is looked for the end of a secret that begins before it. */
const BEYOND = 4096

/** The text without its secrets, within bounds: what would be cut in two by the bound is hidden whole. */
export function redacted(text: string, maxLength: number, redactor: Redactor | undefined): string {
  if (!redactor) return clip(text, maxLength)
  if (text.length <= maxLength) return clip(redactor.text(text), maxLength)
  const start = redactor.text(text.slice(0, maxLength + BEYOND))
  const isCut = text.length > maxLength + BEYOND
  return clip(
    isCut ? start.slice(0, Math.max(0, start.length - BEYOND)) : start,
    maxLength,
    isCut ? text.length : undefined,
  )
}

/** The places one level down; one without keys left is the value itself. */
export function placesBelow(places: Places, key: string): Places {
  if (places.length === 0) return places
  return places.filter(([first]) => first === '*' || first === key).map(([, ...rest]) => rest)
}

/** Whether a value is itself one of the places. */
export function isPlace(places: Places): boolean {
  return places.some((path) => path.length === 0)
}

/** The redactor of a client. @throws RuntailError `invalid_option` */
export function createRedactor(options: RedactOptions | false = {}): Redactor | undefined {
  if (options === false) return undefined
  const { replacement = '[redacted]' } = options
  const ownKeys = list(options.keys, 'redact.keys').map(keyTest)
  const patterns = list(options.patterns, 'redact.patterns').map(ownPattern)
  const paths = list(options.paths, 'redact.paths').map(pathOf)
  return {
    replacement,
    hides(key, value) {
      if (value === undefined || value === null) return false
      if (ownKeys.some((isOwn) => isOwn(key))) return true
      if (typeof value === 'boolean') return false
      return (typeof value === 'number' ? SECRET_NUMBER_KEY : SECRET_KEY).test(key)
    },
    placesIn: (root) => placesBelow(paths, root),
    text(text) {
      let shown = text
      if (isSuspicious(text)) for (const secret of SECRETS) shown = hidden(shown, secret, replacement)
      for (const pattern of patterns) shown = shown.replace(pattern, () => replacement)
      return shown
    },
  }
}

/** What the first group matches stays, and quotes around the secret, so that JSON is still JSON. */
function hidden(text: string, secret: RegExp, replacement: string): string {
  return text.replace(secret, (match: string, start: unknown) => {
    // Without a group the position comes second.
    if (typeof start !== 'string') return replacement
    const value = match.slice(start.length)
    const [quote = ''] = /^\\?["']/.exec(value) ?? []
    return start + quote + replacement + (value.length > quote.length && value.endsWith(quote) ? quote : '')
  })
}

function list<Value>(values: readonly Value[] | undefined, name: string): readonly Value[] {
  if (values !== undefined && !Array.isArray(values)) throw invalidOption(name, 'must be a list')
  return values ?? []
}

/** A text means the whole key, however it is written: `api_key`, `apiKey`, `Api-Key`. */
function keyTest(key: string | RegExp): (key: string) => boolean {
  if (isRegExp(key)) {
    const pattern = new RegExp(key.source, key.flags.replaceAll(/[gy]/g, ''))
    return (other) => pattern.test(other)
  }
  if (typeof key !== 'string') throw invalidOption('redact.keys', 'must hold texts and regular expressions')
  const plain = plainKey(key)
  return (other) => plainKey(other) === plain
}

function plainKey(key: string): string {
  return key.replaceAll(/[-_ ]/g, '').toLowerCase()
}

/** Its own copy: a `lastIndex` of the caller's says nothing here. */
function ownPattern(pattern: RegExp): RegExp {
  if (!isRegExp(pattern)) throw invalidOption('redact.patterns', 'must hold regular expressions')
  return new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, '')}g`)
}

function pathOf(path: string): readonly string[] {
  const [root = '', ...rest] = asText(path).split('.')
  const name = root.replace(/_data$/, '')
  if (name !== 'input' && name !== 'output')
    throw invalidOption('redact.paths', 'must begin with input or output, such as input.user.email')
  return [name, ...rest]
}

/** Of another realm too. */
function isRegExp(value: unknown): value is RegExp {
  return Object.prototype.toString.call(value) === '[object RegExp]'
}
