// A batch of logs and the ids already stored enter; what to store and what is a duplicate leave. Invariant 3: an id is stored once.

/** What {@link decide} proposes; the store commits it in the transaction in which it looked up `known`. */
export interface Admission<Log> {
  /** In the order in which they were sent. */
  readonly accepted: readonly Log[]
  /** How many were already stored, or stood in the batch before. */
  readonly duplicates: number
}

/** Splits a batch into what is new and what was seen. The first of several logs with one id wins. Pure. */
export function decide<Log extends { readonly id: string }>(
  known: ReadonlySet<string>,
  logs: readonly Log[],
): Admission<Log> {
  const inBatch = new Set<string>()
  const accepted = logs.filter((log) => {
    if (known.has(log.id) || inBatch.has(log.id)) return false
    inBatch.add(log.id)
    return true
  })
  return { accepted, duplicates: logs.length - accepted.length }
}
