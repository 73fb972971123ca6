// A program that reports lines into a folder, says how many it has reported, and never ends by itself. Arguments: address, folder, lines, what becomes of what it leaves.

import { createClient } from '@runtail/client-sdk'
import { writeSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'

const [url = '', folder = '', lines = '0', abandoned = 'leave'] = process.argv.slice(2)
const runtail = createClient({
  url,
  outbox: { folder, abandoned: abandoned === 'cancel' ? 'cancel' : 'leave' },
  onError: ({ message }) => writeSync(2, `${message}\n`),
})
const execution = await runtail.startExecution({ workflow_id: 'program' })
writeSync(1, `id ${execution.id}\n`)
for (let index = 1; index <= Number(lines); index += 1) {
  execution.log(`line ${index}`)
  if (index % 100 === 0) {
    writeSync(1, `said ${index}\n`)
    await setImmediate()
  }
}
setInterval(() => {}, 1000)
