// Whatever SQLite or the file system threw enters, our error with a remedy leaves: can trying again help, or is the file at fault?

import { RuntailError, toRuntailError } from '@runtail/core'

/** Primary result codes of SQLite that time or the operator can mend, each with what to do. */
const UNAVAILABLE: Readonly<Record<number, string>> = {
  3: 'The file may not be opened. Check its permissions.',
  5: 'Another process writes to it. Close that process, or try again.',
  6: 'Another process writes to it. Close that process, or try again.',
  7: 'Memory is exhausted.',
  8: 'It is read-only. Check the permissions of its folder, of the file and of the -wal and -shm files beside it.',
  10: 'The disk fails to read or write. Check the disk.',
  13: 'The disk is full. Free some space.',
  14: 'The file cannot be opened. Check that the folder can be written to.',
  22: 'The file is too large for this file system.',
}

/** Codes that say that the file itself is at fault. */
const CORRUPT: Readonly<Record<number, string>> = {
  11: 'It is damaged, or a -wal file lies beside it that is not its own. Restore a backup and remove the -wal and -shm files, or move all three away to begin anew.',
  26: 'It is not a database. Point the data path elsewhere, or move the file away.',
}

/** The error for what failed with the database at `path`. */
export function sqliteError(error: unknown, path: string): RuntailError {
  if (error instanceof RuntailError || !(error instanceof Error)) return toRuntailError(error)
  if (!('errcode' in error) || typeof error.errcode !== 'number') return toRuntailError(error)
  // Extended codes keep the primary one in their low byte.
  const primary = error.errcode & 0xff
  const init = (remedy: string) => ({
    message: `Database ${path}: ${error.message}. ${remedy}`,
    data: { path, sqlite_code: error.errcode },
    cause: error,
  })
  const unavailable = UNAVAILABLE[primary]
  if (unavailable) return new RuntailError('store_unavailable', init(unavailable))
  const corrupt = CORRUPT[primary]
  if (corrupt) return new RuntailError('store_corrupt', init(corrupt))
  return toRuntailError(error)
}

/** The error for a folder that cannot be made. */
export function folderError(error: unknown, folder: string): RuntailError {
  const reason = error instanceof Error ? error.message : String(error)
  return new RuntailError('store_unavailable', {
    message: `Folder ${folder} cannot be made: ${reason}. Choose another data path, or mend its permissions.`,
    data: { path: folder },
    cause: error,
  })
}
