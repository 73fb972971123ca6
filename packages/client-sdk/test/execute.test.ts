// Whole executions as functions, steps that are tried again, lines that are waited for, and executions that another process began.

import { describe, expect, expectTypeOf, test } from 'vitest'
import type { LogFields, StepOptions } from '../src/index.ts'
import { connectClient, until } from './support/client.ts'
import { dataFolder, startServer } from './support/server.ts'
import { messages, stored } from './support/stored.ts'

const execution = { workflow_id: 'w', id: 'run-1' }

async function connected(options: Parameters<typeof connectClient>[1] = {}): Promise<ReturnType<typeof connectClient>> {
  return connectClient((await startServer()).url, options)
}

describe('execute', () => {
  test('gives what the work gives, and completes with it', async () => {
    const { client, errors } = await connected()
    const result = { rows: new Map([['a', 1]]) }
    const given = await client.execute({ ...execution, input: 1n }, async (handle) => {
      expect(handle.id).toBe('run-1')
      await handle.step('load', () => 7)
      return result
    })
    expect(given).toBe(result)
    await client.flush()
    const logs = await stored(client, 'run-1')
    expect(messages(logs)).toEqual(['w started', 'load started', 'load completed', 'completed'])
    expect(logs[0]).toMatchObject({ event: 'execution.started', input_data: '1n' })
    expect(logs[3]).toMatchObject({ event: 'execution.completed', output_data: { rows: { a: 1 } } })
    expect(errors).toEqual([])
  })

  test.each<[string, unknown, RegExp]>([
    [
      'an error',
      new Error('disk full', { cause: new TypeError('quota') }),
      /^Error: disk full\n.*Caused by: TypeError: quota\n/s,
    ],
    [
      'errors together',
      new AggregateError([new Error('a'), new Error('b')], 'all'),
      /^AggregateError: all\n.*One of its errors: Error: a\n.*One of its errors: Error: b\n/s,
    ],
    ['with a code', Object.assign(new Error('no'), { code: 'ENOENT' }), /\{ code: "ENOENT" \}$/],
    ['a text', 'no', /^no$/],
    ['an object', { code: 7, at: new Date(0) }, /^\{"code":7,"at":"1970-01-01T00:00:00.000Z"\}$/],
    ['nothing', undefined, /^undefined$/],
  ])('fails with %s, which passes through, sync or not', async (_case, problem, text) => {
    const { client } = await connected()
    const sync = client.execute(execution, () => {
      throw problem
    })
    await expect(sync).rejects.toBe(problem)
    const later = client.execute({ workflow_id: 'w', id: 'run-2' }, async () => {
      await Promise.resolve()
      throw problem
    })
    await expect(later).rejects.toBe(problem)
    await client.flush()
    for (const id of ['run-1', 'run-2']) {
      expect((await client.executions.get(id)).status).toBe('failed')
      const last = (await stored(client, id)).at(-1)
      expect(last).toMatchObject({ event: 'execution.failed', level: 'error' })
      expect(last?.error_message ?? last?.message).toMatch(text)
    }
  })

  test('does not wait for the server, and not at all for one that is away', async () => {
    const { server, url } = await startServer()
    await server.close()
    const { client } = connectClient(url)
    expect(await client.execute(execution, () => 'done')).toBe('done')
    expect(client.outbox.getSnapshot().pending).toBe(2)
  })

  test('what the work ended itself stays so', async () => {
    const { client } = await connected()
    await client.execute(execution, (handle) => handle.cancel('not today'))
    expect((await client.executions.get('run-1')).status).toBe('canceled')
  })

  test('within another is one of its own', async () => {
    const { client } = await connected()
    await client.execute(execution, async () => {
      client.log('before')
      await client.execute({ workflow_id: 'inner', id: 'run-2' }, () => client.log('inside'))
      client.log('after')
    })
    await client.flush()
    expect(messages(await stored(client, 'run-1'))).toEqual(['w started', 'before', 'after', 'completed'])
    expect(messages(await stored(client, 'run-2'))).toEqual(['inner started', 'inside', 'completed'])
  })
})

describe('retry', () => {
  test('each attempt is a run of the step, and the last result passes through', async () => {
    const { client } = await connected()
    const seen: number[] = []
    const waits: number[] = []
    const backoffMs = (attempt: number): number => {
      waits.push(attempt)
      return 1
    }
    const result = await client.execute(execution, (handle) =>
      handle.step('load', { retry: { attempts: 5, backoffMs } }, (step) => {
        seen.push(step.attempt)
        step.log('trying')
        if (step.attempt < 3) throw new Error(`no ${step.attempt}`)
        return 'ok'
      }),
    )
    expect(result).toBe('ok')
    expect(seen).toEqual([1, 2, 3])
    expect(waits).toEqual([1, 2])
    await client.flush()
    const steps = (await stored(client, 'run-1')).filter(({ step_name }) => step_name === 'load')
    expect(steps.map(({ event, attempt, message }) => [event ?? message, attempt])).toEqual([
      ['step.started', 1],
      ['trying', 1],
      ['step.failed', 1],
      ['step.started', 2],
      ['trying', 2],
      ['step.failed', 2],
      ['step.started', 3],
      ['trying', 3],
      ['step.completed', 3],
    ])
    expect(new Set(steps.map(({ step_id }) => step_id)).size).toBe(3)
  })

  test.each<[unknown, number]>([
    [1, 1],
    [0, 1],
    [-3, 1],
    [Number.NaN, 1],
    [undefined, 1],
    ['two', 1],
    [2.9, 2],
    [3, 3],
  ])('with %s attempts it is tried %s times, and the last error passes through', async (attempts, expected) => {
    const { client } = await connected()
    const thrown: Error[] = []
    const failing = client.execute(execution, (handle) =>
      handle.step('load', { retry: { attempts } } as StepOptions, () => {
        const problem = new Error('no')
        thrown.push(problem)
        throw problem
      }),
    )
    const passed = await failing.catch((problem: unknown) => problem)
    expect(thrown).toHaveLength(expected)
    expect(passed).toBe(thrown.at(-1))
  })

  test('an abort ends the waiting, and the error of the attempt before passes through', async () => {
    const { client } = await connected()
    const stop = new AbortController()
    const problem = new Error('no')
    let tried = 0
    const failing = client.execute(execution, (handle) =>
      handle.step('load', { retry: { attempts: 9, backoffMs: 3_600_000, signal: stop.signal } }, () => {
        tried += 1
        queueMicrotask(() => stop.abort())
        throw problem
      }),
    )
    await expect(failing).rejects.toBe(problem)
    expect(tried).toBe(1)
  })

  test('a wait that throws, or is none, is none', async () => {
    const { client, errors } = await connected()
    for (const backoffMs of [
      () => Number.NaN,
      () => {
        throw new Error('mine')
      },
    ]) {
      const failing = client.execute({ workflow_id: 'w' }, (handle) =>
        handle.step('load', { retry: { attempts: 2, backoffMs } }, () => Promise.reject(new Error('no'))),
      )
      await expect(failing).rejects.toThrow('no')
    }
    expect(errors).toMatchObject([{ code: 'internal', cause: { message: 'mine' } }])
  })

  test('what failed before counts, and an attempt that is given is where it begins', async () => {
    const { client } = await connected()
    const handle = await client.startExecution(execution)
    const failing = (options: StepOptions): Promise<number[]> => {
      const seen: number[] = []
      return handle
        .step('load', options, (step) => {
          seen.push(step.attempt)
          throw new Error('no')
        })
        .catch(() => seen)
    }
    expect(await failing({ retry: { attempts: 2 } })).toEqual([1, 2])
    expect(await failing({ retry: { attempts: 2 } })).toEqual([3, 4])
    expect(await failing({ attempt: 7, retry: { attempts: 2 } })).toEqual([7, 8])
  })
})

describe('ack', () => {
  test('resolves when the server has committed the line; without it there is nothing to wait for', async () => {
    const { client } = await connected()
    const handle = await client.startExecution(execution)
    expect(handle.log('a')).toBeUndefined()
    expectTypeOf(() => handle.log('a')).returns.toEqualTypeOf<void>()
    expectTypeOf(() => handle.log('a', { ack: true })).returns.toEqualTypeOf<Promise<void>>()
    expectTypeOf(() => client.step('s', () => 7)).returns.toEqualTypeOf<Promise<number>>()
    expectTypeOf(() => client.execute(execution, async () => 'x')).returns.toEqualTypeOf<Promise<string>>()
    expect(handle.warning('b', { ack: false })).toBeUndefined()
    const acks = [
      handle.log('c', { ack: true }),
      handle.debug('d', { ack: true }),
      handle.info('e', { ack: true }),
      handle.warning('f', { ack: true }),
      handle.error(new Error('g'), { ack: true, input_data: 1 }),
    ]
    await Promise.all(acks)
    // Read by another client: nothing of this is only on its way.
    const logs = await stored(client, 'run-1')
    expect(messages(logs)).toEqual(['w started', 'a', 'b', 'c', 'd', 'e', 'f', 'Error: g'])
    expect(logs.at(-1)).toMatchObject({ level: 'error', input_data: 1 })
  })

  test('rejects for a line that was dropped', async () => {
    const { server, url } = await startServer()
    await server.close()
    const { client } = connectClient(url, { outbox: { maxLogs: 3 } })
    const handle = await client.startExecution(execution)
    const dropped = handle.log('a', { ack: true })
    for (const line of ['b', 'c', 'd']) handle.log(line)
    await expect(dropped).rejects.toMatchObject({ code: 'outbox_overflow' })
  })

  test('rejects for what was not sent when the client closed; nobody has to catch it', async () => {
    const { server, url } = await startServer()
    await server.close()
    const { client } = connectClient(url)
    const handle = await client.startExecution(execution)
    const unsent = handle.log('a', { ack: true })
    // A rejection that nobody handles would fail this file.
    const uncaught = handle.log('b', { ack: true })
    await client.close({ timeoutMs: 0 })
    await expect(unsent).rejects.toMatchObject({ code: 'closed' })
    await expect(handle.log('late', { ack: true })).rejects.toMatchObject({ code: 'closed' })
    expect(uncaught).toBeInstanceOf(Promise)
  })

  test('rejects for what the server never takes', async () => {
    const { client, errors } = await connected()
    await (await client.startExecution(execution)).flush()
    const other = await client.startExecution({ workflow_id: 'other', id: 'run-1' })
    await expect(other.log('a', { ack: true })).rejects.toMatchObject({ code: 'conflict' })
    expect(errors).toMatchObject([{ code: 'conflict' }])
  })

  test('rejects for what cannot be read, and what is not awaited still does not throw', async () => {
    const { client, errors } = await connected()
    const handle = await client.startExecution(execution)
    const fields = {
      ack: true,
      get input_data(): never {
        throw new Error('trap')
      },
    } as const
    await expect(handle.log('a', fields)).rejects.toMatchObject({ code: 'internal' })
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap')
        },
        ownKeys: () => {
          throw new Error('trap')
        },
      },
    )
    expect(handle.log('a', trap as LogFields)).toBeUndefined()
    expect(errors.map(({ code }) => code)).toEqual(['internal', 'internal'])
  })
})

describe('an execution that is continued', () => {
  test('in another process, below a step of the first; its end is up to whoever ends it', async () => {
    const { url } = await startServer()
    const { client: first } = connectClient(url)
    const { client: second, errors } = connectClient(url)
    await first.execute(execution, (handle) =>
      handle.step('outer', async (step) => {
        {
          await using continued = second.execution(handle.id, { parent_step_id: step.stepId, step_name: 'w' })
          await continued.step('inner', { attempt: 3 }, () => continued.log('from afar'))
          continued.progress(40)
        }
        await second.flush()
      }),
    )
    await first.flush()
    const logs = await stored(second, 'run-1')
    const outer = logs.find(({ step_name }) => step_name === 'outer')
    expect(logs.find(({ step_name }) => step_name === 'inner')).toMatchObject({
      parent_step_id: outer?.step_id,
      attempt: 3,
    })
    expect(logs.find(({ message }) => message === 'from afar')).toMatchObject({
      step_name: 'w',
      parent_step_id: outer?.step_id,
    })
    expect(await second.executions.get('run-1')).toMatchObject({ status: 'completed', progress: 100 })
    expect(errors).toEqual([])
  })

  test('sends nothing until something is reported, and may end it', async () => {
    const { url } = await startServer()
    const { client: first } = connectClient(url)
    await (await first.startExecution(execution)).flush()
    const { client: second } = connectClient(url)
    const handle = second.execution('run-1')
    await second.flush()
    expect(second.connection.status).toBe('disconnected')
    await handle.complete({ ok: true })
    expect((await first.executions.get('run-1')).status).toBe('completed')
  })

  test('waits for one that is still on its way', async () => {
    const { url } = await startServer()
    const { client, errors } = connectClient(url)
    const ack = client.execution('run-1').log('early', { ack: true })
    await until(client.connection, ({ status }) => status === 'connected')
    const { client: other } = connectClient(url)
    await (await other.startExecution(execution)).flush()
    await ack
    expect(messages(await stored(client, 'run-1'))).toEqual(['w started', 'early'])
    expect(errors).toEqual([])
  })

  test('is made after all by a handle that can, and two handles of one execution send one after the other', async () => {
    const { client } = await connected()
    const continued = client.execution('run-1')
    continued.log('early')
    const handle = await client.startExecution(execution)
    for (let index = 1; index <= 3000; index += 1) (index % 2 === 0 ? handle : continued).log(`line ${index}`)
    await Promise.all([handle.flush(), continued.flush()])
    const lines = Array.from({ length: 3000 }, (_, index) => `line ${index + 1}`)
    expect(messages(await stored(client, 'run-1'))).toEqual(['early', 'w started', ...lines])
    expect(client.outbox.getSnapshot()).toEqual({ pending: 0, acknowledged: 3002, dropped: 0 })
  })

  test('outlives its process in a folder, and is not ended there', async () => {
    const { server, url, port } = await startServer()
    await server.close()
    const outbox = { folder: await dataFolder(), abandoned: 'cancel' } as const
    const { client: first } = connectClient(url, { outbox })
    first.execution('run-1').log('kept')
    expect(await first.close({ timeoutMs: 0 })).toEqual({ unsent: 1, kept: 1 })
    await startServer({ port })
    const { client: owner } = connectClient(url)
    await (await owner.startExecution(execution)).flush()
    const { client: second } = connectClient(url, { outbox })
    await second.executions.list()
    await second.close()
    expect(messages(await stored(owner, 'run-1'))).toEqual(['w started', 'kept'])
    expect((await owner.executions.get('run-1')).status).toBe('running')
  })

  test('an id that cannot be one is bent, and told', async () => {
    const { client, errors } = await connected()
    expect(client.execution('a b').id).toBe('a_b')
    expect(errors).toMatchObject([{ code: 'invalid_input', data: { id: 'a b', used: 'a_b' } }])
  })
})

test('what is reported after the end is stored after it', async () => {
  const { client, errors } = await connected()
  const handle = await client.startExecution(execution)
  await handle.complete()
  expect(await handle.step('late', () => 1)).toBe(1)
  handle.log('later')
  await handle.flush()
  expect(messages(await stored(client, 'run-1'))).toEqual([
    'w started',
    'completed',
    'late started',
    'late completed',
    'later',
  ])
  expect((await client.executions.get('run-1')).status).toBe('completed')
  expect(errors).toEqual([])
})
