// Reporting to a real server over real sockets: what a program said is what is stored, whatever happens to the network and the server meanwhile.

import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ExecutionHandle, LogFields } from '../src/index.ts'
import { collect, connectClient, isEnd, keepCutting, until, upTo } from './support/client.ts'
import { startProxy } from './support/proxy.ts'
import { dataFolder, startServer, trpcUrl } from './support/server.ts'
import { messages, stored } from './support/stored.ts'

const lines = (count: number): string[] => upTo(count).map((index) => `line ${index}`)

describe('one execution', () => {
  test('with steps in steps, progress, input, output and an end', async () => {
    const { url } = await startServer()
    const { client, errors } = connectClient(url)
    const execution = await client.startExecution({
      workflow_id: 'import',
      name: 'Nightly',
      tags: ['a', 'b'],
      input: { at: new Date(0) },
    })
    const rows = await execution.step('download', { type: 'http', input: { url: 'http://a/' } }, async (step) => {
      step.log('200 OK')
      const size = await step.step('parse', () => 3)
      step.warning('odd', { input_data: size })
      return ['ada', 'grace']
    })
    expect(rows).toEqual(['ada', 'grace'])
    execution.progress(45, 'half')
    await execution.complete({ rows: rows.length })

    const logs = await stored(client, execution.id)
    const brief = logs.map(({ event, step_name, step_type, message }) => [event, step_name, step_type, message])
    expect(brief).toEqual([
      ['execution.started', 'import', 'workflow', 'import started'],
      ['step.started', 'download', 'http', 'download started'],
      [undefined, 'download', 'http', '200 OK'],
      ['step.started', 'parse', 'step', 'parse started'],
      ['step.completed', 'parse', 'step', 'parse completed'],
      [undefined, 'download', 'http', 'odd'],
      ['step.completed', 'download', 'http', 'download completed'],
      ['execution.progress', 'import', 'workflow', 'half'],
      ['execution.completed', 'import', 'workflow', 'completed'],
    ])
    const [started, download, , parse, parsed, odd, downloaded] = logs
    expect(started?.input_data).toEqual({ at: '1970-01-01T00:00:00.000Z' })
    expect(download?.input_data).toEqual({ url: 'http://a/' })
    expect(parse).toMatchObject({ parent_step_id: download?.step_id })
    expect(parsed).toMatchObject({ step_id: parse?.step_id, output_data: 3 })
    expect(odd).toMatchObject({ level: 'warning', step_id: download?.step_id, input_data: 3 })
    expect(downloaded).toMatchObject({ step_id: download?.step_id, output_data: ['ada', 'grace'] })
    expect(downloaded?.duration_ms).toBeGreaterThan(0)
    expect(await client.executions.get(execution.id)).toMatchObject({
      workflow_id: 'import',
      name: 'Nightly',
      tags: ['a', 'b'],
      status: 'completed',
      progress: 100,
      head_seq: 9,
    })
    expect(client.outbox.getSnapshot()).toEqual({ pending: 0, acknowledged: 9, dropped: 0 })
    expect(errors).toEqual([])
  })

  test('an error passes through a step, with its stack in the log, and the next run is the next attempt', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    const problem = new Error('disk full', { cause: new Error('quota') })
    const failing = execution.step('write', () => {
      throw problem
    })
    await expect(failing).rejects.toBe(problem)
    await execution.step('write', () => 'ok')
    await execution.fail(problem)
    const logs = await stored(client, execution.id)
    expect(logs[2]).toMatchObject({ event: 'step.failed', level: 'error', step_name: 'write' })
    expect(logs[2]?.error_message).toMatch(/^Error: disk full\n +at .*Caused by: Error: quota\n +at /s)
    expect(logs[3]).toMatchObject({ event: 'step.started', attempt: 2 })
    expect(logs.at(-1)).toMatchObject({ event: 'execution.failed', message: 'Error: disk full' })
    expect((await client.executions.get(execution.id)).error_message).toMatch(/^Error: disk full\n +at /)
  })

  test('the first end counts', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.cancel('not today')
    await execution.complete()
    expect(messages(await stored(client, execution.id))).toEqual(['w started', 'not today'])
    expect((await client.executions.get(execution.id)).status).toBe('canceled')
  })

  test('left without an end it is canceled, with an end it stays', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const use = async (work: (execution: ExecutionHandle) => Promise<void>): Promise<string> => {
      await using execution = await client.startExecution({ workflow_id: 'w' })
      await work(execution)
      return execution.id
    }
    const left = await use(() => Promise.resolve())
    const ended = await use((execution) => execution.complete())
    expect((await client.executions.get(left)).status).toBe('canceled')
    expect((await client.executions.get(ended)).status).toBe('completed')
  })

  test('an id of its own is kept, and taken twice by one workflow it is one execution', async () => {
    const { url } = await startServer()
    const { client, errors } = connectClient(url)
    for (const round of [1, 2]) {
      const execution = await client.startExecution({ workflow_id: 'w', id: 'mine' })
      execution.log(`round ${round}`)
      await execution.flush()
    }
    expect(messages(await stored(client, 'mine'))).toEqual(['w started', 'round 1', 'w started', 'round 2'])
    const other = await client.startExecution({ workflow_id: 'other', id: 'mine' })
    await other.complete()
    expect(errors).toMatchObject([{ code: 'conflict' }])
    expect(client.outbox.getSnapshot()).toMatchObject({ pending: 0, dropped: 2 })
  })
})

test('nothing that is passed makes reporting throw, and all of it arrives', async () => {
  const { url } = await startServer()
  const { client, errors } = connectClient(url)
  const trap = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('trap')
      },
      get: () => {
        throw new Error('trap')
      },
    },
  )
  const strange: unknown[] = [
    undefined,
    null,
    1n,
    Symbol('s'),
    () => 1,
    trap,
    Number.NaN,
    new Map([[trap, trap]]),
    Object.create(null),
    'x'.repeat(1e6),
    '\uD800',
  ]
  const execution = await client.startExecution({
    workflow_id: trap as unknown as string,
    input: trap,
    tags: 7 as unknown as string[],
  })
  let count = 1
  for (const value of strange) {
    execution.log(value as string, { input_data: value })
    execution.log('fields', {
      level: value,
      step_name: value,
      timestamp: value,
      duration_ms: value,
      event: value,
    } as LogFields)
    execution.error(value)
    execution.progress(value as number)
    // What cannot be awaited cannot be the result of a step, with or without us.
    const result = value === trap ? undefined : value
    await execution.step(value as string, { input: value, type: value as string }, () => result)
    count += 6
  }
  expect(errors).toEqual([])
  // Fields that throw when they are read cost the line that they came with, and the program is told.
  execution.log('trapped', trap as LogFields)
  expect(errors).toMatchObject([{ code: 'internal' }])
  await execution.complete(trap)
  const logs = await stored(client, execution.id)
  expect(logs).toHaveLength(count + 1)
})

test('many logs, over a connection that is cut again and again: each once, in order', { timeout: 60_000 }, async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  const { client, errors } = connectClient(trpcUrl(proxy.port))
  const execution = await client.startExecution({ workflow_id: 'w' })
  const stopCutting = keepCutting(client, () => proxy.cut())
  for (let index = 1; index <= 10_000; index += 1) {
    execution.log(`line ${index}`)
    // A program that runs, not one that floods.
    if (index % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  stopCutting()
  // So many short connections have made it wait long.
  client.reconnect()
  await execution.complete()
  expect(proxy.accepted).toBeGreaterThan(3)
  expect(messages(await stored(client, execution.id))).toEqual(['w started', ...lines(10_000), 'completed'])
  expect(client.outbox.getSnapshot()).toEqual({ pending: 0, acknowledged: 10_002, dropped: 0 })
  expect(errors).toEqual([])
})

test('many executions at once, over one socket', async () => {
  const { port } = await startServer()
  const proxy = await startProxy(port)
  const { client } = connectClient(trpcUrl(proxy.port))
  const executions = await Promise.all(upTo(30).map((index) => client.startExecution({ workflow_id: `w${index}` })))
  for (const line of lines(200)) for (const execution of executions) execution.log(line)
  await Promise.all(executions.map((execution) => execution.complete()))
  for (const { id } of executions) {
    expect(messages(await stored(client, id)).slice(1, -1)).toEqual(lines(200))
  }
  expect(proxy.accepted).toBe(1)
})

test('a server that was away when it began, and restarts in the middle', { timeout: 30_000 }, async () => {
  const dataDir = await dataFolder()
  const first = await startServer({ store: 'sqlite', dataDir })
  const { port, url } = first
  await first.server.close()

  const { client, errors } = connectClient(url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (const line of lines(1000)) execution.log(line)
  const second = await startServer({ store: 'sqlite', dataDir, port })
  client.reconnect()
  await until(client.outbox, ({ acknowledged }) => acknowledged > 0)
  for (const line of lines(2000).slice(1000)) execution.log(line)
  await second.server.close()
  for (const line of lines(3000).slice(2000)) execution.log(line)
  await startServer({ store: 'sqlite', dataDir, port })
  await execution.complete()
  expect(messages(await stored(client, execution.id))).toEqual(['w started', ...lines(3000), 'completed'])
  expect(errors).toEqual([])
})

test('a server that lost its store gets the execution anew, and followers see where it begins', async () => {
  const first = await startServer()
  const { client, errors } = connectClient(first.url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  execution.log('before')
  await execution.flush()
  await first.server.close()
  await startServer({ port: first.port })
  execution.log('after')
  await execution.complete()
  expect(messages(await stored(client, execution.id))).toEqual(['after', 'completed'])
  expect(errors).toEqual([])
})

test('an outbox that is full drops the oldest, and says so in their place and to the program', async () => {
  const first = await startServer()
  await first.server.close()
  const { client, errors } = connectClient(first.url, { outbox: { maxLogs: 100 } })
  const execution = await client.startExecution({ workflow_id: 'w' })
  for (const line of lines(1000)) execution.log(line)
  const done = execution.complete()
  // The first of all tells the status, and is kept.
  expect(client.outbox.getSnapshot()).toEqual({ pending: 100, acknowledged: 0, dropped: 902 })
  await startServer({ port: first.port })
  await done
  const logs = await stored(client, execution.id)
  expect(messages(logs)).toEqual([
    'w started',
    '902 logs are missing here: the outbox was full',
    ...lines(1000).slice(902),
    'completed',
  ])
  expect(logs[1]).toMatchObject({ level: 'warning', step_type: 'runtail.gap', output_data: { dropped: 902 } })
  expect(errors).toMatchObject([{ code: 'outbox_overflow' }])
})

test('large values travel in pieces that the server takes', async () => {
  const { url } = await startServer()
  const { client, errors } = connectClient(url)
  const execution = await client.startExecution({ workflow_id: 'w' })
  const big = '\u0001'.repeat(240 * 1024)
  for (let index = 0; index < 20; index += 1) execution.log(`${index} ${'ü'.repeat(200 * 1024)}`, { input_data: big })
  await execution.complete()
  expect(await stored(client, execution.id)).toHaveLength(22)
  expect(client.outbox.getSnapshot()).toEqual({ pending: 0, acknowledged: 22, dropped: 0 })
  expect(errors).toEqual([])
})

test('what the own handler of errors throws does not come out of log', async () => {
  const uncaught: unknown[] = []
  const listeners = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', (error) => uncaught.push(error))
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException')
    for (const listener of listeners) process.on('uncaughtException', listener)
  })
  const mine = new Error('mine')
  const { client } = connectClient('ws://127.0.0.1:9/trpc', {
    onError: () => {
      throw mine
    },
  })
  await client.close({ timeoutMs: 0 })
  const execution = await client.startExecution({ workflow_id: 'w' })
  execution.log('on')
  await vi.waitFor(() => expect(uncaught).toEqual([mine]))
})

describe('waiting', () => {
  test('flush rejects when the time is over, and goes on all the same', async () => {
    const first = await startServer()
    await first.server.close()
    const { client } = connectClient(first.url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await expect(execution.flush({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'disconnected', retryable: true })
    await expect(client.flush({ timeoutMs: 50 })).rejects.toMatchObject({ code: 'disconnected' })
    await startServer({ port: first.port })
    await client.flush()
    expect(client.outbox.getSnapshot().acknowledged).toBe(1)
  })

  test('close tells what it could not send, lets nobody wait, and leaves nothing behind', async () => {
    const { server, url } = await startServer()
    await server.close()
    const { client, errors } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    const done = execution.complete()
    expect(await client.close({ timeoutMs: 50 })).toEqual({ unsent: 2, kept: 0 })
    await done
    await execution.complete()
    expect(errors).toEqual([])
    execution.log('late')
    execution.log('later')
    expect(errors).toMatchObject([{ code: 'closed' }])
    expect(client.connection.status).toBe('disconnected')
    await expect(client.executions.list()).rejects.toMatchObject({ code: 'closed' })
    expect(await client.close()).toEqual({ unsent: 2, kept: 0 })
  })

  test('what was reported is there when close has resolved', async () => {
    const { url } = await startServer()
    const { client } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    for (const line of lines(3000)) execution.log(line)
    expect(await client.close()).toEqual({ unsent: 0, kept: 0 })
    const reader = connectClient(url).client
    expect(await stored(reader, execution.id)).toHaveLength(3001)
    const followed = await collect(reader.follow(execution.id), ({ head }, { seqs }) => seqs.at(-1) === head)
    expect(followed.updates.some(isEnd)).toBe(false)
  })
})
