// The monitor of an execution in every state, live, by what the client hands out.
import { LogBuffer, RuntailError, type Execution } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
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

test('monitors of several apps on one page share no element id, so no button opens the menu of another', async () => {
  const fake = new FakeClient()
  for (let app = 0; app < 2; app += 1) {
    const { execution, logs } = runningWith(3)
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    monitorOf(fake, { execution })
  }
  await painted()
  const ids = [...document.querySelectorAll('.rt-monitor [id], .rt-monitor[id]')].map(({ id }) => id)
  expect(ids.length).toBeGreaterThan(7)
  expect(new Set(ids).size).toBe(ids.length)
})

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

describe('the status never lies', () => {
  const badge = (wrapper: ReturnType<typeof monitorOf>['wrapper']) => wrapper.get('.rt-badge').text()

  test.each(['connecting', 'disconnected', 'error'] as const)(
    '%s: what ran is told as past, nothing moves, and it is back when the connection is',
    async (status) => {
      const fake = new FakeClient()
      const { execution, logs } = runningWith(3)
      fake.watch(execution.id).set({ ...snapshotOf(execution, logs), updatedMs: Date.now() - 14_200 })
      const { wrapper } = monitorOf(fake, { execution: execution.id })
      await painted()
      expect(badge(wrapper)).toBe('🔄 Running')
      fake.connection.set({ status })
      await painted()
      expect(badge(wrapper)).toBe('🔄 Was running')
      expect(wrapper.get('.rt-progress').classes()).toContain('rt-progress-still')
      expect(wrapper.find('.rt-last-line').exists()).toBe(false)
      expect(wrapper.get('.rt-stale').text()).toContain('14 s ago')
      fake.connection.set({ status: 'connected' })
      await painted()
      expect(badge(wrapper)).toBe('🔄 Running')
    },
  )

  test('an execution that the list knew as running, and of which nothing comes', async () => {
    const fake = new FakeClient()
    fake.connection.set({ status: 'error' })
    const { wrapper } = monitorOf(fake, { execution: makeExecution() })
    await painted()
    expect(badge(wrapper)).toBe('🔄 Was running')
    expect(wrapper.get('.rt-duration').text()).toBe('–')
    expect(wrapper.get('.rt-stale').text()).toContain('have not arrived yet')
  })

  test('one that ended is called so while its lines are loaded, and without a connection', async () => {
    const fake = new FakeClient()
    const over = makeExecution({ status: 'completed', head_seq: 500, completed_at: '2026-01-31T12:00:09.000Z' })
    const { logs } = runningWith(100)
    const { wrapper, monitor } = monitorOf(fake, { execution: over.id })
    fake.watch(over.id).set({ ...snapshotOf(over, logs), status: 'loading', head: 500 })
    await painted()
    expect(badge(wrapper)).toBe('✅ Completed')
    expect(wrapper.get('.rt-duration').text()).toBe('9.0 s')
    expect(wrapper.get('.rt-monitor').attributes('aria-busy')).toBe('true')
    expect(monitor().emitted('ended')).toBeUndefined()
    fake.connection.set({ status: 'error' })
    await painted()
    expect(badge(wrapper)).toBe('✅ Completed')
    // Its lines are not all here: that the notice tells.
    expect(wrapper.find('.rt-stale').exists()).toBe(true)
  })

  test('a newer state that is known already is never replaced by an older one', async () => {
    const fake = new FakeClient()
    const over = makeExecution({ status: 'completed', head_seq: 500, completed_at: '2026-01-31T12:00:09.000Z' })
    const { wrapper } = monitorOf(fake, { execution: over })
    const { execution, logs } = runningWith(100)
    fake.watch(over.id).set({ ...snapshotOf(execution, logs), status: 'loading', head: 500 })
    await painted()
    expect(badge(wrapper)).toBe('✅ Completed')
  })

  test('one that the server no longer has: the last data stay, as past', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3)
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    await painted()
    fake.watch(execution.id).set({ status: 'not_found' })
    await painted()
    expect(wrapper.text()).toContain('line 3')
    expect(badge(wrapper)).toBe('🔄 Was running')
    expect(wrapper.get('[role=alert]').text()).toBe('The server does not have this execution any more.')
  })

  test('the server refuses what it gave before: the last data stay, as past, with the reason', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(3)
    fake.watch(execution.id).set(snapshotOf(execution, logs))
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    fake.watch(execution.id).set({ status: 'error', error: new RuntailError('forbidden', { message: 'Not yours.' }) })
    await painted()
    expect(badge(wrapper)).toBe('🔄 Was running')
    expect(wrapper.get('[role=alert]').text()).toBe('Not yours.')
    expect(wrapper.text()).toContain('line 3')
  })

  test('a silent program: since when, and nothing moves; a line that comes is new, whatever its clock says', async () => {
    const fake = new FakeClient()
    const { execution, logs } = runningWith(1)
    logs.put(makeLog(2, { timestamp: new Date(Date.now() - 150_000).toISOString() }))
    fake.watch(execution.id).set(snapshotOf({ ...execution, head_seq: 2 }, logs))
    const { wrapper } = monitorOf(fake, { execution: execution.id })
    await painted()
    expect(badge(wrapper)).toBe('🔄 Running')
    expect(wrapper.get('.rt-last-line').text()).toBe('2 min ago')
    expect(wrapper.get('.rt-last-line').classes()).toContain('rt-last-line-quiet')
    expect(wrapper.get('.rt-progress').classes()).toContain('rt-progress-still')
    logs.put(makeLog(3, { timestamp: new Date(Date.now() - 149_000).toISOString() }))
    fake.watch(execution.id).set(snapshotOf({ ...execution, head_seq: 3 }, logs))
    await painted()
    expect(wrapper.get('.rt-last-line').text()).toBe('just now')
    expect(wrapper.get('.rt-progress').classes()).not.toContain('rt-progress-still')
    const ended = { ...execution, status: 'completed' as const, head_seq: 3 }
    fake.watch(execution.id).set({ status: 'ended', execution: ended })
    await painted()
    expect(wrapper.find('.rt-last-line').exists()).toBe(false)
  })

  test('pending: no duration, no progress, no last line', async () => {
    const fake = new FakeClient()
    const { started_at: _none, ...pending } = makeExecution({ status: 'pending' })
    fake.watch(pending.id).set(snapshotOf(pending, new LogBuffer()))
    const { wrapper } = monitorOf(fake, { execution: pending.id })
    await painted()
    expect(badge(wrapper)).toBe('⏳ Pending')
    expect(wrapper.get('.rt-duration').text()).toBe('–')
    for (const absent of ['.rt-progress', '.rt-last-line']) expect(wrapper.find(absent).exists()).toBe(false)
    expect(wrapper.text()).toContain('Waiting for the first line…')
  })
})

test('it opens at the end; how far back is the page’s to say', async () => {
  const fake = new FakeClient()
  const { execution } = runningWith(3)
  const { setProps } = monitorOf(fake, { execution: execution.id })
  expect(fake.watch(execution.id).last).toBe(1000)
  setProps({ execution: 'other', last: 50 })
  await painted()
  expect(fake.watch('other').last).toBe(50)
})

test('the failure leads to its line, also where the logs are hidden', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(99)
  logs.put(makeLog(100, { level: 'error', message: 'cannot read' }))
  putLines(logs, 399)
  logs.put(makeLog(500, { level: 'error', event: 'execution.failed', error_message: 'boom' }))
  const failed = { ...execution, head_seq: 500, status: 'failed' as const, error_message: 'boom' }
  fake.watch(execution.id).set({ ...snapshotOf(failed, logs), status: 'ended' })
  const { wrapper } = monitorOf(fake, { execution: execution.id, showLogs: false })
  await painted()
  const go = wrapper.get('.rt-failure button')
  expect(go.text()).toBe('Go to line 100')
  await go.trigger('click')
  await vi.waitFor(() => expect(wrapper.text()).toContain('cannot read'))
})

test('a monitor that is scrolled away paints no lines; seen again, it shows the newest', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(3)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const { wrapper } = monitorOf(fake, { execution: execution.id, style: { marginBlockStart: '4000px' } })
  await vi.waitFor(() => expect(wrapper.get('.rt-row-message').text()).toBe('line 1'))
  await painted()
  let changes = 0
  const observer = new MutationObserver((records) => (changes += records.length))
  observer.observe(wrapper.get('.rt-monitor-logs').element, { subtree: true, childList: true, characterData: true })
  putLines(logs, 5)
  fake.watch(execution.id).set(snapshotOf({ ...execution, head_seq: 8, progress: 70 }, logs))
  await painted()
  expect(changes).toBe(0)
  // Whoever looks for its status finds it.
  expect(wrapper.get('.rt-progress').text()).toBe('70 %')
  wrapper.get('.rt-monitor').element.scrollIntoView()
  await vi.waitFor(() => expect(wrapper.text()).toContain('line 8'))
  observer.disconnect()
})

test('what is over cannot be paused', async () => {
  const fake = new FakeClient()
  const { execution, logs } = runningWith(3)
  fake.watch(execution.id).set(snapshotOf(execution, logs))
  const { wrapper } = monitorOf(fake, { execution: execution.id })
  await painted()
  const pause = wrapper.get('.rt-log-pause')
  await pause.trigger('click')
  fake.watch(execution.id).set({ status: 'ended', execution: { ...execution, status: 'completed' } })
  await painted()
  expect(pause.text()).toBe('Resume')
  await pause.trigger('click')
  await painted()
  expect(wrapper.find('.rt-log-pause').exists()).toBe(false)
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
  await wrapper.get('.rt-log-pause').trigger('click')
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

test('of a hundred snapshots at a time the first is read at once, and all others as one', async () => {
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
  expect(reads).toBe(1)
  await vi.waitFor(() => expect(reads).toBe(2))
  await painted()
  expect(reads).toBe(2)
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
