// The script of a page that follows executions to their end; the browser that opened it provides `chaosPlan`, `chaosRecord` and `chaosEnded`.

import { createClient } from '@runtail/client-sdk'
import { followAll } from '../follow-all.ts'
import type { Sighting } from '../records.ts'

/** Where to follow what. */
export interface ChaosPlan {
  readonly url: string
  readonly executionIds: readonly string[]
}

declare global {
  var chaosPlan: ChaosPlan
  /** Takes down a sighting, in order. */
  var chaosRecord: (sighting: Sighting) => Promise<void>
  /** Told once. */
  var chaosEnded: (problem: string) => Promise<void>
}

const { url, executionIds } = globalThis.chaosPlan
const client = createClient({ url })
let recorded = Promise.resolve()
followAll(client, {
  executionIds,
  record: (sighting) => {
    recorded = recorded.then(() => globalThis.chaosRecord(sighting))
  },
})
  .then(() => recorded)
  .then(
    () => globalThis.chaosEnded(''),
    (error: unknown) => globalThis.chaosEnded(String(error)),
  )
  .catch(console.error)
