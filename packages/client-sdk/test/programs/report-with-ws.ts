// The same in Node 20, which has no WebSocket of its own. Bundled by its test, since Node 20 reads no TypeScript.

import { createClient, handleCrashes } from '@runtail/client-sdk'
import { WebSocket } from 'ws'

const [url = '', ending = 'nothing'] = process.argv.slice(2)
const runtail = createClient({ url, WebSocket })
if (ending === 'crash') {
  handleCrashes(runtail)
  await runtail.execute({ workflow_id: 'program', id: 'crashed' }, async () => {
    await Promise.all(['a', 'b'].map((name) => runtail.step(name, () => runtail.log(`in ${name}`))))
    throw new Error('boom')
  })
}
const execution = await runtail.startExecution({ workflow_id: 'program' })
for (let index = 1; index <= 2000; index += 1) execution.log(`line ${index}`)
console.log('id', execution.id)
console.log('node', process.version, typeof globalThis.WebSocket)
for await (const update of runtail.follow(execution.id)) {
  if (update.head === 2001 && (update.logs.at(-1)?.seq ?? 0) === 2001) break
}
console.log('followed')
execution.log('last words')
