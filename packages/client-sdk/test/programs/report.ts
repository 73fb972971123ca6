// A program that reports and then has nothing left to do. Arguments: address, and what it does after reporting.
// It never exits by itself: what keeps it alive beyond its work is a defect.

import { createClient } from '@runtail/client-sdk'

const [url = '', ending = 'nothing'] = process.argv.slice(2)
const runtail = createClient({ url, onError: ({ code, data }) => console.log('onError', code, JSON.stringify(data)) })
const execution = await runtail.startExecution({ workflow_id: 'program' })
for (let index = 1; index <= 2000; index += 1) execution.log(`line ${index}`)
console.log('id', execution.id)

if (ending === 'flush') await execution.flush()
if (ending === 'complete') {
  await execution.complete()
  console.log('completed')
}
if (ending === 'follow') {
  for await (const update of runtail.follow(execution.id)) {
    if (update.head === 2001 && update.logs.length > 0) console.log('reached', update.head)
    if (update.execution.status === 'completed') break
  }
  console.log('left')
}
if (ending === 'close') console.log('unsent', (await runtail.close({ timeoutMs: 200 })).unsent)
