// A measured process and work enter, the highest resident memory while it was done leaves.

import type { Program } from './process.ts'

const EVERY_MS = 50
const PAGE_BYTES = 4096

/** What {@link peakDuring} gives. */
export interface Peak<Output> {
  readonly output: Output
  /** Above what it was before; at least a page, so that ratios are finite. */
  readonly grownBytes: number
}

/** Asks the process again and again how large it is. */
export async function peakDuring<Output>(program: Program, work: () => Promise<Output>): Promise<Peak<Output>> {
  const before = await program.usage({ collect: true })
  let peak = before.rss_bytes
  let isDone = false
  const watching = (async () => {
    while (!isDone) {
      peak = Math.max(peak, (await program.usage()).rss_bytes)
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    }
  })()
  try {
    return { output: await work(), grownBytes: Math.max(PAGE_BYTES, peak - before.rss_bytes) }
  } finally {
    isDone = true
    await watching
  }
}
