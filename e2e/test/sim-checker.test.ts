// The checker finds nothing in a good history, and each promise that a history breaks by its name: a simulator is worth as much as its judge.

import { emptyExecution, fold, type ExecutionLog } from '@runtail/core'
import { describe, expect, test } from 'vitest'
import { check, type Check } from '../sim/checker.ts'
import type { FollowHistory, ProducerHistory, RunHistory, SeenUpdate, StoreHistory } from '../sim/history.ts'

function log(seq: number, fields: Partial<ExecutionLog> = {}): ExecutionLog {
  const common = {
    execution_id: 'x',
    timestamp: '2026-01-01T00:00:00Z',
    level: 'info',
    step_name: 's',
    step_type: 't',
  } as const
  return { id: `x-${seq}`, ...common, seq, ...fields }
}

const LOGS = [log(1), log(2), log(3, { event: 'execution.completed' })]

function linesOf(logs: readonly ExecutionLog[]): string[] {
  return logs.map((one) => JSON.stringify(one))
}

function store(logs: readonly ExecutionLog[], epochs: readonly string[] = ['e1']): StoreHistory {
  const execution = logs.reduce(fold, emptyExecution({ id: 'x', workflow_id: 'w', created_at: '2026-01-01T00:00:00Z' }))
  return { epochs, executions: [{ execution, lines: linesOf(logs) }] }
}

function update(logs: readonly ExecutionLog[], fields: Partial<SeenUpdate> = {}): SeenUpdate {
  const last = logs.at(-1)?.seq ?? 3
  const status = last === 3 ? ('completed' as const) : ('running' as const)
  return {
    cursor: `e1:${last}`,
    reset: false,
    head: 3,
    gaps: [],
    lines: linesOf(logs),
    execution: { status, head_seq: last },
    ...fields,
  }
}

function follow(updates: readonly SeenUpdate[], fields: Partial<FollowHistory> = {}): FollowHistory {
  return { name: 'f', executionId: 'x', after: undefined, updates, fate: 'following', ...fields }
}

const PRODUCER: ProducerHistory = {
  name: 'p',
  executionId: 'x',
  said: ['x-1', 'x-2'],
  ending: 'completed',
  dropped: 0,
  fate: 'delivered',
}

/** A history in which all is well. */
function good(): RunHistory {
  const [{ execution }] = store(LOGS).executions as [StoreHistory['executions'][number]]
  return {
    stores: [store(LOGS)],
    acks: [{ store: 0, executionId: 'x', ids: ['x-1', 'x-2'] }],
    producers: [PRODUCER],
    follows: [
      follow(
        [update(LOGS.slice(0, 2)), update([]), update(LOGS.slice(2))].map((one, index) =>
          index === 1 ? { ...one, cursor: 'e1:2' } : one,
        ),
      ),
    ],
    watches: [
      {
        name: 'w',
        executionId: 'x',
        status: 'ended',
        lines: linesOf(LOGS),
        completeness: { first: 1, last: 3, gaps: [], unloaded: [] },
        head: 3,
      },
    ],
    lists: [{ name: 'l', executions: [execution] }],
    becameWhole: true,
    problems: [],
  }
}

/** Bad histories, each with the promise that it breaks. */
const BAD: readonly [string, Check, Partial<RunHistory>][] = [
  ['a hole in the store', '1 seq without holes', { stores: [store([log(1), log(2), log(4)])] }],
  ['a seq twice', '1 seq without holes', { stores: [store([log(1), log(2), log(2, { id: 'other' })])] }],
  [
    'a head beyond the logs',
    '1 seq without holes',
    {
      stores: [
        {
          epochs: ['e1'],
          executions: store(LOGS).executions.map((one) => ({ ...one, execution: { ...one.execution, head_seq: 4 } })),
        },
      ],
    },
  ],
  [
    'a state that the logs do not tell',
    '1 seq without holes',
    {
      stores: [
        {
          epochs: ['e1'],
          executions: store(LOGS).executions.map((one) => ({
            ...one,
            execution: { ...one.execution, status: 'failed' as const },
          })),
        },
      ],
    },
  ],
  [
    'an acknowledged log that is not stored',
    '2 acknowledged is stored',
    { acks: [{ store: 0, executionId: 'x', ids: ['x-9'] }] },
  ],
  ['a log that is stored twice', '3 stored once', { stores: [store([log(1), log(2), log(3, { id: 'x-1' })])] }],
  ['a log that is seen twice', '4 seen once, in order', { follows: [follow([update(LOGS), update(LOGS.slice(2))])] }],
  ['logs seen out of order', '4 seen once, in order', { follows: [follow([update([log(2), log(1), log(3)])])] }],
  [
    'another log than the stored one',
    '4 seen once, in order',
    { follows: [follow([update([log(1, { message: 'no' }), log(2), ...LOGS.slice(2)])])] },
  ],
  [
    'a cursor that says too much',
    '4 seen once, in order',
    { follows: [follow([update(LOGS.slice(0, 2), { cursor: 'e1:3' }), update(LOGS.slice(2))])] },
  ],
  [
    'a reset without a reason',
    '4 seen once, in order',
    { follows: [follow([update(LOGS.slice(0, 1)), update(LOGS, { reset: true })])] },
  ],
  [
    'a state that is not the stored one',
    '4 seen once, in order',
    { follows: [follow([update(LOGS, { execution: { status: 'running', head_seq: 3 } })])] },
  ],
  [
    'logs stored in another order than said',
    '4 seen once, in order',
    { producers: [{ ...PRODUCER, said: ['x-2', 'x-1'] }] },
  ],
  [
    'a log that a view holds wrongly',
    '4 seen once, in order',
    { watches: good().watches.map((one) => ({ ...one, lines: linesOf([log(1), log(2), log(3)]) })) },
  ],
  [
    'a hole that nothing announced',
    '5 no silent loss',
    { follows: [follow([update(LOGS.slice(0, 1)), update(LOGS.slice(2))])] },
  ],
  ['a first log that never came', '5 no silent loss', { follows: [follow([update(LOGS.slice(1))])] }],
  [
    'a gap that is none',
    '5 no silent loss',
    { follows: [follow([update(LOGS.slice(2), { gaps: [{ from: 1, to: 2 }] })])] },
  ],
  [
    'a view that says it is incomplete',
    '5 no silent loss',
    { watches: good().watches.map((one) => ({ ...one, completeness: { first: 2, last: 3, gaps: [], unloaded: [] } })) },
  ],
  ['something said that is nowhere', '5 no silent loss', { producers: [{ ...PRODUCER, said: ['x-1', 'x-2', 'x-7'] }] }],
  [
    'dropped logs that nothing announces',
    '5 no silent loss',
    { producers: [{ ...PRODUCER, said: ['x-1', 'x-2', 'x-7'], dropped: 1 }] },
  ],
  ['an end that was lost', '5 no silent loss', { producers: [{ ...PRODUCER, ending: 'failed' }] }],
  [
    'another store without a reset',
    '5 no silent loss',
    {
      stores: [store([log(1, { message: 'void' })]), store(LOGS, ['e2'])],
      acks: [],
      follows: [follow([update([log(1, { message: 'void' })]), update(LOGS.slice(1), { cursor: 'e2:3' })])],
    },
  ],
  ['a follower that stands still', 'whole in time', { follows: [follow([update(LOGS.slice(0, 2))])] }],
  ['a follower that got nothing', 'whole in time', { follows: [follow([])] }],
  [
    'a follower of a store that is gone',
    'whole in time',
    { stores: [store(LOGS), store(LOGS, ['e2'])], follows: [follow([update(LOGS)])] },
  ],
  ['a producer that never delivers', 'whole in time', { producers: [{ ...PRODUCER, fate: 'waiting' }] }],
  [
    'a view that stands still',
    'whole in time',
    { watches: good().watches.map((one) => ({ ...one, lines: one.lines.slice(1) })) },
  ],
  [
    'a view that still loads',
    'whole in time',
    { watches: good().watches.map((one) => ({ ...one, status: 'loading' })) },
  ],
  ['a list that stands still', 'whole in time', { lists: [{ name: 'l', executions: [] }] }],
  ['a world that does not become whole', 'whole in time', { becameWhole: false }],
  ['an error that should not have been', 'no defects', { problems: ['broken'] }],
]

describe('the checker of simulated runs', () => {
  test('finds nothing in a good history', () => {
    expect(check(good())).toStrictEqual([])
  })

  test.for(BAD)('finds %s', ([, name, change]) => {
    expect(check({ ...good(), ...change }).map((violation) => violation.check)).toContain(name)
  })

  test('follows a follower that comes back with its cursor', () => {
    const visits = [
      follow([update(LOGS.slice(0, 2))], { fate: 'left' }),
      follow([update(LOGS.slice(2))], { after: 'e1:2' }),
    ]
    expect(check({ ...good(), follows: visits })).toStrictEqual([])
    const lost = [
      follow([update(LOGS.slice(0, 1))], { fate: 'left' }),
      follow([update(LOGS.slice(2))], { after: 'e1:1' }),
    ]
    expect(check({ ...good(), follows: lost }).map((violation) => violation.check)).toStrictEqual(['5 no silent loss'])
  })

  test('lets a restored store take back what it told, if it says so', () => {
    const stores = [store([log(1, { message: 'void' })]), store(LOGS, ['e2'])]
    const acks = [{ store: 0, executionId: 'x', ids: ['x-1'] }]
    const updates = [update([log(1, { message: 'void' })]), update(LOGS, { cursor: 'e2:3', reset: true })]
    expect(check({ ...good(), stores, acks, follows: [follow(updates)] })).toStrictEqual([])
  })

  test('lets an outbox drop what it announces', () => {
    const gap = log(3, { id: 'gap', step_type: 'runtail.gap', output_data: { dropped: 2 } })
    const producers = [{ ...PRODUCER, said: ['x-1', 'x-2', 'x-3', 'x-4'], dropped: 2, ending: undefined }]
    const history = {
      ...good(),
      stores: [store([log(1), log(2), gap])],
      producers,
      follows: [],
      watches: [],
      lists: [],
    }
    expect(check(history)).toStrictEqual([])
  })
})
