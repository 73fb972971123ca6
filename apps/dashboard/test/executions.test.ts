// The list of executions in every state, live, and one execution with a page of its own.
import { LogBuffer, RuntailError } from '@runtail/core'
import { WorkflowExecutionMonitor } from '@runtail/vue'
import { describe, expect, test, vi } from 'vitest'
import { FakeClient, makeExecution, putLines, snapshotOf } from '../../../packages/vue/test/support/fake-client.ts'
import { painted } from '../../../packages/vue/test/support/mounting.ts'
import { open, serveDemo } from './support/dashboard.ts'

const running = makeExecution({ id: 'run-1', name: 'Nightly import', progress: 45, head_seq: 1284 })
const failed = makeExecution({
  id: 'run-2',
  workflow_id: 'backup',
  status: 'failed',
  completed_at: '2026-01-31T12:00:01.250Z',
  log_counts: { debug: 0, info: 3, warning: 0, error: 7 },
})

function withList(executions = [running, failed], hasMore = false): FakeClient {
  const fake = new FakeClient()
  fake.list('all').set({ status: 'live', executions, hasMore, updatedMs: Date.now() })
  return fake
}

describe('the list', () => {
  test('is where / leads', async () => {
    const { wrapper } = await open('/', withList())
    expect(location.pathname).toBe('/executions')
    expect(wrapper.get('h1').text()).toBe('Executions')
    expect(document.title).toBe('Executions · Runtail')
  })

  test('has a row for each, with everything in words', async () => {
    const { wrapper } = await open('/executions', withList())
    const rows = wrapper.findAll('tbody tr').map((row) => row.text())
    expect(rows).toHaveLength(2)
    for (const part of ['Running', 'Nightly import', 'nightly-import', 'run-1', '45 %', '1,284']) {
      expect(rows[0]).toContain(part)
    }
    for (const part of ['Failed', 'backup', '1.3 s', '7']) expect(rows[1]).toContain(part)
    expect(wrapper.get('a.row-link').attributes('href')).toBe('executions/run-1')
  })

  test('is live', async () => {
    const { wrapper, fake } = await open('/executions', withList())
    const done = { ...running, status: 'completed' as const, progress: 100, completed_at: running.created_at }
    fake.list('all').set({ executions: [makeExecution({ id: 'new' }), done, failed] })
    await painted()
    expect(wrapper.findAll('tbody tr')).toHaveLength(3)
    expect(wrapper.findAll('.rt-badge').map((badge) => badge.attributes('data-status'))).toEqual([
      'running',
      'completed',
      'failed',
    ])
  })

  test('of a status has an address', async () => {
    const fake = withList()
    fake.list('failed').set({ status: 'live', executions: [failed], hasMore: false })
    const { wrapper } = await open('/executions', fake)
    const link = wrapper.findAll<HTMLAnchorElement>('.filter a').find((choice) => choice.text() === 'Failed')
    link?.element.click()
    await vi.waitFor(() => expect(location.search).toBe('?status=failed'))
    await painted()
    expect(wrapper.findAll('tbody tr')).toHaveLength(1)
    expect(fake.list('all').listeners.size).toBe(0)
    expect(fake.list('failed').listeners.size).toBe(1)
  })

  test('of a status that nothing has says so; of a status that there is not shows all', async () => {
    const fake = withList()
    fake.list('canceled').set({ status: 'live' })
    const { text, go } = await open('/executions?status=canceled', fake)
    expect(text()).toContain('No execution is canceled right now.')
    await go('/executions?status=nonsense')
    expect(text()).toContain('Nightly import')
  })

  test('loads, and then teaches how to fill it', async () => {
    const { text, fake } = await open('/executions')
    expect(text()).toContain('Loading executions…')
    fake.list('all').set({ status: 'live' })
    await painted()
    expect(text()).toContain('No executions yet')
    expect(text()).toContain('npx @runtail/cli run -- npm run build')
    expect(text()).toContain('createClient')
  })

  test('cannot be had: why', async () => {
    const { wrapper, fake } = await open('/executions')
    fake.list('all').set({ status: 'error', error: new RuntailError('forbidden', { message: 'Not for you.' }) })
    await painted()
    expect(wrapper.get('[role=alert]').text()).toContain('Not for you.')
  })

  test('stays when the connection is lost, and says how old it is', async () => {
    const fake = withList()
    const { text, button } = await open('/executions', fake)
    fake.list('all').set({ updatedMs: Date.now() - 14_300 })
    fake.connection.set({ status: 'error' })
    await painted()
    expect(text()).toContain('Nightly import')
    expect(text()).toContain('14 s ago')
    const before = fake.reconnects
    await button('Reconnect').trigger('click')
    expect(fake.reconnects).toBe(before + 1)
  })

  test('counts no duration on while the connection is lost', async () => {
    const fake = withList([{ ...running, started_at: new Date(Date.now() - 90_000).toISOString() }])
    const { wrapper } = await open('/executions', fake)
    fake.list('all').set({ updatedMs: Date.now() - 60_000 })
    fake.connection.set({ status: 'error' })
    await painted()
    expect(wrapper.get('.rt-duration').text()).toBe('30 s')
    fake.connection.set({ status: 'connected' })
    await painted()
    expect(wrapper.get('.rt-duration').text()).toMatch(/^1 min 3/)
  })

  test('without a connection it does not pretend to load', async () => {
    const fake = new FakeClient()
    fake.connection.set({ status: 'error' })
    const { text } = await open('/executions', fake)
    expect(text()).toContain('The executions appear as soon as the server is back.')
    expect(text()).not.toContain('Loading')
  })

  test('loads more, where there is more', async () => {
    const { fake, button, wrapper } = await open('/executions', withList([running], true))
    await button('Load more').trigger('click')
    expect(fake.loadsOfMore).toBe(1)
    fake.list('all').set({ hasMore: false })
    await painted()
    expect(wrapper.text()).not.toContain('Load more')
  })

  test('is there at once when coming back', async () => {
    serveDemo()
    const { go, text, fake } = await open('/executions', withList())
    await go('/monitoring')
    expect(fake.list('all').listeners.size).toBe(0)
    await go('/executions')
    expect(text()).toContain('Nightly import')
  })
})

describe('an execution', () => {
  test('fills its page, with its status in the title', async () => {
    const fake = withList()
    const logs = new LogBuffer()
    putLines(logs, 3)
    fake.watch('run-1').set(snapshotOf({ ...running, head_seq: 3 }, logs))
    const { wrapper } = await open('/executions/run-1', fake)
    expect(wrapper.get('h1').text()).toBe('Nightly import')
    expect(wrapper.text()).toContain('line 3')
    expect(wrapper.get('a.back').attributes('href')).toBe('executions')
    expect(wrapper.get('.app-nav .current').text()).toBe('Executions')
    expect(document.title).toBe('🔄 Nightly import · Runtail')
    fake.watch('run-1').set({ execution: { ...running, status: 'failed' } })
    await painted()
    expect(document.title).toBe('❌ Nightly import · Runtail')
  })

  test('shows its status in the icon of the tab, too, until its page is left', async () => {
    const icon = document.createElement('link')
    icon.rel = 'icon'
    document.head.prepend(icon)
    try {
      const fake = withList()
      const logs = new LogBuffer()
      putLines(logs, 3)
      fake.watch('run-1').set(snapshotOf({ ...running, head_seq: 3 }, logs))
      const { go } = await open('/executions/run-1', fake)
      const blue = icon.href
      expect(blue).toMatch(/^data:image\/svg/)
      const image = new Image()
      image.src = blue
      await image.decode()
      fake.watch('run-1').set({ execution: { ...running, status: 'failed', head_seq: 3 } })
      await painted()
      expect(icon.href).not.toBe(blue)
      fake.watch('run-1').set({ execution: { ...running, status: 'running', head_seq: 3 } })
      fake.connection.set({ status: 'error' })
      await painted()
      // Nobody knows whether it still runs.
      expect(document.title).toBe('❔ Nightly import · Runtail')
      expect(icon.getAttribute('href')).toBe('icon.svg')
      fake.connection.set({ status: 'connected' })
      await painted()
      expect(icon.href).toBe(blue)
      await go('/executions')
      expect(icon.getAttribute('href')).toBe('icon.svg')
    } finally {
      icon.remove()
    }
  })

  test('has the lines that were chosen in its address: no entry in the history, no jump of the page, the title stays', async () => {
    const fake = withList()
    const logs = new LogBuffer()
    putLines(logs, 300)
    fake.watch('run-1').set(snapshotOf({ ...running, head_seq: 300 }, logs))
    const { wrapper } = await open('/executions/run-1?tab=1', fake)
    wrapper.get('main').element.style.minBlockSize = '5000px'
    window.scrollTo(0, 70)
    const entries = history.length
    const title = document.title
    const monitor = wrapper.getComponent(WorkflowExecutionMonitor)
    monitor.vm.$emit('update:hash', '#L120-L140')
    await painted()
    expect(location.pathname + location.search + location.hash).toBe('/executions/run-1?tab=1#L120-L140')
    expect(monitor.props('hash')).toBe('#L120-L140')
    expect(document.title).toBe(title)
    expect(window.scrollY).toBe(70)
    expect(history.length).toBe(entries)
    monitor.vm.$emit('update:hash', '')
    await painted()
    expect(location.href).toMatch(/\/executions\/run-1\?tab=1$/)
    expect(monitor.props('hash')).toBe('')
  })

  test('with a very long name has a heading of two lines, and a title of a sane length', async () => {
    const name = 'every-part-of-the-name '.repeat(40).trim()
    const fake = withList()
    fake.watch('run-1').set({ status: 'live', execution: { ...running, name } })
    const { wrapper } = await open('/executions/run-1', fake)
    const heading = wrapper.get('h1')
    expect(heading.attributes('title')).toBe(name)
    const lineHeight = Number.parseFloat(getComputedStyle(heading.element).lineHeight)
    expect(heading.element.getBoundingClientRect().height).toBeCloseTo(2 * lineHeight, 0)
    expect(document.title).toMatch(/^🔄 every-part-of.+… · Runtail$/)
    expect(document.title.length).toBeLessThan(100)
  })

  test('that the list knows is shown before the server answered', async () => {
    const { go, wrapper } = await open('/executions', withList())
    await go('/executions/run-2')
    expect(wrapper.get('h1').text()).toBe('backup')
  })

  test('that does not exist: says so, and leads back', async () => {
    const fake = new FakeClient()
    fake.watch('nobody').set({ status: 'not_found' })
    const { text, wrapper } = await open('/executions/nobody', fake)
    expect(text()).toContain('No such execution')
    expect(text()).toContain('nobody')
    expect(wrapper.find('a.back').exists()).toBe(true)
  })

  test('is no longer followed when its page is left', async () => {
    const { go, fake } = await open('/executions/run-1', withList())
    expect(fake.watch('run-1').listeners.size).toBeGreaterThan(0)
    await go('/executions')
    expect(fake.watch('run-1').listeners.size).toBe(0)
  })
})

test('an address without a page says so, and leads back', async () => {
  const { text, wrapper } = await open('/some/where')
  expect(text()).toContain('/some/where')
  expect(wrapper.get('main a').attributes('href')).toBe('executions')
})
