// A program that makes and closes many clients while the server is away, and prints what they left behind. Arguments: address, folder.

import { createClient } from '@runtail/client-sdk'

const [url = '', folder = ''] = process.argv.slice(2)
const listeners = (): number => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)

const before = listeners()
process.on('warning', ({ message }) => console.log('warning', message))
for (let round = 1; round <= 25; round += 1) {
  const runtail = createClient({ url, outbox: { maxLogs: 50, ...(round % 2 === 0 ? { folder } : {}) } })
  const execution = await runtail.startExecution({ workflow_id: 'program' })
  for (let index = 1; index <= 200; index += 1) execution.log(`line ${index}`)
  const failing = execution.step('fails', () => {
    throw new Error('mine')
  })
  await failing.catch(() => {})
  // Nobody waits for these.
  const waiting = [execution.complete(), execution.ready(), runtail.close({ timeoutMs: 5 })]
  await runtail.close()
  await Promise.all(waiting)
}
console.log('listeners', listeners() - before - 1)
