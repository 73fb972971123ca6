/** How cases are run: in turn, to the end, with every failure told. */
import { expect, test } from 'vitest'
import type { BenchCase, Contestant } from '../src/case.ts'
import { printCase, rowsOf } from '../src/report.ts'
import { runCase } from '../src/runner.ts'

function contestant(name: string, told: string[], speed: (run: number) => number): Contestant {
  let runs = 0
  return {
    name,
    prepare: async () => void told.push(`${name} prepared`),
    async run() {
      told.push(name)
      return { speed: speed(runs++) }
    },
    close: async () => void told.push(`${name} closed`),
  }
}

function caseOf(contestants: Contestant[], goals: BenchCase['goals']): BenchCase {
  return { name: 'a-case', title: 'A case', rounds: 2, contestants: () => contestants, goals }
}

const near = { name: 'near b', figure: 'speed', ratioTo: 'b', atLeast: 0.8 }

test('contestants run in turn, once to warm up, which does not count', async () => {
  const told: string[] = []
  const contestants = [contestant('a', told, (run) => [1000, 8, 9][run] ?? 0), contestant('b', told, () => 10)]
  const { verdicts, contestants: measured } = await runCase(caseOf(contestants, [near]))
  expect(told).toEqual(['a prepared', 'b prepared', 'a', 'b', 'a', 'b', 'a', 'b', 'a closed', 'b closed'])
  expect(measured[0]?.rounds).toEqual([{ speed: 8 }, { speed: 9 }])
  expect(verdicts).toEqual([
    { goal: near, outcome: 'holds', value: { median: expect.closeTo(0.85), min: 0.8, max: 0.9 } },
  ])
})

test('a case may need more to warm up', async () => {
  const speeds = contestant('a', [], (run) => run)
  const { contestants } = await runCase({ ...caseOf([speeds], []), warmUps: 3 })
  expect(contestants[0]?.rounds).toEqual([{ speed: 3 }, { speed: 4 }])
})

test('a goal that is missed is said to be', async () => {
  const goals = [
    near,
    { name: 'slow at most', figure: 'speed', atMost: 6 },
    { name: 'of b', of: 'b', figure: 'speed', atLeast: 10 },
  ]
  const { verdicts } = await runCase(caseOf([contestant('a', [], () => 7), contestant('b', [], () => 10)], goals))
  expect(verdicts.map(({ outcome }) => outcome)).toEqual(['does not hold', 'does not hold', 'holds'])
})

test.each(['prepare', 'run', 'close'] as const)(
  'whoever fails to %s is reported, closed, and stops nobody',
  async (step) => {
    const told: string[] = []
    const broken: Contestant = {
      ...contestant('b', told, () => 10),
      [step]: () => Promise.reject(new Error('a broken leg')),
    }
    const result = await runCase(caseOf([contestant('a', told, () => 7), broken], [near]))
    expect(result.contestants[0]?.rounds).toHaveLength(2)
    expect(result.contestants[1]?.error).toContain('a broken leg')
    expect(result.verdicts[0]).toEqual({ goal: near, outcome: 'not measured', because: 'b failed' })
    expect(printCase(result)).toContain('b FAILED: Error: a broken leg')
    expect(told).toContain(step === 'close' ? 'b' : 'b closed')
  },
)

test('what is not installed is said, and how to install it', async () => {
  const absent: Contestant = {
    ...contestant('b', [], () => 10),
    unavailable: async () => 'not installed: apt install b',
  }
  const result = await runCase(caseOf([contestant('a', [], () => 7), absent], [near]))
  expect(result.contestants[1]).toEqual({ name: 'b', rounds: [], unavailable: 'not installed: apt install b' })
  expect(rowsOf(result).at(-1)?.outcome).toBe('not measured: b: not installed: apt install b')
})

test('a figure that nobody measured is not taken for zero', async () => {
  const goals = [{ name: 'typo', figure: 'sped', atMost: 1 }]
  const { verdicts } = await runCase(caseOf([contestant('a', [], () => 7)], goals))
  expect(verdicts[0]).toEqual({ goal: goals[0], outcome: 'not measured', because: 'a: no sped' })
})
