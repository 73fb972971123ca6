// Nothing enters, the ends of two pipes leave: one for the command to write to, one for us to read; where Node's own would be noticed.

import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Pipes for standard output and standard error. */
export interface OutputPipes {
  /** File descriptors for the command. */
  readonly writeEnds: readonly [number, number]
  readonly sources: readonly [Readable, Readable]
  /** To be called when the command has them, so that its end is the end of the streams. */
  closeWriteEnds(): void
}

/**
 * Node gives its children sockets. Linux refuses to open those as `/dev/stderr`, as shell scripts do, and whoever writes to a closed one may
 * get another error than for a pipe. So these are named pipes, without a name as soon as they are open. Undefined where they cannot be had, or are not needed.
 */
export function openOutputPipes(platform: NodeJS.Platform): OutputPipes | undefined {
  if (platform !== 'linux') return undefined
  const opened: number[] = []
  let folder: string | undefined
  try {
    folder = mkdtempSync(join(tmpdir(), 'runtail-'))
    const paths = [join(folder, 'stdout'), join(folder, 'stderr')] as const
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' })
    const open = (path: string, flags: number): number => {
      const fd = openSync(path, flags)
      opened.push(fd)
      return fd
    }
    // Opening to read waits for nobody only when it is non-blocking; opening to write finds the reader and stays blocking, as commands expect.
    const readEnds = [open(paths[0], READ), open(paths[1], READ)] as const
    const writeEnds = [open(paths[0], constants.O_WRONLY), open(paths[1], constants.O_WRONLY)] as const
    return {
      writeEnds,
      sources: [sourceOf(readEnds[0]), sourceOf(readEnds[1])],
      closeWriteEnds: () => writeEnds.forEach((fd) => closeSync(fd)),
    }
  } catch {
    // No mkfifo, no place for it: what Node gives does for almost every command.
    for (const fd of opened) closeSync(fd)
    return undefined
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

const READ = constants.O_RDONLY | constants.O_NONBLOCK

function sourceOf(fd: number): Readable {
  return new Socket({ fd, readable: true, writable: false })
}
