// A folder enters, what is in it leaves; on the way every step says what it does. The workflow that the demo's scenarios vary.

import { setTimeout as pause } from 'node:timers/promises'
import type { JsonValue } from '@runtail/core'
import { duplicatesOf, gzipFile, hashFile, showBytes, summarise, totalBytes, type IndexedFile } from './file-work.ts'
import type { Reporter, StepLog } from './reporter.ts'
import { SKIPPED_FOLDERS, walk, type FoundFile } from './walk.ts'

/** What a scenario works with. */
export interface Run {
  readonly folder: string
  readonly report: Reporter
  /** Aborted when the work shall stop. */
  readonly signal: AbortSignal
}

/** Bounds and pace of {@link indexFolder}. */
export interface IndexOptions {
  readonly maxFiles: number
  /** Milliseconds that hashing and compressing shall take together, by pausing between files. @default 0 */
  readonly spreadMs?: number
}

/** Lists, hashes, compresses and summarises. */
export async function indexFolder(run: Run, options: IndexOptions): Promise<JsonValue> {
  const files = await listStep(run, options.maxFiles)
  const pauseMs = (options.spreadMs ?? 0) / Math.max(1, 2 * files.length)
  run.report.progress(5, `Found ${files.length} files`)
  const indexed = await hashStep(run, files, { pauseMs, from: 5, to: 50 })
  const compressedBytes = await compressStep(run, indexed, { pauseMs, from: 50, to: 95 })
  return await run.report.step(
    'summarise',
    { type: 'compute', input: { files: indexed.length }, output: (result) => result },
    async (log) => {
      const kinds = summarise(indexed)
      for (const { kind, files: count, bytes } of kinds.slice(0, 8)) log(`${kind}: ${count} files, ${showBytes(bytes)}`)
      const bytes = totalBytes(indexed)
      const duplicates = duplicatesOf(indexed)
      for (const paths of duplicates.slice(0, 5)) log(`Same content: ${paths.join(', ')}`, { level: 'warning' })
      return {
        files: indexed.length,
        bytes,
        compressed_bytes: compressedBytes,
        duplicate_groups: duplicates.length,
        kinds,
      }
    },
  )
}

/** Finds the files. */
export function listStep(run: Run, maxFiles: number): Promise<FoundFile[]> {
  const input = { max_files: maxFiles, skipping: SKIPPED_FOLDERS }
  const output = (files: FoundFile[]): JsonValue => ({ files: files.length, bytes: totalBytes(files) })
  return run.report.step('list', { type: 'filesystem', input, output }, async (log) => {
    const files: FoundFile[] = []
    const found = walk(run.folder, {
      maxFiles,
      signal: run.signal,
      onFolder: (path) => log(`Listed ${path}`, { level: 'debug' }),
      onUnreadable: (path, error) => log(`Passed over ${path}: ${String(error)}`, { level: 'warning' }),
    })
    for await (const file of found) files.push(file)
    return files
  })
}

/** How a step goes through files: how long it rests after each, and which part of the progress is its own. */
export interface Stretch {
  readonly pauseMs: number
  readonly from: number
  readonly to: number
}

/** Hashes the files. */
export function hashStep(run: Run, files: readonly FoundFile[], stretch: Stretch): Promise<IndexedFile[]> {
  const input = { files: files.length, algorithm: 'sha256' }
  const output = (indexed: IndexedFile[]): JsonValue => ({ hashed: indexed.length })
  return run.report.step('hash', { type: 'compute', input, output }, async (log) => {
    const indexed: IndexedFile[] = []
    await eachFile({ run, files, stretch, log }, async (file) => {
      const sha256 = await hashFile(file, run.signal)
      indexed.push({ ...file, sha256 })
      log(`\u001B[36m${sha256.slice(0, 12)}\u001B[0m ${file.path} (${showBytes(file.bytes)})`)
    })
    return indexed
  })
}

function compressStep(run: Run, files: readonly IndexedFile[], stretch: Stretch): Promise<number> {
  const input = { files: files.length, bytes: totalBytes(files), algorithm: 'gzip' }
  const output = (compressed: number): JsonValue => ({ compressed_bytes: compressed })
  return run.report.step('compress', { type: 'compute', input, output }, async (log) => {
    let total = 0
    await eachFile({ run, files, stretch, log }, async (file) => {
      const bytes = await gzipFile(file, run.signal)
      total += bytes
      if (bytes > file.bytes) log(`${file.path} grew from ${file.bytes} to ${bytes} B`, { level: 'debug' })
      else log(`${file.path}: ${showBytes(file.bytes)} → ${showBytes(bytes)}, ${saved(file.bytes, bytes)} saved`)
    })
    return total
  })
}

interface EachFile<File extends FoundFile> {
  readonly run: Run
  readonly files: readonly File[]
  readonly stretch: Stretch
  readonly log: StepLog
}

/** A file that vanished or may not be read is said and passed over; only the end of the run stops the others. */
async function eachFile<File extends FoundFile>(
  { run, files, stretch, log }: EachFile<File>,
  work: (file: File) => Promise<void>,
): Promise<void> {
  let lastPercent = stretch.from
  for (const [index, file] of files.entries()) {
    run.signal.throwIfAborted()
    await run.report.ready()
    try {
      await work(file)
    } catch (error) {
      run.signal.throwIfAborted()
      log(`Passed over ${file.path}: ${String(error)}`, { level: 'warning' })
    }
    const percent = stretch.from + ((stretch.to - stretch.from) * (index + 1)) / files.length
    if (percent - lastPercent >= 1 || index === files.length - 1) {
      lastPercent = percent
      run.report.progress(percent, `${index + 1} of ${files.length} files`)
    }
    if (stretch.pauseMs > 0) await pause(stretch.pauseMs, undefined, { signal: run.signal })
  }
}

function saved(before: number, after: number): string {
  return before === 0 ? 'nothing' : `${Math.round(100 * (1 - after / before))} %`
}
