// Files enter, hashes, compressed sizes and summaries leave; everything is read in chunks, so the event loop stays free.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { extname } from 'node:path'
import type { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FoundFile } from './walk.ts'

/** A file with what the work found out about it. */
export interface IndexedFile extends FoundFile {
  /** Hexadecimal SHA-256. */
  readonly sha256: string
}

/** The SHA-256 of a file, hexadecimal. */
export async function hashFile(file: FoundFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(createReadStream(file.absolutePath, { signal }))) hash.update(chunk)
  return hash.digest('hex')
}

/** How many bytes a file has when compressed with gzip. */
export async function gzipFile(file: FoundFile, signal: AbortSignal): Promise<number> {
  const source = createReadStream(file.absolutePath, { signal })
  const gzip = createGzip()
  source.on('error', (error) => gzip.destroy(error))
  let bytes = 0
  for await (const chunk of bytesOf(source.pipe(gzip))) bytes += chunk.length
  return bytes
}

/** A piece of a file. */
export interface Chunk {
  readonly file: FoundFile
  readonly offset: number
  readonly bytes: Uint8Array
}

/** The pieces of a file, in order; none where it is empty. */
async function* chunksOf(file: FoundFile, chunkBytes: number): AsyncGenerator<Chunk> {
  let offset = 0
  for await (const piece of bytesOf(createReadStream(file.absolutePath, { highWaterMark: 64 * chunkBytes }))) {
    for (let from = 0; from < piece.length; from += chunkBytes) {
      const bytes = piece.subarray(from, from + chunkBytes)
      yield { file, offset, bytes }
      offset += bytes.length
    }
  }
}

/** Options of {@link passesOver}. */
export interface PassOptions {
  readonly chunkBytes: number
  readonly onUnreadable: (path: string, error: unknown) => void
}

/** Of a large folder not everything is read again. */
const KEPT_BYTES = 16 * 1024 * 1024

/** All chunks, then those of them that were kept, again and again. Where there is nothing it is one empty chunk, so there is always work. */
export async function* passesOver(
  files: readonly FoundFile[],
  { chunkBytes, onUnreadable }: PassOptions,
): AsyncGenerator<{ readonly pass: number; readonly chunk: Chunk }> {
  const kept: Chunk[] = []
  for (const file of files) {
    try {
      for await (const chunk of chunksOf(file, chunkBytes)) {
        if (kept.length * chunkBytes < KEPT_BYTES) kept.push(chunk)
        yield { pass: 1, chunk }
      }
    } catch (error) {
      onUnreadable(file.path, error)
    }
  }
  const nothing = { file: { path: '(nothing)', absolutePath: '', bytes: 0 }, offset: 0, bytes: new Uint8Array() }
  for (let pass = 2; ; pass += 1) {
    for (const chunk of kept.length > 0 ? kept : [nothing]) yield { pass, chunk }
  }
}

/** Files of one kind together. A type, since it goes into a log as JSON. */
export type KindSummary = { readonly kind: string; readonly files: number; readonly bytes: number }

/** Kinds by their bytes, the largest first. */
export function summarise(files: readonly FoundFile[]): KindSummary[] {
  const kinds = Map.groupBy(files, (file) => extname(file.path).toLowerCase() || '(none)')
  return [...kinds]
    .map(([kind, members]) => ({ kind, files: members.length, bytes: totalBytes(members) }))
    .toSorted((one, other) => other.bytes - one.bytes)
}

/** Groups of files with the same content. */
export function duplicatesOf(files: readonly IndexedFile[]): string[][] {
  return [...Map.groupBy(files, (file) => file.sha256).values()]
    .filter((group) => group.length > 1)
    .map((group) => group.map((file) => file.path))
}

/** The sum of the files' sizes. */
export function totalBytes(files: readonly FoundFile[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0)
}

/** A size for people. */
export function showBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}

function bytesOf(stream: Readable): AsyncIterable<Uint8Array> {
  return stream
}
