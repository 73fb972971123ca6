// Any value enters, bounded JSON that a person can read leaves; never throws, whatever getters, proxies or cycles are in it. Invariant 8.

import { LIMITS, type JsonValue } from '@runtail/core'
import { clip, errorText } from './text.ts'

/** Bounds of one value. */
export interface JsonBounds {
  /** UTF-16 units of JSON, roughly. @default 65536 */
  readonly maxLength?: number
  /** Entries of one array, object, Map or Set. @default 1000 */
  readonly maxEntries?: number
  /** Nesting. @default LIMITS.jsonDepth */
  readonly maxDepth?: number
}

/** The value as JSON. What is left out says so in its place, in square brackets. */
export function toJson(value: unknown, bounds: JsonBounds = {}): JsonValue {
  const { maxLength = 64 * 1024, maxEntries = 1000, maxDepth = LIMITS.jsonDepth } = bounds
  return new Converter({ maxLength, maxEntries, maxDepth }).convert(value, 0)
}

/** What a string, a key or a bracket costs beside its text. */
const OVERHEAD = 4

class Converter {
  readonly #bounds: Required<JsonBounds>
  /** The containers that the value at hand lies in: meeting one again is a cycle, meeting it elsewhere is not. */
  readonly #path = new Set<object>()
  #room: number

  constructor(bounds: Required<JsonBounds>) {
    this.#bounds = bounds
    this.#room = bounds.maxLength
  }

  convert(value: unknown, depth: number): JsonValue {
    try {
      return this.#convert(value, depth)
    } catch (thrown) {
      // A getter, a proxy or a toJSON of the caller's.
      return `[unreadable: ${clip(errorText(thrown), 200)}]`
    }
  }

  #convert(value: unknown, depth: number): JsonValue {
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
        return value === null ? null : this.#object(value, depth)
    }
  }

  #object(value: object, depth: number): JsonValue {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[invalid date]' : value.toISOString()
    if (value instanceof RegExp || value instanceof URL) return this.#text(String(value))
    if (value instanceof Error) return this.#text(errorText(value))
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
      return `[${nameOf(value)}, ${value.byteLength} bytes]`
    if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return `[${nameOf(value)}]`
    if (this.#path.has(value)) return '[circular]'
    if (depth >= this.#bounds.maxDepth) return `[${nameOf(value)}: more than ${this.#bounds.maxDepth} levels deep]`
    this.#path.add(value)
    try {
      return this.#container(value, depth)
    } finally {
      this.#path.delete(value)
    }
  }

  #container(value: object, depth: number): JsonValue {
    const toJSON = 'toJSON' in value ? value.toJSON : undefined
    if (typeof toJSON === 'function') return this.convert(toJSON.call(value), depth + 1)
    if (Array.isArray(value)) return this.#list(value, value.length, depth)
    if (value instanceof Set) return this.#list(value, value.size, depth)
    if (value instanceof Map) return this.#record(mapEntries(value), value.size, depth)
    const keys = Object.keys(value)
    const name = nameOf(value)
    if (keys.length === 0 && name !== 'Object') return `[${name}]`
    return this.#record(ownEntries(value, keys), keys.length, depth)
  }

  #list(values: Iterable<unknown>, size: number, depth: number): JsonValue {
    const list: JsonValue[] = []
    for (const value of values) {
      if (list.length >= this.#bounds.maxEntries || this.#room <= 0) {
        list.push(`[${size - list.length} more]`)
        break
      }
      this.#room -= OVERHEAD
      list.push(this.convert(value, depth + 1))
    }
    return list
  }

  #record(entries: Iterable<readonly [string, unknown]>, size: number, depth: number): JsonValue {
    const record: Record<string, JsonValue> = {}
    let count = 0
    for (const [key, value] of entries) {
      if (count >= this.#bounds.maxEntries || this.#room <= 0) {
        define(record, '[more]', size - count)
        break
      }
      count += 1
      // As in JSON.stringify: what is undefined is left out.
      if (value === undefined) continue
      this.#room -= key.length + OVERHEAD
      define(record, clip(key, LIMITS.nameLength), this.convert(value, depth + 1))
    }
    return record
  }

  #text(text: string): string {
    const clipped = clip(text, Math.max(64, this.#room))
    this.#room -= clipped.length + OVERHEAD
    return clipped
  }
}

/** A getter that throws spoils its own entry only. */
function* ownEntries(value: object, keys: readonly string[]): Generator<[string, unknown]> {
  for (const key of keys) {
    let entry: unknown
    try {
      entry = (value as Record<string, unknown>)[key]
    } catch (thrown) {
      entry = `[unreadable: ${clip(errorText(thrown), 200)}]`
    }
    yield [key, entry]
  }
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Generator<[string, unknown]> {
  for (const [key, value] of map) yield [keyText(key), value]
}

/** Not by assignment: a key may be `__proto__`. */
function define(record: Record<string, JsonValue>, key: string, value: JsonValue): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true })
}

function keyText(key: unknown): string {
  if (typeof key === 'string') return key
  return typeof key === 'object' && key !== null ? JSON.stringify(toJson(key, { maxLength: 200 })) : String(key)
}

function nameOf(value: object): string {
  const { constructor } = value
  return typeof constructor === 'function' && constructor.name ? clip(constructor.name, 100) : 'Object'
}
