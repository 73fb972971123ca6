// Reporting with the client itself: what belongs where, across awaits, timers, streams and side by side, and what happens where nothing belongs anywhere.

import fc from 'fast-check'
import { EventEmitter } from 'node:events'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createClient as createWebClient, type Reporter, type RuntailClient } from '../src/index.ts'
import { connectClient } from './support/client.ts'
import { startServer } from './support/server.ts'
import { messages, stored } from './support/stored.ts'

const run = { workflow_id: 'w', id: 'run-1' }

async function connected(): Promise<ReturnType<typeof connectClient>> {
  return connectClient((await startServer()).url)
}

/** Lines of the form "name: …" that do not stand in the step of this name. */
async function misplaced(client: RuntailClient, id: string): Promise<readonly unknown[]> {
  await client.flush()
  const logs = await stored(client, id)
  const lines = logs.filter(
    ({ event, level, message }) => event === undefined && level !== 'error' && message?.includes(': '),
  )
  expect(lines.length).toBeGreaterThan(0)
  return lines.filter(({ step_name, message }) => message?.split(': ')[0] !== step_name)
}

test('the innermost step or execution is where a line belongs', async () => {
  const { client, errors } = await connected()
  expect(client.current).toBeUndefined()
  await client.execute(run, async (execution) => {
    expect(client.current).toBe(execution)
    client.log('w: first')
    const inner = await client.step('outer', async (outer) => {
      expect(client.current).toBe(outer)
      client.debug('outer: 1')
      await client.step('inner', { type: 'http' }, () => client.warning('inner: 1'))
      client.error(new Error('odd'), { step_type: 'x' })
      client.info('outer: 2')
      client.progress(50, 'half')
      return client.current
    })
    expect(inner?.executionId).toBe('run-1')
    await client.log('w: last', { ack: true })
    expect(client.current).toBe(execution)
  })
  expect(client.current).toBeUndefined()
  expect(await misplaced(client, 'run-1')).toEqual([])
  const logs = await stored(client, 'run-1')
  expect(logs.map(({ event, level, step_name, message }) => [event ?? level, step_name, message])).toEqual([
    ['execution.started', 'w', 'w started'],
    ['info', 'w', 'w: first'],
    ['step.started', 'outer', 'outer started'],
    ['debug', 'outer', 'outer: 1'],
    ['step.started', 'inner', 'inner started'],
    ['warning', 'inner', 'inner: 1'],
    ['step.completed', 'inner', 'inner completed'],
    ['error', 'outer', 'Error: odd'],
    ['info', 'outer', 'outer: 2'],
    ['execution.progress', 'w', 'half'],
    ['step.completed', 'outer', 'outer completed'],
    ['info', 'w', 'w: last'],
    ['execution.completed', 'w', 'completed'],
  ])
  const outer = logs.find(({ step_name }) => step_name === 'outer')
  expect(logs.find(({ step_name }) => step_name === 'inner')?.parent_step_id).toBe(outer?.step_id)
  // Progress is the execution's, from wherever it is reported.
  expect(logs.find(({ event }) => event === 'execution.progress')).not.toHaveProperty('step_id')
  expect(errors).toEqual([])
})

test('a hundred steps side by side, in and below one another, do not mix', { timeout: 30_000 }, async () => {
  const { client } = await connected()
  const pause = fc.constantFrom('sync', 'microtask', 'turn', 'timer', 'callback')
  const plan = fc.array(fc.array(pause, { minLength: 1, maxLength: 5 }), { minLength: 100, maxLength: 100 })
  let runs = 0
  await fc.assert(
    fc.asyncProperty(plan, async (steps) => {
      runs += 1
      const id = `mixed-${runs}`
      await client.execute({ workflow_id: 'w', id }, () =>
        Promise.all(
          steps.map((pauses, index) =>
            client.step(`s${index}`, async () => {
              for (const [at, kind] of pauses.entries()) {
                await paused(kind)
                client.log(`s${index}: ${at}`)
                await client.step(`s${index}-${at}`, async () => {
                  await paused(kind)
                  client.log(`s${index}-${at}: below`)
                })
              }
            }),
          ),
        ),
      )
      expect(await misplaced(client, id)).toEqual([])
      const logs = await stored(client, id)
      const stepIds = new Map(logs.map(({ step_name, step_id }) => [step_name, step_id]))
      const below = logs.filter(({ step_name }) => step_name.includes('-'))
      expect(below.length).toBeGreaterThan(0)
      for (const { step_name, parent_step_id } of below) {
        expect(parent_step_id).toBe(stepIds.get(step_name.split('-')[0] ?? ''))
      }
    }),
    { numRuns: 5 },
  )
})

async function paused(kind: string): Promise<void> {
  if (kind === 'microtask') await Promise.resolve()
  if (kind === 'turn') await nextTurn()
  if (kind === 'timer') await wait(Math.random() * 3)
  if (kind === 'callback') await new Promise<void>((resolve) => setTimeout(() => process.nextTick(resolve), 1))
}

test('streams, generators and timers that a step makes belong to it', async () => {
  const { client } = await connected()
  await client.execute(run, () =>
    Promise.all(
      ['a', 'b'].map((name) =>
        client.step(name, async () => {
          const shout = new Transform({
            objectMode: true,
            transform(line: string, _encoding, done) {
              client.log(`${name}: ${line}`)
              setImmediate(() => done(null, line))
            },
          })
          await pipeline(Readable.from(lines(name)), shout, async (source) => {
            for await (const line of source) client.log(`${name}: out ${String(line)}`)
          })
          await new Promise<void>((resolve) => {
            const interval = setInterval(() => {
              client.log(`${name}: tick`)
              clearInterval(interval)
              resolve()
            }, 1)
          })
        }),
      ),
    ),
  )
  expect(await misplaced(client, 'run-1')).toEqual([])

  async function* lines(name: string): AsyncGenerator<string> {
    for (const line of ['1', '2', '3']) {
      await nextTurn()
      client.log(`${name}: made ${line}`)
      yield line
    }
  }
})

test('an emitter calls back where it emits; run() puts a callback where it belongs', async () => {
  const { client } = await connected()
  const emitter = new EventEmitter()
  await client.execute(run, async () => {
    await client.step('listen', (step) => {
      emitter.on('line', (line: string) => client.log(`lost ${line}`))
      emitter.on('line', (line: string) => step.run(() => client.log(`listen: ${line}`)))
      const here: Reporter | undefined = client.current
      emitter.on('line', (line: string) => here?.log(`listen: ${line} again`))
    })
    await client.step('emit', () => emitter.emit('line', 'one'))
  })
  expect(await misplaced(client, 'run-1')).toEqual([])
  const logs = await stored(client, 'run-1')
  expect(logs.find(({ message }) => message === 'lost one')?.step_name).toBe('emit')
})

test('run() gives what its work gives, and passes on what it throws', async () => {
  const { client } = await connected()
  const execution = await client.startExecution(run)
  expect(execution.run(() => client.current)).toBe(execution)
  const problem = new Error('no')
  expect(() =>
    execution.run(() => {
      throw problem
    }),
  ).toThrow(problem)
  expect(client.current).toBeUndefined()
})

test('two clients of one process do not meet', async () => {
  const { url } = await startServer()
  const { client: a, errors } = connectClient(url)
  const { client: b } = connectClient(url)
  await a.execute({ workflow_id: 'w', id: 'a' }, () =>
    b.execute({ workflow_id: 'w', id: 'b' }, async () => {
      await Promise.all([a.step('x', () => b.log('of b')), b.step('y', () => a.log('of a'))])
    }),
  )
  await Promise.all([a.flush(), b.flush()])
  expect(new Set(messages(await stored(a, 'a')))).toEqual(
    new Set(['completed', 'of a', 'w started', 'x completed', 'x started']),
  )
  expect(new Set(messages(await stored(a, 'b')))).toEqual(
    new Set(['completed', 'of b', 'w started', 'y completed', 'y started']),
  )
  expect(errors).toEqual([])
})

test('a connection lives for its client, and not within whoever reported first', async () => {
  const { url } = await startServer()
  const { client: around } = connectClient(url)
  const seen: unknown[] = []
  const token = (): string => {
    seen.push(around.current)
    return 'x'
  }
  const { client } = connectClient(url, { token })
  await around.execute(run, async () => {
    await client.startExecution({ workflow_id: 'w' })
    await client.flush()
  })
  // Asked for when the socket was open.
  expect(seen).toEqual([undefined])
})

describe.each([
  ['outside of any execution', (): typeof connectClient => connectClient],
  [
    'in browsers, always',
    () =>
      ((url: string) => {
        const errors: unknown[] = []
        return { client: createWebClient({ url, onError: (error) => errors.push(error) }), errors }
      }) as typeof connectClient,
  ],
])('%s', (where, connect) => {
  test('steps run, lines go nowhere, and that is told once', async () => {
    const { url } = await startServer()
    const { client, errors } = connect()(url)
    const result = await client.step('s', { retry: { attempts: 2 } }, (step) => {
      step.log('a')
      client.log('b')
      if (step.attempt === 1) throw new Error('no')
      return 'ok'
    })
    expect(result).toBe('ok')
    await expect(client.step('s', () => Promise.reject(new TypeError('mine')))).rejects.toThrow(TypeError)
    client.progress(3)
    await expect(client.log('c', { ack: true })).rejects.toMatchObject({ code: 'no_context' })
    expect(errors).toMatchObject([{ code: 'no_context' }])
    expect(client.current).toBeUndefined()
    await client.execute(run, (execution) => {
      expect(client.current).toBe(where.startsWith('in browsers') ? undefined : execution)
      execution.log('by its handle')
    })
    await client.flush()
    expect(messages(await stored(client, 'run-1'))).toContain('by its handle')
    await client.close()
  })
})
