/** Every case can be run: it is read, its goals name contestants that there are, and one runs from end to end. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadCases } from '../src/cases.ts'
import { fanout } from '../src/fanout.ts'
import { latency } from '../src/latency.ts'
import { BUILD_LINES } from '../src/lines.ts'
import { runCase } from '../src/runner.ts'

test('the list names every case that there is, and each is what it says', async () => {
  const cases = await loadCases()
  const files = readdirSync(join(import.meta.dirname, '../cases')).map((file) => file.replace('.ts', ''))
  expect(cases.map(({ name }) => name).toSorted()).toEqual(files.toSorted())
  for (const benchCase of cases) {
    const names = benchCase.contestants().map(({ name }) => name)
    expect(new Set(names).size, `${benchCase.name}: contestants are told apart`).toBe(names.length)
    const goals = benchCase.goals.map(({ name }) => name)
    expect(new Set(goals).size, `${benchCase.name}: goals are told apart`).toBe(goals.length)
    const named = benchCase.goals.flatMap(({ ratioTo, of }) => [ratioTo ?? [], of ?? []].flat())
    expect(names, benchCase.name).toEqual(expect.arrayContaining(named))
  }
})

test('a name that there is not is refused', async () => {
  await expect(loadCases(['fanuot'])).rejects.toThrow(/fanuot.*fanout/)
})

test(
  'a tiny fan-out, every peer of it: real servers, real followers, every log counted',
  { timeout: 60_000 },
  async () => {
    const size = { followers: 3, executions: 2, bursts: 4 }
    const protocols = ['runtail', 'bare', 'bare-one-by-one', 'trpc', 'socket-io', 'sse']
    const result = await runCase(
      {
        name: 'tiny',
        title: 'Tiny',
        contestants: () => [
          ...protocols.map((protocol) => fanout({ name: protocol, protocol, ...size })),
          fanout({ name: 'remote', protocol: 'runtail', producer: 'socket', ...size }),
        ],
        goals: [],
      },
      { rounds: 1, warmUps: 0 },
    )
    expect(result.contestants.map(({ error }) => error)).toEqual([...protocols, 'remote'].map(() => undefined))
    for (const { name, rounds } of result.contestants) {
      expect(rounds[0]?.['deliveries_per_cpu_s'], name).toBeGreaterThan(0)
      // The same work: JSON of the same logs, with whatever each protocol puts around them.
      expect(rounds[0]?.['bytes_per_log'], name).toBeGreaterThan(330)
    }
  },
)

test('a tiny trickle, through the SDK and bare', { timeout: 60_000 }, async () => {
  const pace = { perSecond: 200, count: 20 }
  const result = await runCase(
    {
      name: 'tiny',
      title: 'Tiny',
      contestants: () => [
        latency({ name: 'runtail', server: 'runtail-server', load: 'sdk-latency', followers: 2, pace }),
        latency({ name: 'bare', server: 'bare-relay', load: 'bare-latency', followers: 1, pace }),
      ],
      goals: [{ name: 'bounded', figure: 'p50_ms', ratioTo: 'bare', atMost: 1000 }],
    },
    { rounds: 1, warmUps: 0 },
  )
  expect(result.contestants.map(({ error }) => error)).toEqual([undefined, undefined])
  expect(result.verdicts[0]?.outcome).toBe('holds')
})

test('the recorded lines are 50, of 80 B to 8 KB, and name no machine', () => {
  expect(BUILD_LINES).toHaveLength(50)
  const sizes = BUILD_LINES.map((line) => Buffer.byteLength(line)).toSorted((a, b) => a - b)
  expect([sizes[0], sizes.at(-1)]).toEqual([
    expect.toSatisfy((size: number) => size >= 80),
    expect.toSatisfy((size: number) => size <= 8192),
  ])
  expect(BUILD_LINES.join('\n')).not.toMatch(/\/(root|work)\/|https?:/)
})
