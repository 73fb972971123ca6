// A history enters, a short text that is the same for the same history leaves; ids that are random by nature count by where they stand.

import { createHash } from 'node:crypto'
import type { RunHistory } from './history.ts'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** The digest of all of it. */
export function digestOf(history: RunHistory): string {
  const names = new Map<string, string>()
  const text = JSON.stringify(history).replaceAll(UUID, (id) => {
    const name = names.get(id) ?? `id ${names.size + 1}`
    names.set(id, name)
    return name
  })
  return createHash('sha256').update(text).digest('hex')
}
