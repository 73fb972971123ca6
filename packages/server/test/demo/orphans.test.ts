import { expect, test } from 'vitest'
import { v7 as newId } from 'uuid'
import { LocalBus } from '../../src/bus/local.ts'
import { endOrphans } from '../../src/demo/orphans.ts'
import { Ingest } from '../../src/ingest.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { created, log } from '../support/logs.ts'

test('what a killed server left running ends as canceled, however much; nothing else is touched', async () => {
  const store = new MemoryStore()
  const ingest = new Ingest({ store, bus: new LocalBus() })
  const demo = { workflow_id: 'index-folder', tags: ['demo', 'slow'] }
  for (let count = 1; count <= 120; count += 1) await store.create(created(`left-${count}`, demo))
  await ingest.append('left-1', [log('left-1', 'a', { event: 'execution.started' })])
  await store.create(created('ended', demo))
  await ingest.append('ended', [log('ended', 'a', { event: 'execution.completed' })])
  await store.create(created('namesake', { workflow_id: 'index-folder' }))
  await store.create(created('other', { tags: ['demo'] }))

  await endOrphans({ store, ingest, newId, now: () => Date.UTC(2026, 0, 31) })

  for (let count = 1; count <= 120; count += 1) {
    expect(await store.get(`left-${count}`)).toMatchObject({
      status: 'canceled',
      completed_at: '2026-01-31T00:00:00.000Z',
    })
  }
  expect(await store.get('ended')).toMatchObject({ status: 'completed', head_seq: 1 })
  expect(await store.get('namesake')).toMatchObject({ status: 'pending', head_seq: 0 })
  expect(await store.get('other')).toMatchObject({ status: 'pending', head_seq: 0 })
})
