/**
 * Runs a command behind one line on the terminal; as a program, it shows what the command wrote only if that fails.
 * Plain JavaScript, because it also runs before anything is installed, on whichever Node there is.
 */
import { spawn } from 'node:child_process'
import { argv, stderr } from 'node:process'
import { pathToFileURL } from 'node:url'

/**
 * @param {string} title what the user reads while it runs, e.g. `Building`
 * @param {string[]} command the program and its arguments
 * @returns {Promise<{ code: number, output: string }>} what the command wrote is the caller's to show
 */
export async function quietly(title, [program = '', ...args]) {
  const started = performance.now()
  stderr.write(`${title} …`)
  const { code, output } = await run(program, args)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  stderr.write(code === 0 ? ` ${seconds} s\n` : ` failed after ${seconds} s\n`)
  return { code, output }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<{ code: number, output: string }>}
 */
function run(program, args) {
  return new Promise((resolve) => {
    /** @type {Buffer[]} */
    const chunks = []
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    })
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }))
  })
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const [title = '', ...command] = argv.slice(2)
  const { code, output } = await quietly(title, command)
  if (code !== 0) stderr.write(output)
  process.exitCode = code
}
