// What surrounds every page: connection, theme, and that nothing is too wide, unreadable or unnamed, in both themes and on a phone.
import { LogBuffer } from '@runtail/core'
import axe from 'axe-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { FakeClient, makeExecution, putLines, snapshotOf } from '../../../packages/vue/test/support/fake-client.ts'
import { painted } from '../../../packages/vue/test/support/mounting.ts'
import { open, serveDemo } from './support/dashboard.ts'

test('the connection is shown, wanted at once, and can be tried again', async () => {
  const fake = new FakeClient()
  fake.connection.set({ status: 'disconnected' })
  const { wrapper } = await open('/nowhere', fake)
  expect(fake.reconnects).toBe(1)
  const status = () => wrapper.get('.rt-connection').text()
  expect(status()).toContain('Disconnected')
  fake.connection.set({ status: 'connected' })
  await painted()
  expect(status()).toBe('Connected')
  fake.connection.set({ status: 'error' })
  await painted()
  await wrapper.get('.rt-connection button').trigger('click')
  expect(fake.reconnects).toBe(2)
})

test('the theme goes around, is kept, and colours follow it', async () => {
  const { wrapper } = await open('/nowhere')
  const button = wrapper.get('.icon-button')
  const background = () => getComputedStyle(document.body).backgroundColor
  expect(button.attributes('aria-label')).toBe('Theme: auto')
  await button.trigger('click')
  expect(document.documentElement.dataset['theme']).toBe('light')
  const light = background()
  await button.trigger('click')
  expect(document.documentElement.dataset['theme']).toBe('dark')
  expect(background()).not.toBe(light)
  const again = await open('/nowhere')
  expect(again.wrapper.get('.icon-button').attributes('aria-label')).toBe('Theme: dark')
  await again.wrapper.get('.icon-button').trigger('click')
  expect(document.documentElement.dataset['theme']).toBeUndefined()
})

/** A client in which every page has something to show. */
function full(): FakeClient {
  const fake = new FakeClient()
  const id = 'a-rather-long-id-that-somebody-chose-for-an-execution-of-theirs-0123456789'
  const statuses = ['pending', 'running', 'completed', 'failed', 'canceled'] as const
  const executions = statuses.map((status, index) =>
    makeExecution({
      id: index === 1 ? 'run' : `${id}-${index}`,
      status,
      name: `Nightly import with a name that is longer than a phone is wide ${index}`,
      progress: 20 * index,
      error_message: 'boom',
      head_seq: 50,
      log_counts: { debug: 0, info: 40, warning: 3, error: 7 },
    }),
  )
  fake.list('all').set({ status: 'live', executions, hasMore: true, updatedMs: Date.now() })
  const logs = new LogBuffer()
  putLines(logs, 50, { nth: 7, level: 'error' })
  const run = executions[3] ?? makeExecution()
  fake.watch('run').set(snapshotOf(run, logs))
  fake.watch('nobody').set({ status: 'not_found' })
  fake.connection.set({ status: 'error', retryAtMs: Date.now() + 60_000 })
  return fake
}

const PATHS = [
  '/executions',
  '/executions?status=failed',
  '/executions/run',
  '/executions/nobody',
  '/monitoring',
  '/nowhere',
]

describe.each([
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
])('$width px', ({ width, height }) => {
  beforeEach(() => page.viewport(width, height))
  afterEach(() => page.viewport(1280, 720))

  test.each(PATHS)('%s', async (path) => {
    serveDemo()
    sessionStorage.setItem('runtail.started', '["run"]')
    const fake = full()
    fake.list('failed').set({ status: 'live' })
    await open(path, fake)
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
    for (const theme of ['light', 'dark']) {
      document.documentElement.dataset['theme'] = theme
      await painted()
      const { violations } = await axe.run(document)
      const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${theme} ${id}: ${node.html}`))
      expect(found).toEqual([])
    }
  })
})
