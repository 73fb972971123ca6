// The runners behind the panel, without a page: matches in slices, loading of what is not loaded.
import { LogBuffer, type LogQuery, type SeqRange } from '@runtail/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { effectScope, nextTick, reactive, shallowReactive, shallowRef, type EffectScope } from 'vue'
import { useLoadAll, type LoadAllSource } from '../../src/log-viewer/use-load-all.ts'
import { useMatches } from '../../src/log-viewer/use-matches.ts'
import { useSlices } from '../../src/log-viewer/use-slices.ts'
import { makeLog, putLines } from '../support/fake-client.ts'

let scope: EffectScope
beforeEach(() => {
  scope = effectScope()
  vi.useFakeTimers()
})
afterEach(() => {
  scope.stop()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

describe('slices', () => {
  test('work goes on until it is done, and only once however often it is asked for', () => {
    let left = 5
    const { run } = scope.run(() => useSlices(() => (left -= 1) === 0)) as ReturnType<typeof useSlices>
    run()
    expect(left).toBe(4)
    run()
    expect(vi.getTimerCount()).toBe(1)
    vi.runAllTimers()
    expect(left).toBe(0)
  })

  test('it is told when its time is over', () => {
    let looks = 0
    const { run, stop } = scope.run(() =>
      useSlices((shouldStop) => {
        while (!shouldStop()) {
          looks += 1
          vi.advanceTimersByTime(1)
        }
        return false
      }),
    ) as ReturnType<typeof useSlices>
    run()
    expect(looks).toBe(6)
    stop()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('matches', () => {
  function start() {
    const logs = new LogBuffer()
    putLines(logs, 100, { nth: 10, level: 'error' })
    const source = shallowReactive({ logs, version: 1 })
    const query = shallowRef<LogQuery | undefined>({ levels: ['error'] })
    const found = scope.run(() => useMatches(source, () => query.value)) as ReturnType<typeof useMatches>
    return { logs, source, query, found }
  }

  test('grow with the log, and say so', async () => {
    const { logs, source, found } = start()
    expect(found.matches.value?.count).toBe(10)
    expect(found.isDone.value).toBe(true)
    const before = found.revision.value
    putLines(logs, 100, { nth: 10, level: 'error' })
    source.version += 1
    await nextTick()
    expect(found.matches.value?.count).toBe(20)
    expect(found.revision.value).toBeGreaterThan(before)
  })

  test('another query, none, another log', async () => {
    const { source, query, found } = start()
    query.value = { levels: ['info'] }
    await nextTick()
    expect(found.matches.value?.count).toBe(90)
    query.value = undefined
    await nextTick()
    expect(found.matches.value).toBeUndefined()
    expect(found.isDone.value).toBe(true)
    query.value = { levels: ['error'] }
    source.logs = new LogBuffer()
    await nextTick()
    expect(found.matches.value?.count).toBe(0)
  })

  test('a buffer that was cleared begins anew', async () => {
    const { logs, source, found } = start()
    logs.clear()
    logs.put(makeLog(3, { level: 'error' }))
    source.version += 1
    await nextTick()
    expect(found.matches.value?.at(0)).toBe(3)
    expect(found.matches.value?.count).toBe(1)
  })
})

describe('loading the rest', () => {
  function start(change: Partial<LoadAllSource> = {}) {
    const logs = new LogBuffer()
    for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq))
    const asked: { range: SeqRange; signal: AbortSignal; resolve: () => void; reject: (error: Error) => void }[] = []
    const load = (range: SeqRange, signal = new AbortController().signal) =>
      new Promise<void>((resolve, reject) => {
        asked.push({ range, signal, resolve, reject })
      })
    const source = reactive({
      version: 1,
      status: 'live',
      head: 1000,
      gaps: [{ from: 1, to: 100 }],
      unloaded: [
        { from: 101, to: 500 },
        { from: 701, to: 900 },
        { from: 1001, to: 1005 },
      ],
      ...change,
      load: 'load' in change ? change.load : load,
    })
    const plain = new Proxy(source, {
      get: (target, key) => (key === 'logs' ? (change.logs ?? logs) : Reflect.get(target, key)),
    })
    const wanted = shallowRef(false)
    const rest = scope.run(() => useLoadAll(plain as unknown as LoadAllSource, () => wanted.value)) as ReturnType<
      typeof useLoadAll
    >
    return { asked, source, wanted, rest }
  }

  test('nothing is loaded, and nothing said, until somebody wants it', () => {
    const { asked, rest } = start()
    expect(asked).toEqual([])
    expect(rest.missing.value).toBe(600)
    expect(rest.notice.value).toBeUndefined()
  })

  test('newest first, one after the other; the end of a growing log comes by itself', async () => {
    const { asked, source, wanted, rest } = start()
    wanted.value = true
    await nextTick()
    expect(asked.map(({ range }) => range)).toEqual([{ from: 701, to: 900 }])
    expect(rest.notice.value).toMatchObject({ held: 300, head: 1000, isLoading: true, canChoose: true })
    source.unloaded = [{ from: 101, to: 500 }]
    asked[0]?.resolve()
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    expect(asked[1]?.range).toEqual({ from: 101, to: 500 })
    source.unloaded = []
    asked[1]?.resolve()
    await nextTick()
    await nextTick()
    expect(rest.notice.value).toBeUndefined()
  })

  test('it can be canceled, and gone on with', async () => {
    const { asked, wanted, rest } = start()
    wanted.value = true
    await nextTick()
    rest.stop()
    expect(asked[0]?.signal.aborted).toBe(true)
    asked[0]?.reject(new Error('aborted'))
    await nextTick()
    expect(rest.notice.value).toMatchObject({ isLoading: false, problem: '' })
    expect(asked).toHaveLength(1)
    const started = rest.start()
    expect(rest.notice.value).toMatchObject({ isLoading: true })
    asked[1]?.reject(new Error('enough'))
    await started
  })

  test('who wants it no more ends it', async () => {
    const { asked, wanted, rest } = start()
    wanted.value = true
    await nextTick()
    wanted.value = false
    await nextTick()
    expect(asked[0]?.signal.aborted).toBe(true)
    expect(rest.notice.value).toBeUndefined()
  })

  test('what goes wrong is said', async () => {
    const { asked, wanted, rest } = start()
    wanted.value = true
    await nextTick()
    asked[0]?.reject(new Error('The server does not answer.'))
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await nextTick()
    await nextTick()
    expect(rest.notice.value).toMatchObject({ isLoading: false, problem: 'The server does not answer.' })
  })

  test('more than the memory is for is loaded only when asked for, and its size is said', async () => {
    const logs = new LogBuffer()
    for (let seq = 901; seq <= 1000; seq += 1) logs.put(makeLog(seq, { message: 'x'.repeat(10_000) }))
    const { asked, wanted, rest } = start({ logs, unloaded: [{ from: 1, to: 900_000 }], gaps: [] })
    wanted.value = true
    await nextTick()
    expect(asked).toEqual([])
    expect(rest.notice.value).toMatchObject({ isLoading: false, canChoose: true })
    expect(rest.notice.value?.size).toMatch(/^9\d\d\d\.\d MB$/)
    const started = rest.start()
    expect(asked).toHaveLength(1)
    asked[0]?.resolve()
    await started
  })

  test('where nothing can be loaded nobody is offered to', async () => {
    const { wanted, rest } = start({ load: undefined })
    wanted.value = true
    await nextTick()
    expect(rest.notice.value).toMatchObject({ isLoading: false, canChoose: false })
  })

  test('a part that came into view is loaded by itself, until the panel goes', async () => {
    const { asked, rest } = start()
    const fetched = rest.fetch({ from: 701, to: 900 })
    expect(asked[0]?.signal.aborted).toBe(false)
    scope.stop()
    expect(asked[0]?.signal.aborted).toBe(true)
    asked[0]?.reject(new Error('aborted'))
    await fetched
    expect(rest.notice.value).toBeUndefined()
  })

  test('the first load is told of, without a choice', () => {
    const { rest } = start({ status: 'loading', unloaded: [], gaps: [] })
    expect(rest.notice.value).toMatchObject({ held: 100, head: 1000, isLoading: true, canChoose: false })
  })
})
