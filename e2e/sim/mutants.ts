// Bugs to plant, each a small edit of one real source file; a simulator that does not notice one of them proves nothing where it is silent.

/** A planted bug. */
export interface Mutant {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** What goes wrong with it. */
  readonly breaks: string
}

/** All of them; a test sees to it that each still finds its place. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ack before commit',
    file: 'packages/server/src/ingest.ts',
    find: 'const outcomes = await store.append(group.map(({ batch }) => batch))',
    replace: `for (const { settle, batch } of group) settle.resolve({ head: 0, accepted: batch.logs.length, duplicates: 0 })
      const outcomes = await store.append(group.map(({ batch }) => batch))`,
    breaks: 'a crash or a fault of the store loses what was acknowledged',
  },
  {
    name: 'no hint after the commit',
    file: 'packages/server/src/ingest.ts',
    find: 'bus.publish(hintsOf(group, outcomes))',
    replace: '',
    breaks: 'followers sleep on; only polls hide it',
  },
  {
    name: 'hint before the commit',
    file: 'packages/server/src/ingest.ts',
    find: `const outcomes = await store.append(group.map(({ batch }) => batch))
      bus.publish(hintsOf(group, outcomes))`,
    replace: `bus.publish(group.map(({ batch }) => ({ execution_id: batch.execution_id, head: 0 })))
      const outcomes = await store.append(group.map(({ batch }) => batch))`,
    breaks: 'a follower looks, finds nothing, and sleeps on',
  },
  {
    name: 'ids are not checked',
    file: 'packages/core/src/admission.ts',
    find: 'if (known.has(log.id) || inBatch.has(log.id)) return false',
    replace: 'if (inBatch.has(log.id)) return false',
    breaks: 'a batch that is sent again is stored again',
  },
  {
    name: 'seq from the batch',
    file: 'packages/server/src/store/memory.ts',
    find: 'seq: lines.length + 1 }))',
    replace: 'seq: accepted.indexOf(log) + 1 }))',
    breaks: 'each batch begins with seq 1',
  },
  {
    name: 'reset is not announced',
    file: 'packages/server/src/follower.ts',
    find: 'this.#send({ block, head: first.head, ...(reset && { reset }) })',
    replace: 'this.#send({ block, head: first.head })',
    breaks: 'after a restore a follower cannot know that what it holds is void',
  },
  {
    name: 'every cursor is known',
    file: 'packages/server/src/follower.ts',
    find: '(await channel.knows(cursor))',
    replace: 'true',
    breaks: 'after a restore a follower goes on where another history stood',
  },
  {
    name: 'no sync frames',
    file: 'packages/server/src/follower.ts',
    find: 'if (isNews || this.isDue()) {',
    replace: 'if (isNews) {',
    breaks: 'a lost end is never noticed',
  },
  {
    name: 'bell counted after the read',
    file: 'packages/server/src/channel.ts',
    find: `const { rings } = this.#bell
    const { block, head } = await this.#ask(seq)`,
    replace: `const { block, head } = await this.#ask(seq)
    const { rings } = this.#bell`,
    breaks: 'what is committed during a read wakes nobody',
  },
  {
    name: 'head told before is trusted',
    file: 'packages/server/src/channel.ts',
    find: 'if (seq === head && this.#bell.rings === rings)',
    replace: 'if (seq === head)',
    breaks: 'whoever waits at the head is told that there is nothing, for ever',
  },
  {
    name: 'committed block over a hole',
    file: 'packages/server/src/channel.ts',
    find: `if (committed.from !== head + 1 || (this.#ring.to ?? this.#audience.position) !== head) return
    for (const block of frames(committed)) this.#ring.push(block)`,
    replace: `const from = (this.#ring.to ?? head) + 1
    for (const { lines } of frames(committed)) this.#ring.push(new LogBlock(from, lines))`,
    breaks: 'what others committed in between is passed over, and what follows gets their seqs',
  },
  {
    name: 'repeats are handed over',
    file: 'packages/server/src/store/memory.ts',
    find: 'lines.slice(before.lines.length)) }',
    replace: 'logs.map((log, index) => JSON.stringify({ ...log, seq: before.lines.length + 1 + index }))) }',
    breaks: 'what was sent again is seen again',
  },
  {
    name: 'whoever cannot take is passed over',
    file: 'packages/server/src/audience.ts',
    find: 'if (!isServed) this.#wake(listener)',
    replace: '',
    breaks: 'who has no room for a frame, or stands elsewhere, gets nothing any more',
  },
  {
    name: 'ring during a read of the audience',
    file: 'packages/server/src/audience.ts',
    find: 'if (isAllThereIs(found) && found.rings === this.#source.rings) return',
    replace: 'if (isAllThereIs(found)) return',
    breaks: 'what is committed while the audience is served wakes nobody',
  },
  {
    name: 'one frame is all there is',
    file: 'packages/server/src/audience.ts',
    find: 'return block.count === 0 || block.to === head',
    replace: 'return true',
    breaks: 'of what makes several frames the audience gets the first, and the rest with whatever comes next',
  },
  {
    name: 'wrong block in the middle',
    file: 'packages/server/src/block.ts',
    find: 'new LogBlock(seq + 1, this.#textsFrom(seq + 1 - this.from))',
    replace: 'new LogBlock(this.from, this.#textsFrom(seq + 1 - this.from))',
    breaks: 'who resumes within a block is told wrong seqs',
  },
  {
    name: 'hole within the ring',
    file: 'packages/server/src/ring.ts',
    find: 'if (newest && block.from > newest.to + 1) this.#dropOldest(this.#blocks.length)',
    replace: '',
    breaks: 'blocks that are no neighbours become one',
  },
  {
    name: 'full socket stays full',
    file: 'packages/server/src/flow-gate.ts',
    find: `if (this.#phase === 'draining' && this.#outlet.unsentBytes <= this.#options.marks.lowBytes) this.#phase = 'open'`,
    replace: '',
    breaks: 'who was slow once gets nothing any more',
  },
  {
    name: 'last change is dropped',
    file: 'packages/server/src/throttle.ts',
    find: 'else this.#cancel = this.#clock.after(waitMs, () => this.#run())',
    replace: '',
    breaks: 'a live list misses what changes within the interval',
  },
  {
    name: 'no trim',
    file: 'packages/client-sdk/src/follow-plan.ts',
    find: 'const logs = frame.logs.slice(Math.max(0, at + 1 - frame.from))',
    replace: 'const logs = frame.logs',
    breaks: 'what overlaps is seen twice',
  },
  {
    name: 'trim of one too many',
    file: 'packages/client-sdk/src/follow-plan.ts',
    find: 'Math.max(0, at + 1 - frame.from)',
    replace: 'Math.max(0, at + 2 - frame.from)',
    breaks: 'the first new log is lost',
  },
  {
    name: 'hole is not filled',
    file: 'packages/client-sdk/src/follow-plan.ts',
    find: 'missing: expected > at ? { from: at + 1, to: expected } : undefined',
    replace: 'missing: undefined',
    breaks: 'what a frame did not bring is never seen',
  },
  {
    name: 'resume one too late',
    file: 'packages/client-sdk/src/follow.ts',
    find: '(cursor?.seq ?? (typeof',
    replace: '((cursor && cursor.seq + 1) ?? (typeof',
    breaks: 'the first log after a saved cursor is lost',
  },
  {
    name: 'other epoch is not noticed',
    file: 'packages/client-sdk/src/follow.ts',
    find: 'if (frame.reset) this.#startAnew()',
    replace: 'if (frame.reset) this.#position = 0',
    breaks: 'the caller is not told that what it holds is void',
  },
  {
    name: 'watch keeps the old store',
    file: 'packages/client-sdk/src/execution-watch.ts',
    find: 'this.#logs.clear()',
    replace: '',
    breaks: 'logs of two stores stand in one list',
  },
  {
    name: 'outbox forgets too early',
    file: 'packages/client-sdk/src/producer.ts',
    find: `await uplink.append(lane.execution.id, lines)
    outbox.acknowledge(lane.execution.id, lines.length)`,
    replace: `outbox.acknowledge(lane.execution.id, lines.length)
    await uplink.append(lane.execution.id, lines)`,
    breaks: 'what was under way when the connection broke is lost',
  },
  {
    name: 'retry with new ids',
    file: 'packages/client-sdk/src/uplink.ts',
    find: 'lines.map(({ json }) => json)',
    replace: 'lines.map(({ json }) => json.replace(/"id":"[^"]*"/, () => `"id":"${crypto.randomUUID()}"`))',
    breaks: 'a batch that is sent again is stored again',
  },
  {
    name: 'lost execution is given up',
    file: 'packages/client-sdk/src/refusal.ts',
    find: `return 'create_again'`,
    replace: `return 'give_up'`,
    breaks: 'after a restore a producer throws away what it holds',
  },
  {
    name: 'gap that counts one',
    file: 'packages/client-sdk/src/outbox.ts',
    find: 'gap.dropped += 1',
    replace: 'gap.dropped += 0',
    breaks: 'more is lost than is announced',
  },
  {
    name: 'refused line leaves no gap',
    file: 'packages/client-sdk/src/outbox.ts',
    find: 'queue.pinned.unshift({ position: entry.position, line, dropped: 1 })',
    replace: '',
    breaks: 'a line that no server takes is gone in silence',
  },
  {
    name: 'hand-over forgets subscriptions',
    file: 'packages/client-sdk/src/connection.ts',
    find: `replaced.close(error)
      this.#tell((user) => user.lost(error))`,
    replace: 'replaced.close(error)',
    breaks: 'followers wait on a connection that is gone',
  },
  {
    name: 'silence is not noticed',
    file: 'packages/client-sdk/src/socket.ts',
    find: `if (this.#silentTicks >= DEAD_AFTER_TICKS) this.#end('the server fell silent')`,
    replace: '',
    breaks: 'a half-open socket is trusted for ever',
  },
  {
    name: 'dials never time out',
    file: 'packages/client-sdk/src/socket.ts',
    find: 'this.#end(`nobody answered within ${options.connectTimeoutMs} ms`)',
    replace: '',
    breaks: 'who dials a silent address waits for ever',
  },
]
