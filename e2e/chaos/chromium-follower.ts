// An address and executions enter, a page in a real Chromium follows them with the built SDK; what it saw leaves through `record`.

import { chromium } from 'playwright'
import { build, type Rolldown } from 'vite'
import { join } from 'node:path'
import { chromiumFlags, findChromium } from '../../scripts/chromium.ts'
import type { ChaosPlan } from './programs/page.ts'
import type { Sighting } from './records.ts'

/** What {@link followInChromium} takes. */
export interface ChromiumFollowerOptions {
  /** Port of the server, or of a proxy before it. */
  readonly port: number
  readonly executionIds: readonly string[]
  readonly record: (sighting: Sighting) => void
}

/** A page that follows. */
export interface ChromiumFollower extends AsyncDisposable {
  /** Resolves when everything has come; rejects where following failed. */
  readonly ended: Promise<void>
}

/** Opens a page and begins to follow. */
export async function followInChromium({
  port,
  executionIds,
  record,
}: ChromiumFollowerOptions): Promise<ChromiumFollower> {
  const script = await bundle(join(import.meta.dirname, 'programs/page.ts'))
  const executablePath = findChromium()
  const browser = await chromium.launch({
    args: chromiumFlags,
    // Who interrupts the run ends all of it, not the browser alone and then the process.
    handleSIGINT: false,
    handleSIGTERM: false,
    ...(executablePath ? { executablePath } : {}),
  })
  const page = await browser.newPage({ bypassCSP: true })
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  page.on('pageerror', reject)
  await page.exposeFunction('chaosRecord', record)
  await page.exposeFunction('chaosEnded', (problem: string) =>
    problem === '' ? resolve() : reject(new Error(problem)),
  )
  const plan: ChaosPlan = { url: `ws://127.0.0.1:${port}/trpc`, executionIds }
  await page.addInitScript((given) => (globalThis.chaosPlan = given), plan)
  // A page of the server itself: neither the server nor the browser lets others connect.
  await page.goto(`http://127.0.0.1:${port}/healthz`)
  await page.addScriptTag({ content: script, type: 'module' })
  return { ended, [Symbol.asyncDispose]: () => browser.close() }
}

/** The script as one module, as a page would load it. */
async function bundle(entry: string): Promise<string> {
  const [result] = (await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, target: 'es2024', lib: { entry, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[]
  if (!result) throw new Error(`${entry} gave nothing.`)
  return result.output[0].code
}
