// Nothing enters, a new folder leaves, on the disk of the repository (`/tmp` may be memory, where commits cost nothing); it is gone with its owner or this process.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const parent = join(import.meta.dirname, '..', 'node_modules', '.cache')

/** A folder; disposing of it removes it with all that is in it. */
export interface TempFolder extends Disposable {
  readonly path: string
}

/** Makes a folder. */
export function tempFolder(): TempFolder {
  mkdirSync(parent, { recursive: true })
  const path = mkdtempSync(join(parent, 'bench-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    path,
    [Symbol.dispose]: () => {
      process.off('exit', remove)
      remove()
    },
  }
}
