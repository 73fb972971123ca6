// What a monitor takes of the page and of the client it gives back when it goes: counted, not assumed.
import { LogBuffer } from '@runtail/core'
import { expect, test } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import { ConnectionStatus, provideRuntail, useConnection, WorkflowExecutionMonitor } from '../src/index.ts'
import { FakeClient, makeExecution, makeLog, putLines, snapshotOf } from './support/fake-client.ts'
import { countLeftovers } from './support/leftovers.ts'
import { painted, show } from './support/page.ts'

const Header = defineComponent(() => {
  const { connection } = useConnection()
  return () => h(ConnectionStatus, { connection: connection.value })
})

const NOTHING = { listeners: {}, timers: 0, frames: 0, observers: 0 }

test('after unmount no subscription, listener, observer, timer or frame is left', async () => {
  const fake = new FakeClient()
  const logs = new LogBuffer()
  putLines(logs, 500)
  logs.put(makeLog(501, { input_data: { a: 1 } }))
  const execution = makeExecution({ head_seq: 501, progress: 40 })
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  fake.connection.set({ status: 'error', retryAtMs: Date.now() + 5000 })
  const isShown = shallowRef(false)
  const Host = defineComponent(() => {
    provideRuntail(fake.asClient)
    return () => (isShown.value ? [h(WorkflowExecutionMonitor, { execution: execution.id }), h(Header)] : undefined)
  })
  const wrapper = show(Host)

  const left = countLeftovers()
  try {
    isShown.value = true
    await painted()
    await wrapper.get('.rt-row-more').trigger('click')
    await wrapper.get('.rt-log-pause').trigger('click')
    putLines(logs, 100)
    fake.watch(execution.id).set({ version: logs.count, head: logs.last })
    fake.connection.set({ status: 'connecting' })
    await painted()
    const during = left.current()
    expect(during.observers).toBeGreaterThan(1)
    expect(during.timers).toBeGreaterThan(0)
    expect(during.listeners).toMatchObject({ 'document:selectionchange': 1 })
    expect(fake.listenerCount).toBe(3)

    // Gone in the midst of work: a frame is asked for and an announcement waits.
    putLines(logs, 100)
    fake.watch(execution.id).set({ version: logs.count, head: logs.last })
    isShown.value = false
    await wrapper.vm.$nextTick()
    expect(left.current()).toEqual(NOTHING)
    expect(fake.listenerCount).toBe(0)
  } finally {
    left.stop()
  }
})

test('a hundred monitors opened and closed leave what one leaves: nothing', async () => {
  const fake = new FakeClient()
  const id = shallowRef('execution-0')
  const isShown = shallowRef(false)
  const Host = defineComponent(() => {
    provideRuntail(fake.asClient)
    return () => (isShown.value ? h(WorkflowExecutionMonitor, { execution: id.value }) : undefined)
  })
  const wrapper = show(Host)
  const left = countLeftovers()
  try {
    for (let index = 1; index <= 100; index += 1) {
      id.value = `execution-${index}`
      if (index % 2 === 0) isShown.value = !isShown.value
      await wrapper.vm.$nextTick()
    }
    isShown.value = false
    await wrapper.vm.$nextTick()
    expect(fake.watches.size).toBe(50)
    expect(fake.listenerCount).toBe(0)
    expect(left.current()).toEqual(NOTHING)
  } finally {
    left.stop()
  }
})
