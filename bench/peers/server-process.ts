// The name of a database server enters, the running server on a free port and a folder of its own leaves, or what to install; it is gone with this process.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { accessSync, chownSync, constants, globSync } from 'node:fs'
import { createServer, connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Where Debian puts servers that are not for every user's PATH. */
const FURTHER_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed(),
]
const START_MS = 10_000

/** The path of a program; undefined where it is not installed. */
function findProgram(name: string): string | undefined {
  const folders = [
    ...FURTHER_FOLDERS.filter((folder) => folder.includes('postgresql')),
    ...(process.env['PATH'] ?? '').split(delimiter),
    ...FURTHER_FOLDERS,
  ]
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

/** What a contestant says of a server that is not there. */
export async function unlessInstalled(name: string, debianPackage: string): Promise<string | undefined> {
  return findProgram(name) === undefined ? `not installed: apt install ${debianPackage}` : undefined
}

/** A TCP port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** A running server. */
export class ServerProcess implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #kill: () => void

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#kill = () => void child.kill('SIGKILL')
    this.#exited = once(child, 'exit')
    process.once('exit', this.#kill)
  }

  /** Starts it; resolves when something listens on the port. */
  static async start(name: string, args: readonly string[], port: number): Promise<ServerProcess> {
    const { command, commandArgs, user } = asUser(name, args)
    const child = spawn(command, commandArgs, { stdio: ['ignore', 'ignore', 'pipe'], ...user })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-2000)))
    const server = new ServerProcess(child)
    const deadline = performance.now() + START_MS
    while (!(await answers(port))) {
      if (child.exitCode !== null || performance.now() > deadline) {
        await server[Symbol.asyncDispose]()
        throw new Error(`${name} did not start:\n${stderr}`)
      }
      await pause(20)
    }
    return server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#kill)
    // Nothing of it is kept, so it need not stop in order.
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL')
    await this.#exited
  }
}

/** Runs a program to its end, as the user that servers must run as here. */
export function runProgram(name: string, args: readonly string[]): void {
  const { command, commandArgs, user } = asUser(name, args)
  execFileSync(command, commandArgs, { stdio: 'pipe', ...user })
}

/** Gives a folder to the user of {@link runProgram}. */
export function giveFolder(path: string): void {
  const user = serverUser()
  if (user) chownSync(path, user.uid, user.gid)
}

function asUser(
  name: string,
  args: readonly string[],
): { command: string; commandArgs: string[]; user: { uid: number; gid: number } | undefined } {
  const command = findProgram(name)
  if (command === undefined) throw new Error(`${name} is not installed.`)
  return { command, commandArgs: [...args], user: serverUser() }
}

/** Postgres refuses to run as root; its package brings a user. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    // Without that user nothing here needs it.
    return undefined
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
