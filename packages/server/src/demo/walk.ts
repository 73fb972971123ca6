// A folder enters, its files leave in a stable order; bounded in number, depth and size, and never out of the folder through a link.

import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** A file that was found. */
export interface FoundFile {
  /** Relative to the folder, with `/`. */
  readonly path: string
  readonly absolutePath: string
  readonly bytes: number
}

/** Bounds of {@link walk}, and who is told what was passed over. */
export interface WalkOptions {
  readonly maxFiles: number
  readonly signal: AbortSignal
  /** Told each folder that was entered, and each thing that could not be read. */
  readonly onFolder: (path: string) => void
  readonly onUnreadable: (path: string, error: unknown) => void
}

/** Folders that hold what tools made. So do hidden ones; the database that this very execution fills is in one, too. */
export const SKIPPED_FOLDERS: readonly string[] = ['node_modules', 'dist', 'coverage', '.*']
/** Larger files are passed over: the work on one file should take moments. */
const MAX_FILE_BYTES = 4 * 1024 * 1024
const MAX_DEPTH = 12

/** Walks the folder, files before sub-folders, both by name. */
export async function* walk(root: string, options: WalkOptions): AsyncGenerator<FoundFile> {
  const folders = [{ path: root, depth: 0 }]
  let found = 0
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    options.signal.throwIfAborted()
    const here = relative(root, folder.path).replaceAll('\\', '/')
    const entries = await entriesOf(folder.path, here || '.', options)
    options.onFolder(here || '.')
    for (const entry of entries.filter((each) => each.isFile())) {
      if (found >= options.maxFiles) return
      const absolutePath = join(folder.path, entry.name)
      const path = here ? `${here}/${entry.name}` : entry.name
      const bytes = await sizeOf(absolutePath, path, options)
      if (bytes === undefined || bytes > MAX_FILE_BYTES) continue
      found += 1
      yield { path, absolutePath, bytes }
    }
    if (folder.depth >= MAX_DEPTH) continue
    const below = entries.filter((each) => each.isDirectory() && !isSkipped(each.name))
    // The last one is taken first.
    folders.push(...below.toReversed().map((each) => ({ path: join(folder.path, each.name), depth: folder.depth + 1 })))
  }
}

function isSkipped(folder: string): boolean {
  return folder.startsWith('.') || SKIPPED_FOLDERS.includes(folder)
}

async function entriesOf(absolutePath: string, path: string, options: WalkOptions): Promise<Dirent[]> {
  try {
    const entries = await readdir(absolutePath, { withFileTypes: true })
    return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  } catch (error) {
    options.onUnreadable(path, error)
    return []
  }
}

async function sizeOf(absolutePath: string, path: string, options: WalkOptions): Promise<number | undefined> {
  try {
    return (await lstat(absolutePath)).size
  } catch (error) {
    options.onUnreadable(path, error)
    return undefined
  }
}
