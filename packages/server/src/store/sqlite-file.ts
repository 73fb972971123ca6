// The path of an open database enters, whether that is still where it lies leaves: what is acknowledged must be found again. Invariant 2.

import { RuntailError } from '@runtail/core'
import { statSync } from 'node:fs'

/** The file that was at a path when the database was opened. */
export class DatabaseFile {
  readonly #path: string
  readonly #identity: string

  constructor(path: string) {
    this.#path = path
    this.#identity = identityOf(path)
  }

  /** @throws RuntailError `store_unavailable` where it was moved, deleted or replaced since */
  assertInPlace(): void {
    if (identityOf(this.#path) === this.#identity) return
    throw new RuntailError('store_unavailable', {
      message: `Database ${this.#path} was moved, deleted or replaced while it was open. Restart the server, or put the file back.`,
      data: { path: this.#path },
    })
  }
}

function identityOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? `${found.dev}:${found.ino}` : 'none'
}
