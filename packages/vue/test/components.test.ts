// The small components: what they say in words, beside any colour.
import { EXECUTION_STATUSES } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { ConnectionStatus, CopyButton, LiveDuration, ProgressBar, StaleNotice, StatusBadge } from '../src/index.ts'
import { painted, show } from './support/page.ts'

describe('StatusBadge', () => {
  test.each([
    ['pending', '⏳', 'Pending'],
    ['running', '🔄', 'Running'],
    ['completed', '✅', 'Completed'],
    ['failed', '❌', 'Failed'],
    ['canceled', '🚫', 'Canceled'],
  ] as const)('%s', (status, emoji, label) => {
    const badge = show(StatusBadge, { props: { status } })
    expect(badge.text()).toBe(`${emoji} ${label}`)
    expect(badge.get('[aria-hidden]').text()).toBe(emoji)
  })

  test('its colours: gray, blue, green, red, in this order', () => {
    const colours = EXECUTION_STATUSES.map((status) => {
      const { element } = show(StatusBadge, { props: { status } })
      return getComputedStyle(element).color
    })
    const [pending, running, completed, failed, canceled] = colours
    expect(new Set([pending, running, completed, failed]).size).toBe(4)
    expect(canceled).toBe(pending)
  })
})

describe('ProgressBar', () => {
  test('a known progress, seen and said', async () => {
    const bar = show(ProgressBar, { props: { progress: 45.4, status: 'running', label: 'Progress of import' } })
    await painted()
    const track = bar.get('[role=progressbar]')
    expect(track.attributes()).toMatchObject({ 'aria-valuenow': '45', 'aria-label': 'Progress of import' })
    expect(bar.text()).toBe('45 %')
    await vi.waitFor(() => {
      const part = bar.get('.rt-progress-bar').element.getBoundingClientRect().width
      expect(part / track.element.getBoundingClientRect().width).toBeCloseTo(0.45, 1)
    })
  })

  test('an unknown one has no value', () => {
    const bar = show(ProgressBar, { props: { progress: null, status: 'running', label: 'Progress' } })
    expect(bar.get('[role=progressbar]').attributes('aria-valuenow')).toBeUndefined()
    expect(bar.text()).toBe('')
  })
})

describe('LiveDuration', () => {
  test('counts on while it goes on, and stands when it is over', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: new Date('2026-01-31T12:00:10.000Z') })
    try {
      const duration = show(LiveDuration, { props: { startedAt: '2026-01-31T12:00:00.000Z' } })
      expect(duration.text()).toBe('10 s')
      await vi.advanceTimersByTimeAsync(2000)
      expect(duration.text()).toBe('12 s')
      await duration.setProps({ completedAt: '2026-01-31T12:00:11.250Z' })
      await vi.advanceTimersByTimeAsync(5000)
      expect(duration.text()).toBe('11.3 s')
    } finally {
      vi.useRealTimers()
    }
  })

  test('stands at the last data while no newer can come, and goes on after', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'], now: new Date('2026-01-31T12:00:10.000Z') })
    try {
      const duration = show(LiveDuration, { props: { startedAt: '2026-01-31T12:00:00.000Z', asOfMs: Date.now() } })
      await vi.advanceTimersByTimeAsync(5000)
      expect(duration.text()).toBe('10 s')
      await duration.setProps({ asOfMs: 0 })
      expect(duration.text()).toBe('–')
      await duration.setProps({ asOfMs: undefined })
      expect(duration.text()).toBe('15 s')
    } finally {
      vi.useRealTimers()
    }
  })

  test('before the start there is none', () => {
    expect(show(LiveDuration).text()).toBe('–')
  })

  test('any number of them share one timer', () => {
    const set = vi.spyOn(globalThis, 'setInterval')
    const startedAt = new Date().toISOString()
    for (let index = 0; index < 5; index += 1) show(LiveDuration, { props: { startedAt } })
    expect(set).toHaveBeenCalledTimes(1)
    set.mockRestore()
  })
})

describe('ConnectionStatus', () => {
  const at = { sinceMs: 0, attempt: 0 }

  test.each([
    ['connected', 'Connected', false],
    ['connecting', 'Connecting', true],
    ['disconnected', 'Disconnected', true],
    ['error', 'Error', true],
  ] as const)('%s', (status, label, hasButton) => {
    const shown = show(ConnectionStatus, { props: { connection: { status, ...at } } })
    expect(shown.get('.rt-connection-label').text()).toBe(label)
    expect(shown.find('button').exists()).toBe(hasButton)
  })

  test('Reconnect is an event', async () => {
    const shown = show(ConnectionStatus, { props: { connection: { status: 'error', ...at } } })
    await shown.get('button').trigger('click')
    expect(shown.emitted('reconnect')).toHaveLength(1)
  })

  test('tells when it tries again', () => {
    const connection = { status: 'error' as const, ...at, retryAtMs: Date.now() + 2900 }
    expect(show(ConnectionStatus, { props: { connection } }).text()).toContain('next try in 3 s')
  })

  test('only what lasts two seconds is announced', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const shown = show(ConnectionStatus, { props: { connection: { status: 'connected', ...at } } })
      const said = () => shown.get('[role=status]').text()
      await shown.setProps({ connection: { status: 'connecting', ...at } })
      await vi.advanceTimersByTimeAsync(1999)
      await shown.setProps({ connection: { status: 'connected', ...at } })
      await vi.advanceTimersByTimeAsync(1999)
      expect(said()).toBe('')
      await vi.advanceTimersByTimeAsync(1)
      expect(said()).toBe('Connection: Connected')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('StaleNotice', () => {
  test('tells how old the data are, and goes when they are live again', async () => {
    const shown = show(StaleNotice, {
      props: { connection: { status: 'error', sinceMs: 0, attempt: 3 }, updatedMs: Date.now() - 14_500 },
    })
    expect(shown.text()).toContain('last updated 14 s ago')
    await shown.get('button').trigger('click')
    expect(shown.emitted('reconnect')).toHaveLength(1)
    await shown.setProps({ connection: { status: 'connected', sinceMs: 0, attempt: 0 } })
    expect(shown.text()).toBe('')
  })
})

describe('CopyButton', () => {
  test('copies, and says so', async () => {
    const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const shown = show(CopyButton, { props: { text: 'abc', label: 'Copy id' } })
    await shown.get('button').trigger('click')
    await vi.waitFor(() => expect(shown.get('[role=status]').text()).toBe('Copied'))
    expect(write).toHaveBeenCalledWith('abc')
    write.mockRejectedValue(new DOMException('no', 'NotAllowedError'))
    await shown.get('button').trigger('click')
    await vi.waitFor(() => expect(shown.get('[role=status]').text()).toBe('Not allowed'))
    write.mockRestore()
  })
})
