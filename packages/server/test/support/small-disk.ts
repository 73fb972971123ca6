// Disks that are really full: a file system of a few pages, where the user may mount one.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder on a disk of its own. */
export interface SmallDisk {
  readonly folder: string
  /** Leaves no byte. */
  readonly fill: () => void
  /** Makes room again. */
  readonly free: () => void
}

/** Whether this user may mount a file system. */
export const canMount = tryMount()

/** Mounts 2 MiB, gone with the test. */
export function smallDisk(): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'runtail-disk-'))
  mount(folder)
  onTestFinished(() => unmount(folder))
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: () => {
      for (const bytes of [1 << 18, 1 << 12]) fillWith(ballast, bytes)
    },
    free: () => rmSync(ballast),
  }
}

/** Appends blocks until the disk takes no more. */
function fillWith(file: string, bytes: number): void {
  for (;;) {
    try {
      writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
}

function unmount(folder: string): void {
  execFileSync('umount', ['--lazy', folder])
  rmSync(folder, { recursive: true })
}

function tryMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'runtail-disk-'))
  try {
    mount(folder)
  } catch {
    rmSync(folder, { recursive: true })
    return false
  }
  unmount(folder)
  return true
}
