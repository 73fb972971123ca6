// Texts enter, a file that holds them leaves: each is with the operating system when the call returns, and the whole is replaced at one stroke. Throws where it cannot.

import { closeSync, mkdirSync, openSync, renameSync, rmSync, utimesSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Texts are written in pieces of about so many UTF-16 units. */
const PIECE = 256 * 1024

/** One journal. What it holds survives the process, not a power cut: nothing waits for the disk. */
export class JournalFile {
  #path: string
  #fd: number | undefined
  #size = 0

  /** @param path nothing is opened before the first {@link JournalFile.replace} */
  constructor(path: string) {
    this.#path = path
  }

  get isOpen(): boolean {
    return this.#fd !== undefined
  }

  /** Bytes. */
  get size(): number {
    return this.#size
  }

  append(text: string): void {
    if (this.#fd === undefined) throw new Error('The journal is not open')
    this.#size += write(this.#fd, text)
  }

  /** Puts these texts in the place of all there are; whoever is killed meanwhile leaves either the old or the new. */
  replace(texts: Iterable<string>): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 })
    const draft = `${this.#path}.draft`
    const fd = openSync(draft, 'w', 0o600)
    try {
      this.#size = writeAll(fd, texts)
      renameSync(draft, this.#path)
    } catch (error) {
      closeSync(fd)
      rmSync(draft, { force: true })
      throw error
    }
    this.close()
    this.#fd = fd
  }

  /** Gives it another name, by which others may take it. */
  rename(path: string): void {
    renameSync(this.#path, path)
    this.#path = path
  }

  /** Tells those who cannot ask that its process lives. */
  touch(): void {
    const now = new Date()
    if (this.#fd !== undefined) utimesSync(this.#path, now, now)
  }

  remove(): void {
    this.close()
    rmSync(this.#path, { force: true })
    this.#size = 0
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

function writeAll(fd: number, texts: Iterable<string>): number {
  let size = 0
  let piece = ''
  for (const text of texts) {
    piece += text
    if (piece.length < PIECE) continue
    size += write(fd, piece)
    piece = ''
  }
  return size + write(fd, piece)
}

/** A disk that fills up takes a part and says nothing; the next write tells. */
function write(fd: number, text: string): number {
  const size = Buffer.byteLength(text)
  const written = writeSync(fd, text)
  if (written === size) return size
  const bytes = Buffer.from(text)
  for (let at = written; at < size;) at += writeSync(fd, bytes, at)
  return size
}
