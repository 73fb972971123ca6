// Files enter, hashes, compressed sizes and summaries leave; everything is read in chunks, so the event loop stays free.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
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
export async function* chunksOf(file: FoundFile, chunkBytes: number): AsyncGenerator<Chunk> {
  await using handle = await open(file.absolutePath)
  for (let offset = 0; ; offset += chunkBytes) {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(chunkBytes), 0, chunkBytes, offset)
    if (bytesRead > 0) yield { file, offset, bytes: buffer.subarray(0, bytesRead) }
    if (bytesRead < chunkBytes) return
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
