// How an SQLite database grows with the program: every step from one version to the next, in order.

import { executionsAndLogs } from './0001-executions-and-logs.ts'
import { epochsAndChecksums } from './0002-epochs-and-checksums.ts'
import { narrowKeys } from './0003-narrow-keys.ts'
import type { Migration } from './migration.ts'

/** The newest version is the length of this list. */
export const sqliteMigrations: readonly Migration[] = [executionsAndLogs, epochsAndChecksums, narrowKeys]
