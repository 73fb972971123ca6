// A process that follows executions to their end and writes down what it saw: URL, file, `steady` or a seed for one that leaves and comes back, execution ids.

import { createClient } from '@runtail/client-sdk'
import { Random } from '../../sim/random.ts'
import { followAll } from '../follow-all.ts'
import { recorder, type Sighting } from '../records.ts'

const [url = '', file = '', manner = 'steady', ...executionIds] = process.argv.slice(2)
const random = new Random(Number(manner) || 0)
const write = recorder<Sighting>(file)
let begin = (): void => {
  console.log('following')
  begin = () => {}
}
await using client = createClient({ url, onError: (error) => console.error(error.message) })
await followAll(client, {
  executionIds,
  record: (sighting) => {
    write(sighting)
    begin()
  },
  leaves: () => manner !== 'steady' && random.chance(0.03),
})
