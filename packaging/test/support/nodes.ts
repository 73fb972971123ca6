// The lines of Node that the packages promise to run on enter as `nodes/package-lock.json`, their binaries leave; they are installed apart from the workspace, which does without 90 MB.

import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from './process.ts'

/** The lines of Node that are tried. */
export const LINES = ['20', '24', '26'] as const

/** A line of Node. */
export type NodeLine = (typeof LINES)[number]

/** A Node of each line, or why there is none here. */
export type Nodes = Readonly<Record<NodeLine, { readonly path: string } | { readonly absent: string }>>

const FOLDER = fileURLToPath(new URL('../../nodes/', import.meta.url))

/** The workspace's own Node is 24. */
export async function installNodes(): Promise<Nodes> {
  if (!isInstalled()) await run('npm', ['ci', '--prefer-offline', '--prefix', FOLDER])
  const [oldest, newest] = await Promise.all([find('20'), find('26')])
  return { '20': oldest, '24': { path: process.execPath }, '26': newest }
}

/** npm writes what it has installed; a newer lock is to be installed again. */
function isInstalled(): boolean {
  const done = `${FOLDER}node_modules/.package-lock.json`
  return existsSync(done) && statSync(done).mtimeMs >= statSync(`${FOLDER}package-lock.json`).mtimeMs
}

function binary(line: NodeLine): string {
  return `${FOLDER}node_modules/node-${line}-${process.platform}-${process.arch}/bin/node`
}

/** No package for this platform, or a library of the system is missing: 26 needs libatomic1. */
async function find(line: NodeLine): Promise<Nodes[NodeLine]> {
  const path = binary(line)
  if (!existsSync(path)) return { absent: `no package of Node ${line} for ${process.platform} ${process.arch}` }
  try {
    const { stdout } = await run(path, ['--version'])
    return stdout.startsWith(`v${line}.`) ? { path } : { absent: `Node ${line} says that it is ${stdout.trim()}` }
  } catch (error) {
    return { absent: `Node ${line} does not start here: ${error instanceof Error ? error.message : String(error)}` }
  }
}
