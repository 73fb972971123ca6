// The monitor of an execution in every state, live, by what the client hands out.
import { LogBuffer, RuntailError, type Execution } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import { provideRuntail, useRuntail, WorkflowExecutionMonitor } from '../src/index.ts'
import { emptySnapshot, FakeClient, makeExecution, makeLog, putLines, snapshotOf } from './support/fake-client.ts'
import { painted, show } from './support/page.ts'

/** A monitor below a component that provides the client, as in an app. */
function monitorOf(fake: FakeClient, props: Record<string, unknown>) {
  const live = shallowRef(props)
  const Host = defineComponent(() => {
    provideRuntail(fake.asClient)
    return () => h(WorkflowExecutionMonitor, live.value as { execution: string })
  })
  const wrapper = show(Host)
  return {
    wrapper,
    monitor: () => wrapper.getComponent(WorkflowExecutionMonitor),
    setProps: (next: object) => (live.value = { ...live.value, ...next }),
  }
}

function runningWith(lines: number, fields: Partial<Execution> = {}): { execution: Execution; logs: LogBuffer } {
  const logs = new LogBuffer()
  putLines(logs, lines)
  return { logs, execution: makeExecution({ head_seq: lines, ...fields }) }
}

describe('states', () => {
  test('loading, then live', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3, { name: 'Nightly import', progress: 45 })
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    expect(wrapper.text()).toContain('Loading')
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    await painted()
    for (const text of ['Nightly import', 'nightly-import', 'Running', '45 %', 'line 3', '3 lines', execution.id]) {
      expect(wrapper.text()).toContain(text)
    }
  })

  test('an execution that is known already is shown before anything came', () => {
    const fake = new FakeClient()
    const { wrapper } = monitorOf(fake, { execution: makeExecution({ name: 'Known' }) })
    expect(wrapper.get('h2').text()).toBe('Known')
    expect(wrapper.text()).toContain('Loading lines…')
  })

  test('not found', async () => {
    const fake = new FakeClient()
    const { wrapper } = monitorOf(fake, { execution: 'nobody' })
    fake.watch('nobody').set({ status: 'not_found' })
    await painted()
    expect(wrapper.text()).toContain('There is no execution with the id nobody.')
  })

  test('refused: the reason', async () => {
    const fake = new FakeClient()
    const { wrapper } = monitorOf(fake, { execution: makeExecution() })
    fake
      .watch(makeExecution().id)
      .set({ status: 'error', error: new RuntailError('forbidden', { message: 'Not yours.' }) })
    await painted()
    expect(wrapper.get('[role=alert]').text()).toBe('Not yours.')
  })

  test('failed: the error, said at once, as text', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(1)
    const { wrapper, monitor } = monitorOf(fake, { execution: execution.id })
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    await painted()
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
    const failed = { ...execution, status: 'failed' as const, error_message: '<b>\u001b[31mboom\u001b[0m</b>' }
    fake.watch(execution.id).set({ execution: failed, status: 'ended' })
    await painted()
    expect(wrapper.get('[role=alert]').text()).toContain('<b>boom</b>')
    expect(monitor().emitted('ended')).toEqual([[failed]])
  })

  test('an execution that was over from the beginning does not end again', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(1, { status: 'completed', completed_at: '2026-01-31T12:00:01.000Z' })
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    const { monitor, wrapper } = monitorOf(fake, { execution })
    await painted()
    expect(wrapper.text()).toContain('1.0 s')
    expect(monitor().emitted('ended')).toBeUndefined()
  })
})

describe('connection lost', () => {
  test('the last data stay and say how old they are; Reconnect tries again', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3)
    fake.watch(execution.id).set({ ...snapshotOf(execution, logs), updatedMs: Date.now() - 14_200 })
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    fake.connection.set({ status: 'error' })
    await painted()
    expect(wrapper.text()).toContain('line 3')
    expect(wrapper.get('.rt-stale').text()).toContain('14 s ago')
    await wrapper.get('.rt-stale button').trigger('click')
    expect(fake.reconnects).toBe(1)
    fake.connection.set({ status: 'connected' })
    await painted()
    expect(wrapper.find('.rt-stale').exists()).toBe(false)
  })

  test('the duration stands at the last data, and goes on when the connection is back', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3, { started_at: new Date(Date.now() - 90_000).toISOString() })
    fake.watch(execution.id).set({ ...snapshotOf(execution, logs), updatedMs: Date.now() - 60_000 })
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    fake.connection.set({ status: 'error' })
    await painted()
    expect(wrapper.get('.rt-duration').text()).toBe('30 s')
    fake.connection.set({ status: 'connected' })
    await painted()
    expect(wrapper.get('.rt-duration').text()).toMatch(/^1 min 3/)
  })

  test('an execution that is over is complete, whatever the connection', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3, { status: 'completed', completed_at: '2026-01-31T12:00:01.000Z' })
    fake.watch(execution.id).set({ ...snapshotOf(execution, logs), status: 'ended' })
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    fake.connection.set({ status: 'error' })
    await painted()
    expect(wrapper.find('.rt-stale').exists()).toBe(false)
  })
})

test('what is over cannot be paused', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(3)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const { wrapper } = monitorOf(fake, { execution: execution.id })
  await painted()
  const pause = wrapper.get('.rt-log-toolbar button')
  await pause.trigger('click')
  fake.watch(execution.id).set({ status: 'ended', execution: { ...execution, status: 'completed' } })
  await painted()
  expect(pause.text()).toBe('Resume')
  await pause.trigger('click')
  await painted()
  expect(wrapper.find('.rt-log-toolbar button').exists()).toBe(false)
  expect(document.activeElement).toBe(wrapper.get('.rt-viewport').element)
})

test('lines of the past are not new, those after them are', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(1000)
  const watch = fake.watch(execution.id)
  const { wrapper } = monitorOf(fake, { execution })
  watch.set({ ...snapshotOf(execution, logs), status: 'loading', head: 3000 })
  await painted()
  const pill = () => wrapper.get('.rt-pill').text()
  await wrapper.get('.rt-log-toolbar button').trigger('click')
  putLines(logs, 1000)
  watch.set({ version: logs.count })
  await painted()
  expect(pill()).toContain('Jump to latest')
  putLines(logs, 1000)
  watch.set({ version: logs.count, status: 'live' })
  await painted()
  expect(pill()).toContain('Jump to latest')
  putLines(logs, 7)
  watch.set({ version: logs.count, head: 3007 })
  await painted()
  expect(pill()).toContain('7 new lines')
  putLines(logs, 1)
  watch.set({ version: logs.count, head: 3008, status: 'ended' })
  await painted()
  expect(pill()).toContain('8 new lines')
})

test('logs are hidden and shown', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(3)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const { wrapper, monitor } = monitorOf(fake, { execution: execution.id })
  await painted()
  const button = wrapper.findAll('button').find((candidate) => candidate.text() === 'Hide logs')
  await button?.trigger('click')
  expect(wrapper.find('.rt-viewport').exists()).toBe(false)
  expect(button?.attributes('aria-expanded')).toBe('false')
  expect(monitor().emitted('update:showLogs')).toEqual([[false]])
  await button?.trigger('click')
  await painted()
  expect(wrapper.text()).toContain('line 3')
})

test('another id is followed instead, and only that', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(3)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const other = new LogBuffer()
  other.put(makeLog(1, { execution_id: 'other', message: 'of the other' }))
  fake.watch('other').set(snapshotOf(makeExecution({ id: 'other', name: 'Other', head_seq: 1 }), other))
  const { wrapper, setProps, monitor } = monitorOf(fake, { execution: execution.id })
  await painted()
  setProps({ execution: 'other' })
  await painted()
  expect(wrapper.get('h2').text()).toBe('Other')
  expect(wrapper.text()).toContain('of the other')
  expect(wrapper.text()).not.toContain('line 3')
  expect(fake.watch(execution.id).listeners.size).toBe(0)
  expect(monitor().emitted('ended')).toBeUndefined()
})

test('a hundred snapshots in a frame are one assignment', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(1)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  let reads = 0
  const watch = fake.watch(execution.id)
  const getSnapshot = watch.getSnapshot
  watch.getSnapshot = () => {
    reads += 1
    return getSnapshot()
  }
  monitorOf(fake, { execution: execution.id })
  await painted()
  reads = 0
  for (let index = 0; index < 100; index += 1) watch.set({ version: index })
  await painted()
  expect(reads).toBe(1)
})

describe('the newest state', () => {
  const over = makeExecution({
    status: 'completed',
    head_seq: 500,
    progress: 100,
    completed_at: '2026-01-31T12:00:09.000Z',
  })

  test('is shown while the lines up to it are loaded: what ended is not called running', async () => {
    const fake = new FakeClient()
    fake.get = () => Promise.resolve(over)
    const { logs } = runningWith(100)
    const { wrapper, monitor } = monitorOf(fake, { execution: over.id })
    const soFar = makeExecution({ head_seq: 100, progress: 20 })
    fake.watch(over.id).set({ ...snapshotOf(soFar, logs), status: 'loading', head: 500 })
    await painted()
    expect(wrapper.get('.rt-badge').text()).toContain('Completed')
    expect(wrapper.get('.rt-log-summary').text()).toContain('100 of 500 lines')
    expect(monitor().emitted('ended')).toBeUndefined()
  })

  test('is never replaced by an older one', async () => {
    const fake = new FakeClient()
    let answer = (_execution: Execution): void => undefined
    fake.get = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { logs } = runningWith(500)
    const { wrapper } = monitorOf(fake, { execution: over.id })
    fake.watch(over.id).set({ ...snapshotOf(over, logs), status: 'ended' })
    answer(makeExecution({ head_seq: 3 }))
    await painted()
    expect(wrapper.get('.rt-badge').text()).toContain('Completed')
  })

  test('of an id that was left is forgotten', async () => {
    const fake = new FakeClient()
    const answers = new Map<string, (execution: Execution) => void>()
    fake.get = (id) => new Promise((resolve) => void answers.set(id, resolve))
    const { wrapper, setProps } = monitorOf(fake, { execution: 'one' })
    await painted()
    setProps({ execution: 'two' })
    await painted()
    answers.get('two')?.(makeExecution({ id: 'two', name: 'Two' }))
    answers.get('one')?.(makeExecution({ id: 'one', name: 'One', head_seq: 9 }))
    await painted()
    expect(wrapper.get('h2').text()).toBe('Two')
  })
})

test('a store that was wiped begins anew', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(500)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const { wrapper } = monitorOf(fake, { execution: execution.id })
  await painted()
  logs.clear()
  fake.watch(execution.id).set({ ...emptySnapshot(), logs, execution, status: 'live', version: 501 })
  await painted()
  expect(wrapper.findAll('.rt-row')).toHaveLength(0)
  putLines(logs, 2)
  fake.watch(execution.id).set(snapshotOf({ ...execution, head_seq: 2 }, logs))
  await painted()
  expect(wrapper.findAll('.rt-row-message').map((row) => row.text())).toEqual(['line 1', 'line 2'])
})

test('without a client it says what to do', () => {
  const Lost = defineComponent(() => {
    useRuntail()
    return () => h('p')
  })
  const quiet = { global: { config: { warnHandler: () => undefined } } }
  expect(() => show(Lost, quiet)).toThrow(/provideRuntail/)
})
