// The small components: what they say in words, beside any colour, and in which colour.
import type { ConnectionSnapshot } from '@runtail/client-sdk'
import { EXECUTION_STATUSES } from '@runtail/core'
import { describe, expect, test, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import {
  ConnectionStatus,
  CopyButton,
  EXECUTION_STATUS_LOOKS,
  LiveDuration,
  ProgressBar,
  provideIcons,
  StaleNotice,
  StatusBadge,
  type IconStyle,
} from '../src/index.ts'
import LastLine from '../src/components/LastLine.vue'
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

  test.each(['light', 'dark'] as const)('its colours: gray, blue, green, red, in this order (%s)', (theme) => {
    document.documentElement.style.colorScheme = theme
    const colours = EXECUTION_STATUSES.map((status) => {
      const { element } = show(StatusBadge, { props: { status } })
      return getComputedStyle(element).color
    })
    document.documentElement.style.colorScheme = ''
    expect(colours.map(hueOf)).toEqual(['gray', 'blue', 'green', 'red', 'red'])
  })

  test('what may have changed since is told as past, without the colour of the present', () => {
    const now = show(StatusBadge, { props: { status: 'running' } })
    const then = show(StatusBadge, { props: { status: 'running', isStale: true } })
    expect(then.text()).toBe('🔄 Was running')
    const style = getComputedStyle(then.element)
    expect(hueOf(style.color)).toBe('gray')
    expect(style.borderStyle).toBe('dashed')
    expect(getComputedStyle(now.element).borderStyle).toBe('solid')
  })

  test('as lines instead of emoji: by its own choice, or that of a component above', () => {
    const own = show(StatusBadge, { props: { status: 'failed', icons: 'line' } })
    expect(own.text()).toBe('Failed')
    expect(own.get('svg').attributes('aria-hidden')).toBe('true')
    expect(own.get('path').element.getBoundingClientRect().width).toBeGreaterThan(5)
    expect(getComputedStyle(own.get('svg').element).stroke).toBe(getComputedStyle(own.element).color)

    const chosen = shallowRef<IconStyle>('line')
    const Subtree = defineComponent(() => {
      provideIcons(chosen)
      return () => [h(StatusBadge, { status: 'pending' }), h(StatusBadge, { status: 'pending', icons: 'emoji' })]
    })
    const subtree = show(Subtree)
    expect(subtree.findAll('svg')).toHaveLength(1)
    expect(subtree.text()).toBe('Pending⏳ Pending')
  })

  test('the drawings differ from each other', () => {
    const paths = EXECUTION_STATUSES.map((status) => EXECUTION_STATUS_LOOKS[status].path)
    expect(new Set(paths).size).toBe(EXECUTION_STATUSES.length)
  })
})

/** The name of a colour, by its red, green and blue. */
function hueOf(colour: string): string {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map(Number)
  const high = Math.max(red, green, blue)
  if (high - Math.min(red, green, blue) < 25) return 'gray'
  return high === red ? 'red' : high === green ? 'green' : 'blue'
}

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

  test('it moves while it is unknown, and only while something is heard of it', async () => {
    const bar = show(ProgressBar, { props: { progress: null, status: 'running', label: 'Progress' } })
    const part = bar.get('.rt-progress-bar').element
    expect(part.getAnimations()).toHaveLength(1)
    await bar.setProps({ isStill: true })
    expect(part.getAnimations()).toHaveLength(0)
    // Nor does it look like a part of the way.
    expect(part.getBoundingClientRect().width).toBe(bar.get('[role=progressbar]').element.getBoundingClientRect().width)
  })

  test.each([
    ['running', 'blue'],
    ['completed', 'green'],
    ['failed', 'red'],
    ['canceled', 'red'],
  ] as const)('%s is %s', (status, hue) => {
    const bar = show(ProgressBar, { props: { progress: 50, status, label: 'Progress' } })
    expect(hueOf(getComputedStyle(bar.get('.rt-progress-bar').element).backgroundColor)).toBe(hue)
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

  test.each(['light', 'dark'] as const)('its dot: green, pulsing yellow, red, hollow gray (%s)', (theme) => {
    document.documentElement.style.colorScheme = theme
    const dotOf = (status: ConnectionSnapshot['status']) =>
      show(ConnectionStatus, { props: { connection: { status, ...at } } }).get('.rt-connection-dot').element
    const colourOf = (status: ConnectionSnapshot['status']) => hueOf(getComputedStyle(dotOf(status)).backgroundColor)
    expect([colourOf('connected'), colourOf('error')]).toEqual(['green', 'red'])
    // Yellow is red and green.
    const [red = 0, green = 0, blue = 0] = getComputedStyle(dotOf('connecting')).backgroundColor.match(/\d+/g) ?? []
    expect(Math.min(Number(red), Number(green))).toBeGreaterThan(Number(blue) + 60)
    expect(hueOf(getComputedStyle(dotOf('disconnected')).borderTopColor)).toBe('gray')
    expect(dotOf('connecting').getAnimations()).toHaveLength(1)
    for (const status of ['connected', 'error', 'disconnected'] as const) {
      expect(dotOf(status).getAnimations()).toHaveLength(0)
    }
    document.documentElement.style.colorScheme = ''
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

describe('LastLine', () => {
  test('tells how long ago, and warns when it is long', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    try {
      const shown = show(LastLine, { props: { writtenMs: Date.now() - 57_500 } })
      expect(shown.text()).toBe('57 s ago')
      expect(shown.attributes('title')).toBe('')
      await vi.advanceTimersByTimeAsync(3000)
      expect(shown.text()).toBe('1 min ago')
      expect(shown.attributes('title')).toContain('it may be busy, or gone')
      expect(getComputedStyle(shown.element).color).not.toBe(getComputedStyle(document.body).color)
    } finally {
      vi.useRealTimers()
    }
  })
})
