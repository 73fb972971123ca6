// The log buffer in a process of its own, so that its heap is known: logs enter as parsed frames, speed and memory leave.

import { LogBuffer, LogMatches, type ExecutionLog, type LogQuery } from '@runtail/core'
import { v7 as newId } from 'uuid'
import { floodMessage } from '../src/lines.ts'
import { answerParent } from '../src/program.ts'

const LOGS = 1_000_000
const FRAME_LOGS = 1000
/** What a second of 10,000 lines brings to one animation frame. */
const LIVE_LOGS = 170
const LINE_LENGTH = 110
const EXECUTION_ID = newId()
/** Ids that count: two million real ones take longer to make than all that is measured. */
const ID_START = newId().slice(0, -12)
const STARTED_MS = Date.UTC(2026, 0, 31)
/** In a hundred of the lines, the first of them not near the beginning. */
const SEARCHED = /checksum mismatch/i
const SLICE_MS = 5

answerParent({ measure })

/** All figures of one round; each part leaves nothing behind for the next. */
function measure(): Record<string, number> {
  const heapBefore = collectedHeap()
  const ascending = fill((index) => index + 1)
  const heap_mb = (collectedHeap() - heapBefore) / 1e6
  const seqs = shuffledSeqs()
  const shuffled = fill((index) => seqs[index] ?? 0)
  const { logs } = ascending
  return {
    put_per_s: ascending.put_per_s,
    shuffled_per_s: shuffled.put_per_s,
    duplicates_per_s: ascending.duplicates_per_s,
    off_heap_mb: logs.bytes / 1e6,
    heap_mb,
    level_filter_ms: timed(() => new LogMatches(logs, { levels: ['error'] }).advance()),
    search_ms: timed(() => new LogMatches(logs, { text: SEARCHED }).advance()),
    ...sliced(logs, { text: SEARCHED }),
    live_us: live(logs),
  }
}

/** A new buffer with all logs, each frame put twice. */
function fill(seqAt: (index: number) => number): { logs: LogBuffer; put_per_s: number; duplicates_per_s: number } {
  const logs = new LogBuffer()
  let putMs = 0
  let repeatedMs = 0
  for (let at = 0; at < LOGS; at += FRAME_LOGS) {
    const frame = frameOf(FRAME_LOGS, (index) => seqAt(at + index))
    putMs += timed(() => putAll(logs, frame))
    repeatedMs += timed(() => putAll(logs, frame))
  }
  if (logs.count !== LOGS) throw new Error(`${logs.count} of ${LOGS} logs are held.`)
  return { logs, put_per_s: (LOGS / putMs) * 1000, duplicates_per_s: (LOGS / repeatedMs) * 1000 }
}

/** A search as a screen does it: in slices, between which others have their turn. */
function sliced(logs: LogBuffer, query: LogQuery): { first_hit_ms: number; slice_ms: number } {
  const matches = new LogMatches(logs, query)
  const begun = performance.now()
  let firstHitMs = Number.POSITIVE_INFINITY
  let longestMs = 0
  for (let done = false; !done;) {
    const from = performance.now()
    done = matches.advance({ shouldStop: () => performance.now() - from > SLICE_MS })
    const to = performance.now()
    longestMs = Math.max(longestMs, to - from)
    if (matches.count > 0) firstHitMs = Math.min(firstHitMs, to - begun)
  }
  return { first_hit_ms: firstHitMs, slice_ms: longestMs }
}

/** What a filter adds to a frame while lines arrive: the next lines, and those in view. */
function live(logs: LogBuffer): number {
  const matches = new LogMatches(logs, { levels: ['error'] })
  matches.advance()
  let ms = 0
  const frames = 60
  for (let frame = 0; frame < frames; frame += 1) {
    const from = logs.last + 1
    putAll(
      logs,
      frameOf(LIVE_LOGS, (index) => from + index),
    )
    ms += timed(() => {
      matches.advance()
      for (let row = 1; row <= 50; row += 1) matches.at(matches.count - row)
    })
  }
  return (ms / frames) * 1000
}

/** Logs as they come out of a socket. */
function frameOf(count: number, seqAt: (index: number) => number): ExecutionLog[] {
  const texts = Array.from({ length: count }, (_, index) => textOf(seqAt(index)))
  return JSON.parse(`[${texts.join(',')}]`) as ExecutionLog[]
}

function textOf(seq: number): string {
  const level = seq % 100 === 0 ? 'error' : seq % 10 === 0 ? 'info' : 'debug'
  const found = seq % 10_000 === 7777 ? ' Checksum mismatch' : ''
  const message = `${floodMessage(seq)}${found} `.padEnd(LINE_LENGTH, 'abcdefghijklmnopqrstuvwxyz ')
  const timestamp = new Date(STARTED_MS + seq * 10).toISOString()
  const id = ID_START + seq.toString(16).padStart(12, '0')
  return `{"id":"${id}","execution_id":"${EXECUTION_ID}","timestamp":"${timestamp}","level":"${level}","message":"${message}","step_name":"hash chunks","step_type":"compute","seq":${seq}}`
}

/** All seqs in an order that is no order, the same every time: Fisher and Yates with xorshift. */
function shuffledSeqs(): number[] {
  const seqs = Array.from({ length: LOGS }, (_, index) => index + 1)
  let state = 20_260_131
  for (let index = LOGS - 1; index > 0; index -= 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    const other = (state >>> 0) % (index + 1)
    const seq = seqs[index] ?? 0
    seqs[index] = seqs[other] ?? 0
    seqs[other] = seq
  }
  return seqs
}

function putAll(logs: LogBuffer, frame: readonly ExecutionLog[]): void {
  for (const log of frame) logs.put(log)
}

function timed(work: () => void): number {
  const from = performance.now()
  work()
  return performance.now() - from
}

function collectedHeap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
