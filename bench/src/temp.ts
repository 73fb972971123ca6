// Nothing enters, a new folder leaves, on the disk of the repository (`/tmp` may be memory, where commits cost nothing); it is gone with its owner or this process.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const parent = join(import.meta.dirname, '..', 'node_modules', '.cache')

/** A folder; disposing of it removes it with all that is in it. */
export interface TempFolder extends Disposable {
  readonly path: string
}

/** Makes a folder. What a killed process left is removed too. */
export function tempFolder(): TempFolder {
  mkdirSync(parent, { recursive: true })
  for (const name of readdirSync(parent)) if (isLeft(name)) remove(join(parent, name))
  const path = mkdtempSync(join(parent, `bench-${process.pid}-`))
  const atExit = (): void => remove(path)
  process.once('exit', atExit)
  return {
    path,
    [Symbol.dispose]: () => {
      process.off('exit', atExit)
      remove(path)
    },
  }
}

function remove(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

function isLeft(name: string): boolean {
  const [, pid] = /^bench-(\d+)-/.exec(name) ?? []
  if (pid === undefined) return false
  try {
    // Signal 0 only asks whether there is such a process.
    process.kill(Number(pid), 0)
    return false
  } catch {
    return true
  }
}
