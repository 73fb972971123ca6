/** Finds a Chromium on this machine, for component and end-to-end tests; the path, or undefined if there is none. */
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from 'playwright'

/** Without these a fresh Chromium looks up hosts of its own; tests reach nothing but this machine. */
export const chromiumFlags = [
  '--disable-quic',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
]

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** Where `npm test` has unpacked one if there was no other way to get it. */
const npmChromium = join(import.meta.dirname, 'npm-chromium/node_modules/.unpacked/start-chromium')

/** In this order: `RUNTAIL_CHROMIUM`, one on PATH or in macOS's Applications, what an earlier `npm test` has installed. */
export function findChromium(): string | undefined {
  if (process.env['RUNTAIL_CHROMIUM']) return process.env['RUNTAIL_CHROMIUM']
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin', '/snap/bin']
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const installed = [...onPath, ...macApplications].find(isExecutable)
  if (installed) return installed
  return [chromium.executablePath(), npmChromium].find((path) => existsSync(path))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
