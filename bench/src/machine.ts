// Nothing enters, a description of this machine leaves: what somebody needs to judge figures that were measured on it.

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { quantile } from './stats.ts'
import { tempFolder } from './temp.ts'

/** A machine, as far as the figures depend on it. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory_gb: number
  readonly os: string
  readonly node: string
  readonly sqlite: string
  /** Median time of a commit of one row with `synchronous=FULL` on the disk that the bench uses. */
  readonly full_commit_ms: number
}

/** Asks the machine; takes about 100 ms. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory_gb: Math.round(totalmem() / 1e8) / 10,
    os: `${distribution() ?? type()}, ${type()} ${release()}`,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? 'unknown',
    full_commit_ms: measureCommit(),
  }
}

function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="(.+)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
  } catch {
    // Only Linux has that file; the kernel's name does for others.
    return undefined
  }
}

function measureCommit(): number {
  using folder = tempFolder()
  const database = new DatabaseSync(join(folder.path, 'commit.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (value TEXT)')
  const insert = database.prepare('INSERT INTO rows VALUES (?)')
  const times = Array.from({ length: 100 }, () => {
    const started = performance.now()
    insert.run('a row')
    return performance.now() - started
  })
  database.close()
  return Math.round(quantile(times, 0.5) * 1000) / 1000
}
