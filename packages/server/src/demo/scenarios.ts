// The demo's scenarios: the same real workflow over a folder, short, slow, failing for a real reason, or with a flood of lines.

import type { JsonValue } from '@runtail/core'
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { passesOver, showBytes } from './file-work.ts'
import { hashStep, indexFolder, listStep, type Run } from './index-folder.ts'

/** What people choose from. */
export interface Scenario {
  readonly id: string
  readonly title: string
  readonly description: string
}

/** A scenario with its work; what it resolves to is the execution's output. */
export interface RunnableScenario extends Scenario {
  readonly run: (run: Run) => Promise<JsonValue>
}

/** Measures that tests make small. */
export interface ScenarioSizes {
  /** Milliseconds that the slow scenario takes. @default 45000 */
  readonly slowMs?: number
  /** Lines of the flood. @default 100000 */
  readonly floodLines?: number
}

const ATTEMPTS = 3
const RETRY_AFTER_MS = 250
const CHUNK_BYTES = 4096

/** All scenarios; the first is the default. */
export function createScenarios(sizes: ScenarioSizes = {}): readonly RunnableScenario[] {
  const { slowMs = 45_000, floodLines = 100_000 } = sizes
  return [
    {
      id: 'quick',
      title: 'Quick',
      description: 'Lists, hashes and compresses up to 60 files of a folder, then summarises them. Takes a moment.',
      run: (run) => indexFolder(run, { maxFiles: 60 }),
    },
    {
      id: 'slow',
      title: 'Slow',
      description: 'The same with a rest after each file, to watch it live. Takes about 45 seconds.',
      run: (run) => indexFolder(run, { maxFiles: 60, spreadMs: slowMs }),
    },
    {
      id: 'failing',
      title: 'Failing',
      description:
        'Packs files into an archive that arrives truncated; reading it fails three times, then the execution.',
      run: failWithATruncatedArchive,
    },
    {
      id: 'flood',
      title: 'Flood',
      description: `Hashes a folder in small chunks, one line each: ${floodLines.toLocaleString('en')} lines, as fast as they are stored.`,
      run: (run) => flood(run, floodLines),
    },
  ]
}

async function failWithATruncatedArchive(run: Run): Promise<JsonValue> {
  const { report, signal } = run
  const files = await listStep(run, 20)
  report.progress(10, `Found ${files.length} files`)
  const indexed = await hashStep(run, files, { pauseMs: 0, from: 10, to: 50 })
  const archive = await report.step(
    'pack',
    { type: 'compute', input: { files: indexed.length }, output: (packed: Uint8Array) => ({ bytes: packed.length }) },
    async (log) => {
      const bytes = await promisify(gzip)(indexed.map((file) => `${file.sha256}  ${file.path}\n`).join('') || 'empty\n')
      log(`Packed into ${showBytes(bytes.length)}`)
      return bytes
    },
  )
  report.progress(60, 'Packed')
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    // A transfer that breaks off, a little later each time.
    const arrived = archive.subarray(0, Math.floor((archive.length * attempt) / (ATTEMPTS + 1)))
    const input = { bytes_expected: archive.length, bytes_arrived: arrived.length }
    try {
      const size = await report.step('unpack', { type: 'archive', attempt, input }, async (log) => {
        log(`Unpacking ${arrived.length} of ${archive.length} B`)
        return await unpack(arrived)
      })
      return { bytes: size }
    } catch (error) {
      if (attempt === ATTEMPTS) throw error
      report.log(`Trying again in ${RETRY_AFTER_MS * attempt} ms`, { level: 'warning' })
      await pause(RETRY_AFTER_MS * attempt, undefined, { signal })
    }
  }
}

async function unpack(archive: Uint8Array): Promise<number> {
  try {
    return (await promisify(gunzip)(archive)).length
  } catch (error) {
    throw new Error(`The archive of ${archive.length} B cannot be unpacked`, { cause: error })
  }
}

async function flood(run: Run, lines: number): Promise<JsonValue> {
  const { report, signal } = run
  const files = await listStep(run, 2000)
  return await report.step(
    'hash chunks',
    { type: 'compute', input: { lines, chunk_bytes: CHUNK_BYTES }, output: (result) => result },
    async (log) => {
      const onUnreadable = (path: string, error: unknown): void =>
        log(`Passed over ${path}: ${String(error)}`, { level: 'warning' })
      let done = 0
      for await (const { pass, chunk } of passesOver(files, { chunkBytes: CHUNK_BYTES, onUnreadable })) {
        // A batch's worth of hashes takes a few milliseconds; then the store says when to go on.
        if (done % 250 === 0) {
          signal.throwIfAborted()
          await report.ready()
        }
        const digest = createHash('sha256').update(`${pass}:`).update(chunk.bytes).digest('hex')
        done += 1
        log(`${chunk.file.path} @${chunk.offset} ${digest.slice(0, 24)}`, { level: done % 10 === 0 ? 'info' : 'debug' })
        if (done % Math.ceil(lines / 50) === 0) report.progress((100 * done) / lines, `${done} of ${lines} lines`)
        if (done >= lines) return { lines: done, passes: pass }
      }
      return { lines: done, passes: 0 }
    },
  )
}
