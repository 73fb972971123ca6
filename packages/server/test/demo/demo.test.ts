import {
  isTerminal,
  LIMITS,
  RuntailError,
  type Execution,
  type ExecutionLog,
  type NewExecutionLog,
} from '@runtail/core'
import { newExecutionLogSchema } from '@runtail/core/schema'
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { stripVTControlCharacters } from 'node:util'
import { v7 as newId } from 'uuid'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createDemo, type Demo, type DemoOptions } from '../../src/demo/demo.ts'
import { passesOver } from '../../src/demo/file-work.ts'
import type { Sink } from '../../src/demo/reporter.ts'
import { MemoryStore } from '../../src/store/memory.ts'
import { SqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { temporaryFolder } from '../support/folder.ts'
import { parsed, range } from '../support/logs.ts'

const temporary = temporaryFolder()

/** A small project with something to skip, a duplicate, and an empty file. */
function project(name: string): string {
  const folder = temporary(name)
  const files = {
    'README.md': '# Project\n'.repeat(100),
    'src/index.ts': 'export const answer = 42\n'.repeat(50),
    'src/copy.ts': 'export const answer = 42\n'.repeat(50),
    'src/deep/empty.txt': '',
    'node_modules/x/index.js': 'skipped',
    '.git/HEAD': 'skipped',
    'dist/index.js': 'skipped',
    '.runtail/runtail.db': 'skipped',
    'src/.cache/x': 'skipped',
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  symlinkSync('/', join(folder, 'src/link-to-root'))
  return folder
}

interface Setup {
  readonly demo: Demo
  readonly store: Store
  readonly ended: (executionId: string) => Promise<{ execution: Execution; logs: ExecutionLog[] }>
}

interface SetupOptions extends Partial<DemoOptions> {
  readonly store?: Store
  /** Told logs when they are stored. */
  readonly appended?: (logs: readonly NewExecutionLog[]) => void
}

/** A demo that reports straight into a store. */
function setUp(options: SetupOptions = {}): Setup {
  const { store = new MemoryStore() } = options
  const heads = new Map<string, () => void>()
  const ingest: Sink = {
    create: (execution) =>
      store.create({ ...execution, id: execution.id ?? newId(), created_at: new Date().toISOString() }),
    async append(executionId, logs) {
      for (const log of logs) newExecutionLogSchema.parse(log)
      const [outcome] = await store.append([{ execution_id: executionId, logs }])
      if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome')
      options.appended?.(logs)
      heads.get(executionId)?.()
      return outcome.result
    },
  }
  const demo = createDemo({ ingest, folder: temporary('absent'), newId: newId, ...options })
  onTestFinished(async () => {
    await demo.close()
    await store.close()
  })
  return {
    demo,
    store,
    async ended(executionId) {
      for (;;) {
        const appended = Promise.withResolvers<void>()
        heads.set(executionId, appended.resolve)
        const execution = await store.get(executionId)
        if (execution && isTerminal(execution.status)) return { execution, logs: await allLogs(store, executionId) }
        await appended.promise
      }
    },
  }
}

async function allLogs(store: Store, executionId: string): Promise<ExecutionLog[]> {
  const logs: ExecutionLog[] = []
  for (;;) {
    const { block, head } = await store.read(executionId, { after: logs.length, maxLogs: 10_000, maxBytes: 2 ** 30 })
    logs.push(...parsed(block))
    if (logs.length === head) return logs
  }
}

function steps(logs: readonly ExecutionLog[]): string[] {
  return logs
    .filter((log) => log.event?.startsWith('step.'))
    .map((log) => `${log.step_name}${log.attempt === undefined ? '' : ` #${log.attempt}`} ${log.event}`)
}

function output(logs: readonly ExecutionLog[], event: ExecutionLog['event']): Record<string, unknown> {
  return logs.find((log) => log.event === event)?.output_data as Record<string, unknown>
}

describe('quick', () => {
  test('indexes the folder for real, in steps with inputs, outputs, progress and durations', async () => {
    const { demo, ended } = setUp({ folder: project('quick') })
    const started = await demo.start('run-1', 'quick')
    expect(started).toMatchObject({
      id: 'run-1',
      status: 'pending',
      workflow_id: 'index-folder',
      tags: ['demo', 'quick'],
    })

    const { execution, logs } = await ended('run-1')
    expect(execution).toMatchObject({ status: 'completed', progress: 100 })
    expect(steps(logs)).toStrictEqual(
      ['list', 'hash', 'compress', 'summarise'].flatMap((step) => [`${step} step.started`, `${step} step.completed`]),
    )
    const ends = logs.filter((log) => log.event === 'step.completed')
    expect(ends.every((log) => log.duration_ms !== undefined && log.output_data !== undefined)).toBe(true)
    const starts = logs.filter((log) => log.event === 'step.started')
    expect(starts.every((log) => log.input_data !== undefined)).toBe(true)
    expect(new Set(starts.map((log) => log.step_id)).size).toBe(4)
    const progress = logs.flatMap((log) => log.progress ?? [])
    expect(progress).toStrictEqual(progress.toSorted((one, other) => one - other))
    expect(progress.length).toBeGreaterThan(3)
  })

  test('finds what is there and nothing else', async () => {
    const { demo, ended } = setUp({ folder: project('content') })
    await demo.start('run-1', 'quick')
    const { logs } = await ended('run-1')
    const hash = createHash('sha256').update('export const answer = 42\n'.repeat(50)).digest('hex').slice(0, 12)
    const hashed = logs.filter((log) => log.step_name === 'hash' && log.event === undefined)
    expect(hashed.map((log) => stripVTControlCharacters(log.message ?? ''))).toStrictEqual([
      expect.stringMatching(/^[\da-f]{12} README\.md \(1000 B\)$/),
      `${hash} src/copy.ts (1.2 KiB)`,
      `${hash} src/index.ts (1.2 KiB)`,
      expect.stringMatching(/ src\/deep\/empty\.txt \(0 B\)$/),
    ])
    expect(output(logs, 'execution.completed')).toMatchObject({ files: 4, bytes: 3500, duplicate_groups: 1 })
    expect(JSON.stringify(logs)).not.toMatch(/skipped|link-to-root/)
    expect(JSON.stringify(logs)).not.toContain(temporary(''))
  })

  test('works on a folder that is absent, and says so', async () => {
    const { demo, ended } = setUp({ folder: temporary('nowhere') })
    await demo.start('run-1', 'quick')
    const { execution, logs } = await ended('run-1')
    expect(execution.status).toBe('completed')
    expect(logs.some((log) => log.level === 'warning' && log.message?.includes('ENOENT'))).toBe(true)
  })

  test('passes over files that vanish after they were listed', async () => {
    const folder = project('vanishing')
    const { demo, ended } = setUp({
      folder,
      sizes: { slowMs: 2000 },
      appended(logs) {
        if (logs.some((log) => log.message?.includes('README.md')))
          rmSync(join(folder, 'src'), { recursive: true, force: true })
      },
    })
    await demo.start('run-1', 'slow')
    const { execution, logs } = await ended('run-1')
    expect(execution.status).toBe('completed')
    const warnings = logs.filter((log) => log.level === 'warning').map((log) => log.message)
    expect(warnings).toStrictEqual([
      expect.stringMatching(/^Passed over src\/copy\.ts: .*ENOENT/),
      expect.stringMatching(/^Passed over src\/index\.ts: .*ENOENT/),
      expect.stringMatching(/^Passed over src\/deep\/empty\.txt: .*ENOENT/),
    ])
  })
})

test('chunks come again and again, and what cannot be read is told once', async () => {
  const folder = temporary('chunks')
  mkdirSync(folder)
  const file = { path: 'a', absolutePath: join(folder, 'a'), bytes: 5 }
  writeFileSync(file.absolutePath, 'abcde')
  const gone = { path: 'b', absolutePath: join(folder, 'b'), bytes: 1 }
  const unreadable: string[] = []
  const seen: string[] = []
  for await (const { pass, chunk } of passesOver([gone, file], {
    chunkBytes: 2,
    onUnreadable: (path) => unreadable.push(path),
  })) {
    seen.push(`${pass} ${chunk.offset} ${Buffer.from(chunk.bytes).toString()}`)
    if (seen.length === 5) break
  }
  expect(seen).toStrictEqual(['1 0 ab', '1 2 cd', '1 4 e', '2 0 ab', '2 2 cd'])
  expect(unreadable).toStrictEqual(['b'])
})

test('slow takes its time', async () => {
  const { demo, ended } = setUp({ folder: project('slow'), sizes: { slowMs: 300 } })
  const startedMs = performance.now()
  await demo.start('run-1', 'slow')
  const { execution } = await ended('run-1')
  expect(execution.status).toBe('completed')
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(290)
})

test('failing fails three times for a real reason, then as a whole', async () => {
  const { demo, ended } = setUp({ folder: project('failing') })
  await demo.start('run-1', 'failing')
  const { execution, logs } = await ended('run-1')
  expect(execution.status).toBe('failed')
  expect(steps(logs).slice(-6)).toStrictEqual(
    [1, 2, 3].flatMap((attempt) => [`unpack #${attempt} step.started`, `unpack #${attempt} step.failed`]),
  )
  const failures = logs.filter((log) => log.event === 'step.failed')
  expect(new Set(failures.map((log) => log.step_id)).size).toBe(3)
  for (const error of [execution.error_message, ...failures.map((log) => log.error_message)]) {
    expect(error).toMatch(/cannot be unpacked\n {4}at .*\nCaused by Error: unexpected end of file\n {4}at /s)
  }
})

test(
  'flood stores 100,000 lines of real work in order, and leaves the event loop free',
  { timeout: 60_000 },
  async () => {
    const store = await SqliteStore.open({ path: temporary('flood.db') })
    const { demo, ended } = setUp({ folder: project('flood'), store })
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    await demo.start('run-1', 'flood')
    const { execution, logs } = await ended('run-1')
    delay.disable()
    expect(execution).toMatchObject({ status: 'completed', head_seq: logs.length })
    expect(logs.map((log) => log.seq)).toStrictEqual(range(1, logs.length))
    const lines = logs.filter((log) => log.step_name === 'hash chunks' && log.event === undefined)
    expect(lines).toHaveLength(100_000)
    expect(new Set(lines.map((log) => log.message)).size).toBeGreaterThan(90_000)
    expect(output(logs, 'execution.completed')).toMatchObject({ lines: 100_000 })
    expect(delay.max / 1e6).toBeLessThan(500)
  },
)

test('flood has work in an empty folder too', async () => {
  const folder = temporary('empty')
  mkdirSync(folder)
  const { demo, ended } = setUp({ folder, sizes: { floodLines: 1000 } })
  await demo.start('run-1', 'flood')
  const { logs } = await ended('run-1')
  expect(output(logs, 'execution.completed')).toMatchObject({ lines: 1000 })
})

describe('starting', () => {
  test('the same id twice, at once and later, runs it once', async () => {
    const { demo, ended } = setUp({ folder: project('twice') })
    const [first, second] = await Promise.all([demo.start('run-1', 'quick'), demo.start('run-1', 'failing')])
    expect(second.id).toBe(first.id)
    const { execution, logs } = await ended('run-1')
    expect(execution.status).toBe('completed')
    expect(await demo.start('run-1', 'quick')).toStrictEqual(execution)
    await demo.close()
    expect(logs.filter((log) => log.event === 'execution.started')).toHaveLength(1)
  })

  test('an id that another program reports to gives it back untouched', async () => {
    const { demo, store } = setUp({ folder: project('taken') })
    const created = await store.create({
      id: 'run-1',
      workflow_id: 'index-folder',
      created_at: '2026-01-31T12:00:00.000Z',
    })
    const log = { id: 'l1', execution_id: 'run-1', timestamp: created.created_at, step_name: 's', step_type: 't' }
    await store.append([{ execution_id: 'run-1', logs: [{ ...log, level: 'info' }] }])
    expect(await demo.start('run-1', 'quick')).toMatchObject({ head_seq: 1 })
    await demo.close()
    expect(await store.get('run-1')).toMatchObject({ head_seq: 1 })
  })

  test('an id of another workflow is a conflict, and leaves its place free', async () => {
    const { demo, store, ended } = setUp({ folder: project('conflict'), maxRunning: 1 })
    await store.create({ id: 'run-1', workflow_id: 'other', created_at: '2026-01-31T12:00:00.000Z' })
    await expect(demo.start('run-1', 'quick')).rejects.toMatchObject({ code: 'conflict' })
    await demo.start('run-2', 'quick')
    expect((await ended('run-2')).execution.status).toBe('completed')
  })

  test('an unknown scenario is refused and names the known ones', async () => {
    const { demo, store } = setUp()
    await expect(demo.start('run-1', 'huge')).rejects.toThrow(/quick, slow, failing, flood/)
    expect(await store.get('run-1')).toBeUndefined()
  })

  test('too many at once are refused until one ends', async () => {
    const { demo, ended } = setUp({ folder: project('many'), maxRunning: 2 })
    await demo.start('run-1', 'slow')
    await demo.start('run-2', 'quick')
    await expect(demo.start('run-3', 'quick')).rejects.toMatchObject({ code: 'overloaded', retryable: true })
    await ended('run-2')
    await vi.waitFor(() => demo.start('run-3', 'quick'))
    expect((await ended('run-3')).execution.status).toBe('completed')
  })
})

test('closing ends what runs as canceled, and nothing starts any more', async () => {
  const { demo, store } = setUp({ folder: project('closing') })
  await Promise.all([demo.start('run-1', 'slow'), demo.start('run-2', 'flood')])
  await demo.close()
  for (const id of ['run-1', 'run-2']) {
    expect(await store.get(id)).toMatchObject({ status: 'canceled' })
    const logs = await allLogs(store, id)
    expect(logs.at(-1)).toMatchObject({ event: 'execution.canceled', level: 'warning' })
  }
  await expect(demo.start('run-3', 'quick')).rejects.toMatchObject({ code: 'closed' })
})

describe('a store that fails', () => {
  const unavailable = new RuntailError('store_unavailable', { message: 'The disk is full.' })

  test('for a moment costs nothing: the same logs are sent again', async () => {
    const store = new MemoryStore()
    let failures = 2
    const flaky: Sink = {
      create: (execution) => store.create({ ...execution, id: 'run-1', created_at: '2026-01-31T12:00:00.000Z' }),
      async append(executionId, logs) {
        const [outcome] = await store.append([{ execution_id: executionId, logs }])
        // Stored, but the answer is lost.
        if (failures-- > 0) throw unavailable
        if (!outcome?.ok) throw outcome?.error ?? new Error('no outcome')
        return outcome.result
      },
    }
    const demo = createDemo({ ingest: flaky, folder: project('flaky'), newId: newId })
    await demo.start('run-1', 'quick')
    await vi.waitFor(async () => expect(await store.get('run-1')).toMatchObject({ status: 'completed' }), 5000)
    await demo.close()
    const logs = await allLogs(store, 'run-1')
    expect(new Set(logs.map((log) => log.id)).size).toBe(logs.length)
    expect(logs.filter((log) => log.event === 'execution.started')).toHaveLength(1)
  })

  test('for good ends the work and is told, and nothing else happens', async () => {
    const store = new MemoryStore()
    const refused = new RuntailError('not_found', { message: 'There is no execution run-1.' })
    const broken: Sink = {
      create: (execution) => store.create({ ...execution, id: 'run-1', created_at: '2026-01-31T12:00:00.000Z' }),
      append: () => Promise.reject(refused),
    }
    const told = Promise.withResolvers<RuntailError>()
    const demo = createDemo({ ingest: broken, folder: project('broken'), newId: newId, onError: told.resolve })
    await demo.start('run-1', 'flood')
    expect(await told.promise).toBe(refused)
    await demo.close()
  })
})

test('names and limits of logs fit the schema whatever the folder holds', async () => {
  const folder = temporary('nasty')
  mkdirSync(folder)
  writeFileSync(join(folder, `${'n'.repeat(200)} \u001B[2J\n.txt`), 'x')
  const { demo, ended } = setUp({ folder })
  await demo.start('run-1', 'quick')
  const { execution, logs } = await ended('run-1')
  expect(execution.status).toBe('completed')
  expect(logs.every((log) => (log.message?.length ?? 0) < LIMITS.messageLength)).toBe(true)
})
