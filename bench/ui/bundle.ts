// The dashboard's sources enter, the time of a production build and the size of its JavaScript leave.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Figures } from '../src/case.ts'
import { tempFolder } from '../src/temp.ts'

const dashboard = join(import.meta.dirname, '..', '..', 'apps', 'dashboard')

/** Builds it as `npm run build` does, to another place. */
export async function measureBundle(): Promise<Figures> {
  using folder = tempFolder()
  const begun = performance.now()
  const child = spawn('vite', ['build', '--logLevel', 'warn', '--outDir', folder.path, '--emptyOutDir'], {
    cwd: dashboard,
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  const build_s = (performance.now() - begun) / 1000
  if (code !== 0) throw new Error(`vite build ended with ${code}.`)
  const scripts = readdirSync(folder.path, { recursive: true, encoding: 'utf8' })
    // What its pages load; the custom element beside them is for other people's pages.
    .filter((name) => name.startsWith('assets') && name.endsWith('.js'))
    .map((name) => readFileSync(join(folder.path, name)))
  const total = (sizes: readonly number[]): number => sizes.reduce((sum, bytes) => sum + bytes, 0) / 1000
  return {
    js_gzip_kb: total(scripts.map((script) => gzipSync(script, { level: 9 }).byteLength)),
    js_raw_kb: total(scripts.map((script) => script.byteLength)),
    build_s,
  }
}
