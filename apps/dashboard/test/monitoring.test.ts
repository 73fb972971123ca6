// The demo: what there is to start, starting it, and what it shows where it cannot.
import { LogBuffer } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { FakeClient, makeExecution, makeLog, snapshotOf } from '../../../packages/vue/test/support/fake-client.ts'
import { painted } from '../../../packages/vue/test/support/mounting.ts'
import { open, serveDemo } from './support/dashboard.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('starting', () => {
  test('before the first, it says what to do', async () => {
    serveDemo()
    const { text, wrapper } = await open('/monitoring')
    expect(text()).toContain('Nothing started here yet')
    expect(wrapper.findAll('option').map((option) => option.text())).toEqual(['Quick', 'Flood'])
    expect(text()).toContain('Takes a moment.')
  })

  test('asks the server for the chosen scenario under an id of its own', async () => {
    const seen = serveDemo()
    const { wrapper, button, text } = await open('/monitoring')
    await wrapper.get('select').setValue('flood')
    expect(text()).toContain('Many lines.')
    await wrapper.get('form').trigger('submit')
    await painted()
    const request = seen.at(-1)
    const id = request?.path.split('/')[1] ?? ''
    expect(request).toEqual({ path: `executions/${id}/start-streaming`, method: 'POST', body: { scenario: 'flood' } })
    expect(id).toMatch(UUID_V7)
    expect(wrapper.findAll('.rt-monitor')).toHaveLength(1)
    expect(text()).not.toContain('Nothing started here yet')
    expect(button('Start new execution').attributes('disabled')).toBeUndefined()
  })

  test('several run at once, each in a monitor of its own, the newest first', async () => {
    const seen = serveDemo()
    const fake = new FakeClient()
    const { wrapper } = await open('/monitoring', fake)
    for (let count = 1; count <= 3; count += 1) {
      await wrapper.get('form').trigger('submit')
      await painted()
    }
    const ids = seen.filter(({ method }) => method === 'POST').map(({ path }) => path.split('/')[1] ?? '')
    expect(new Set(ids).size).toBe(3)
    for (const [index, id] of ids.entries()) {
      const logs = new LogBuffer()
      logs.put(makeLog(1, { execution_id: id, message: `of run ${index}` }))
      fake.watch(id).set(snapshotOf(makeExecution({ id, name: `Run ${index}`, head_seq: 1 }), logs))
    }
    await painted()
    const monitors = wrapper.findAll('.rt-monitor')
    expect(monitors.map((monitor) => monitor.get('h2').text())).toEqual(['Run 2', 'Run 1', 'Run 0'])
    expect(monitors[0]?.text()).toContain('of run 2')
    expect(monitors[0]?.text()).not.toContain('of run 1')
  })

  test('that the server refuses tells why, and starts nothing', async () => {
    const refusal = Response.json({ error: { code: 'overloaded', message: 'Too many at once.' } }, { status: 429 })
    serveDemo({ start: refusal })
    const { wrapper } = await open('/monitoring')
    await wrapper.get('form').trigger('submit')
    await vi.waitFor(() => expect(wrapper.get('[role=alert]').text()).toBe('Too many at once.'))
    expect(wrapper.findAll('.rt-monitor')).toHaveLength(0)
  })
})

test('a monitor can be removed, and the rest outlive a reload of the tab', async () => {
  serveDemo()
  const first = await open('/monitoring')
  for (let count = 1; count <= 2; count += 1) {
    await first.wrapper.get('form').trigger('submit')
    await painted()
  }
  for (const [id] of first.fake.watches) first.fake.watch(id).set({ status: 'live', execution: makeExecution({ id }) })
  await painted()
  await first.button('Remove').trigger('click')
  await painted()
  expect(first.wrapper.findAll('.rt-monitor')).toHaveLength(1)
  const again = await open('/monitoring')
  expect(again.wrapper.findAll('.rt-monitor')).toHaveLength(1)
})

test('of what cannot be had yet it tells the id, and lets it be removed', async () => {
  serveDemo()
  sessionStorage.setItem('runtail.started', '["run-1"]')
  const fake = new FakeClient()
  fake.connection.set({ status: 'error' })
  const { wrapper, button } = await open('/monitoring', fake)
  expect(wrapper.get('.rt-monitor').text()).toContain('run-1')
  await button('Remove').trigger('click')
  expect(wrapper.findAll('.rt-monitor')).toHaveLength(0)
})

describe('where there is no demo', () => {
  test('off: says so, and how to turn it on', async () => {
    serveDemo({ list: 404 })
    const { text, wrapper } = await open('/monitoring')
    expect(text()).toContain('The demo is off')
    expect(text()).toContain('--demo')
    expect(wrapper.find('form').exists()).toBe(false)
  })

  test('no answer: says so once, keeps the form, and asks again when the server is back', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'))
    const fake = new FakeClient()
    fake.connection.set({ status: 'error' })
    const { text, wrapper, button } = await open('/monitoring', fake)
    expect(wrapper.get('select').element.getBoundingClientRect().width).toBeGreaterThan(150)
    expect(wrapper.get('select').element.selectedOptions[0]?.text).toBe('None known yet')
    expect(wrapper.findAll('[role=alert]')).toHaveLength(1)
    expect(text().match(/does not answer|No answer/g)).toHaveLength(1)
    for (const control of [wrapper.get('select').element, button('Start new execution').element]) {
      expect(control).toHaveProperty('disabled', true)
    }
    const asked = fetched.mock.calls.length
    await button('Try again').trigger('click')
    expect(fetched.mock.calls.length).toBe(asked + 1)
    fetched.mockRestore()
    serveDemo()
    fake.connection.set({ status: 'connected' })
    await painted()
    await vi.waitFor(() => expect(text()).toContain('Nothing started here yet'))
    expect(wrapper.find('[role=alert]').exists()).toBe(false)
    expect(button('Start new execution').element).toHaveProperty('disabled', false)
    fake.connection.set({ status: 'error' })
    await painted()
    expect(button('Start new execution').element).toHaveProperty('disabled', true)
  })
})
