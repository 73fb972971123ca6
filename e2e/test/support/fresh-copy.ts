// The repository enters as git would clone it now, a copy with empty caches leaves: the machine of somebody who has never seen Runtail.

import { execFile } from 'node:child_process'
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

/** Copies every file that git knows or would take, as it is in the working tree. */
export async function copyRepository(folder: string): Promise<void> {
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  })
  for (const file of stdout.split('\0').filter(Boolean)) {
    const target = join(folder, file)
    await mkdir(dirname(target), { recursive: true })
    await cp(join(ROOT, file), target)
  }
}

/** An environment in which npm and pnpm find nothing that they fetched before, and this workspace's tools are not on PATH. */
export function emptyCaches(folder: string): Record<string, string | undefined> {
  const inherited = Object.keys(process.env).filter((name) =>
    /^(npm_(?!config_registry|config_userconfig)|turbo_|vitest|node_env$|node_path$)/i.test(name),
  )
  const path = (process.env['PATH'] ?? '').split(':').filter((entry) => !entry.includes('node_modules'))
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    PATH: path.join(':'),
    npm_config_cache: join(folder, 'npm'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_DATA_HOME: join(folder, 'data'),
    XDG_STATE_HOME: join(folder, 'state'),
  }
}
