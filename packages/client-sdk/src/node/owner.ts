// Names of files enter, whose they are and whether that process still lives leave: a file is taken over by renaming it, which only one of several can do.

import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** A process, distinct from all that had its number before. */
export interface Owner {
  /** The machine since its last start, or the container. */
  readonly machine: string
  readonly pid: number
  /** When it started, in the machine's own count; 0 where that cannot be known. */
  readonly started: number
}

/** A journal by its name. */
export interface JournalName {
  readonly id: string
  /** Undefined where a process that ended in order left it to whoever comes. */
  readonly owner: Owner | undefined
}

/** Owners that cannot be asked touch their files more often than {@link FOREIGN_DEAD_AFTER_MS}. */
export const TOUCH_INTERVAL_MS = 30_000

/** A file of another machine or container that was not touched for so long has nobody. */
const FOREIGN_DEAD_AFTER_MS = 4 * TOUCH_INTERVAL_MS

const NAME = /^([0-9a-f-]{36})\.(?:([0-9a-f]{8})-(\d+)-(\d+)|free)\.journal$/

/** This process. */
export const self: Owner = { machine: machineId(), pid: process.pid, started: startOf(process.pid) }

/** The file's name. */
export function nameOf({ id, owner }: JournalName): string {
  return `${id}.${owner ? `${owner.machine}-${owner.pid}-${owner.started}` : 'free'}.journal`
}

/** Undefined where it is something else. */
export function parseName(name: string): JournalName | undefined {
  const [, id, machine, pid, started] = NAME.exec(name) ?? []
  if (id === undefined) return undefined
  return { id, owner: machine === undefined ? undefined : { machine, pid: Number(pid), started: Number(started) } }
}

/** Whether the owner is gone. In doubt it lives: what it left waits a little longer. */
export function isDead(owner: Owner, untouchedMs: number): boolean {
  if (owner.machine !== self.machine) return untouchedMs > FOREIGN_DEAD_AFTER_MS
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  const started = startOf(owner.pid)
  return started !== 0 && owner.started !== 0 && started !== owner.started
}

/** Numbers of processes mean something within one start of one machine, and within one container of it. */
function machineId(): string {
  const parts = [
    hostname(),
    attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    attempt(() => readlinkSync('/proc/self/ns/pid')),
  ]
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 8)
}

/** The 22nd field; the second, the program's name, may hold anything. */
function startOf(pid: number): number {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0) || 0
}

/** What Linux alone tells; nothing elsewhere, which costs precision and no line. */
function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
