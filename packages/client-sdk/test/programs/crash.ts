// A program that crashes. Arguments: address, how it crashes, and whether it reports at all (`without`), reports (`with`), or has its crashes handled (`handled`).

import { createClient, handleCrashes, type RuntailClient } from '@runtail/client-sdk'
import { writeSync } from 'node:fs'

const [url = '', crash = '', runtail = 'without', timeoutMs = '5000'] = process.argv.slice(2)

process.on('exit', (code) => writeSync(1, `exit ${code}\n`))
let client: RuntailClient | undefined
if (runtail !== 'without') {
  client = createClient({ url, token: async () => Promise.resolve('secret-1') })
  if (runtail === 'handled') handleCrashes(client, { timeoutMs: Number(timeoutMs) })
  const done = await client.startExecution({ workflow_id: 'done', id: 'done' })
  await Promise.race([done.complete(), new Promise((resolve) => setTimeout(resolve, 500))])
  const open = await client.startExecution({ workflow_id: 'open', id: 'open' })
  client.execution('of-others').log('a line')
  for (let index = 1; index <= 3000; index += 1) open.log(`line ${index}`)
}

class Custom extends Error {
  readonly code = 'E_CUSTOM'
}

function deep(): never {
  throw new Custom('deep inside', { cause: new Error('the cause') })
}

if (crash === 'own-handler') {
  process.on('uncaughtException', (error) => {
    writeSync(1, `caught ${error.message}\n`)
    process.exitCode = 3
    setTimeout(() => process.exit(), 300)
  })
}
/** What crashes it, by name. */
const crashes: Readonly<Record<string, () => unknown>> = {
  error: deep,
  'own-handler': deep,
  exit: () => process.exit(7),
  execute: () => client?.execute({ workflow_id: 'executed', id: 'executed' }, () => client?.step('deep', deep)),
  rejection: () => Promise.reject(new Custom('rejected')),
  // Strings are thrown, in programs that exist.
  text: () => rethrow('just text'),
  'rejection-of-text': () => Promise.resolve().then(() => rethrow('just text')),
}

function rethrow(problem: unknown): never {
  throw problem
}

setTimeout(() => void crashes[crash]?.(), 10)
