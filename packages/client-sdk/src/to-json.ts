// Any value enters, bounded JSON that a person can read leaves, without what a redactor hides; never throws, whatever getters, proxies or cycles are in it. Invariant 8.

import { LIMITS, type JsonValue } from '@runtail/core'
import { errorText, isError } from './error-text.ts'
import { isPlace, placesBelow, redacted, type Places, type Redactor } from './redact.ts'
import { asText, clip } from './text.ts'

/** Bounds of one value, and what is kept out of it. */
export interface JsonBounds {
  /** UTF-16 units of JSON, roughly. @default 65536 */
  readonly maxLength?: number
  /** Entries of one array, object, Map or Set. @default 1000 */
  readonly maxEntries?: number
  /** Nesting. @default LIMITS.jsonDepth */
  readonly maxDepth?: number
  /** @default nothing is hidden */
  readonly redactor?: Redactor | undefined
  /** What the value is of a log, for the redactor's paths. @default neither */
  readonly root?: 'input' | 'output'
}

/** Where in a value we are: how deep, and which places below are hidden. */
interface At {
  readonly depth: number
  readonly places: Places
}

const TOP: At = { depth: 0, places: [] }
/** What a string, a key or a bracket costs beside its text. */
const OVERHEAD = 4

/** The value as JSON. What is left out says so in its place, in square brackets. */
export function toJson(value: unknown, bounds: JsonBounds = {}): JsonValue {
  const { redactor, root } = bounds
  return new Converter(bounds).convert(value, root && redactor ? { depth: 0, places: redactor.placesIn(root) } : TOP)
}

/** The value as text: a text is itself, an error its stack, its causes and all, another object its JSON. */
export function describe(value: unknown, redactor?: Redactor): string {
  if (typeof value === 'string') return value
  return typeof value === 'object'
    ? new Converter({ redactor, maxLength: LIMITS.messageLength }).describe(value, TOP)
    : asText(value)
}

class Converter {
  readonly #maxEntries: number
  readonly #maxDepth: number
  readonly #redactor: Redactor | undefined
  /** The containers that the value at hand lies in: meeting one again is a cycle, meeting it elsewhere is not. */
  readonly #path = new Set<object>()
  #room: number

  constructor({ maxLength = 64 * 1024, maxEntries = 1000, maxDepth = LIMITS.jsonDepth, redactor }: JsonBounds) {
    this.#maxEntries = maxEntries
    this.#maxDepth = maxDepth
    this.#redactor = redactor
    this.#room = maxLength
  }

  convert(value: unknown, at: At): JsonValue {
    try {
      if (this.#redactor && isPlace(at.places)) return this.#text(this.#redactor.replacement)
      return this.#convert(value, at)
    } catch (thrown) {
      // A getter, a proxy or a toJSON of the caller's.
      return this.#text(unreadable(thrown, this.#redactor))
    }
  }

  describe(value: unknown, at: At): string {
    const json = this.convert(value, at)
    return typeof json === 'string' ? json : JSON.stringify(json)
  }

  #convert(value: unknown, at: At): JsonValue {
    switch (typeof value) {
      case 'string':
        return this.#text(value)
      case 'number':
        this.#room -= OVERHEAD
        return Number.isFinite(value) ? value : String(value)
      case 'boolean':
        this.#room -= OVERHEAD
        return value
      case 'bigint':
        return this.#text(`${value}n`)
      case 'undefined':
        return null
      case 'symbol':
        return this.#text(value.toString())
      case 'function':
        return this.#text(`[function ${value.name || 'anonymous'}]`)
      case 'object':
        return value === null ? null : this.#object(value, at)
    }
  }

  #object(value: object, at: At): JsonValue {
    if (value instanceof String || value instanceof Number || value instanceof Boolean)
      return this.#convert(value.valueOf(), at)
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString()
    if (value instanceof RegExp || value instanceof URL) return this.#text(String(value))
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
      return `[${nameOf(value)}, ${value.byteLength} bytes]`
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return `[${nameOf(value)}]`
    if (this.#path.has(value)) return '[circular]'
    if (at.depth >= this.#maxDepth) return `[${nameOf(value)}: more than ${this.#maxDepth} levels deep]`
    this.#path.add(value)
    try {
      return isError(value) ? this.#error(value, at) : this.#container(value, at)
    } finally {
      this.#path.delete(value)
    }
  }

  #error(error: Error, { depth }: At): JsonValue {
    const redactor = this.#redactor
    const text = errorText(error, {
      describe: (value) => this.describe(value, { depth: depth + 1, places: [] }),
      field: (key, value) => (redactor?.hides(key, value) ? redactor.replacement : value),
    })
    return this.#text(text)
  }

  #container(value: object, at: At): JsonValue {
    const toJSON = 'toJSON' in value ? value.toJSON : undefined
    if (typeof toJSON === 'function') return this.convert(toJSON.call(value), { ...at, depth: at.depth + 1 })
    if (Array.isArray(value)) return this.#list(value, value.length, at)
    if (value instanceof Set) return this.#list(value, value.size, at)
    if (value instanceof Map) return this.#record(mapEntries(value, this.#redactor), value.size, at)
    const keys = Object.keys(value)
    const name = nameOf(value)
    if (keys.length === 0 && name !== 'Object') return `[${name}]`
    return this.#record(ownEntries(value, keys, this.#redactor), keys.length, at)
  }

  #list(values: Iterable<unknown>, size: number, { depth, places }: At): JsonValue {
    const list: JsonValue[] = []
    for (const value of values) {
      if (list.length >= this.#maxEntries || this.#room <= 0) {
        list.push(`[${size - list.length} more]`)
        break
      }
      this.#room -= OVERHEAD
      list.push(this.convert(value, { depth: depth + 1, places: placesBelow(places, String(list.length)) }))
    }
    return list
  }

  #record(entries: Iterable<readonly [string, unknown]>, size: number, { depth, places }: At): JsonValue {
    const record: Record<string, JsonValue> = {}
    let count = 0
    for (const [key, value] of entries) {
      if (count >= this.#maxEntries || this.#room <= 0) {
        define(record, '[more]', size - count)
        break
      }
      count += 1
      // As in JSON.stringify: what is undefined is left out.
      if (value === undefined) continue
      this.#room -= key.length + OVERHEAD
      const json = this.#redactor?.hides(key, value)
        ? this.#text(this.#redactor.replacement)
        : this.convert(value, { depth: depth + 1, places: placesBelow(places, key) })
      define(record, redacted(key, LIMITS.nameLength, this.#redactor), json)
    }
    return record
  }

  #text(text: string): string {
    const shown = redacted(text, Math.max(64, this.#room), this.#redactor)
    this.#room -= shown.length + OVERHEAD
    return shown
  }
}

/** A getter that throws spoils its own entry only. */
function* ownEntries(
  value: object,
  keys: readonly string[],
  redactor: Redactor | undefined,
): Generator<[string, unknown]> {
  for (const key of keys) {
    let entry: unknown
    try {
      entry = (value as Record<string, unknown>)[key]
    } catch (thrown) {
      entry = unreadable(thrown, redactor)
    }
    yield [key, entry]
  }
}

function unreadable(thrown: unknown, redactor: Redactor | undefined): string {
  return `[unreadable: ${redacted(errorText(thrown), 200, redactor)}]`
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>, redactor: Redactor | undefined): Generator<[string, unknown]> {
  for (const [key, value] of map) yield [keyText(key, redactor), value]
}

/** Not by assignment: a key may be `__proto__`. */
function define(record: Record<string, JsonValue>, key: string, value: JsonValue): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function keyText(key: unknown, redactor: Redactor | undefined): string {
  if (typeof key === 'string') return key
  return typeof key === 'object' && key !== null
    ? JSON.stringify(toJson(key, { maxLength: 200, redactor }))
    : String(key)
}

function nameOf(value: object): string {
  const { constructor } = value
  if (typeof constructor === 'function' && constructor.name) return clip(constructor.name, 100)
  // What generators make has no constructor, but a name.
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
