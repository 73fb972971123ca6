// The history of a run enters, every broken promise leaves, named by the invariant that it breaks (see PROTOCOL.md). Pure.

import { isDeepStrictEqual } from 'node:util'
import { emptyExecution, fold, type ExecutionLog } from '@runtail/core'
import { checkFollows, checkList, checkWatch } from './check-readers.ts'
import type { Ack, ProducerHistory, RunHistory, StoredExecution, StoreHistory } from './history.ts'

/** Which promise: an invariant, that everything becomes whole in time, or that nothing fails that should not. */
export type Check =
  | '1 seq without holes'
  | '2 acknowledged is stored'
  | '3 stored once'
  | '4 seen once, in order'
  | '5 no silent loss'
  | 'whole in time'
  | 'no defects'

/** A broken promise. */
export interface Violation {
  readonly check: Check
  readonly text: string
}

/** Everything that is wrong with a run; nothing where all is well. */
export function check(history: RunHistory): readonly Violation[] {
  const { stores, acks, producers, follows, watches, lists, problems } = history
  const last = stores.at(-1)
  return [
    ...stores.flatMap((store, index) => checkStore(store, index)),
    ...acks.flatMap((ack) => checkAck(ack, stores)),
    ...producers.flatMap((producer) => checkProducer(producer, history)),
    ...Map.groupBy(follows, ({ name }) => name)
      .values()
      .flatMap((visits) => checkFollows(visits, stores)),
    ...(last ? watches.flatMap((watch) => checkWatch(watch, last)) : []),
    ...(last ? lists.flatMap((list) => checkList(list, last)) : []),
    ...violationIf('whole in time', !history.becameWhole && 'somebody still lacks something'),
    ...problems.map((text) => ({ check: 'no defects', text }) as const),
  ]
}

function checkStore({ executions }: StoreHistory, index: number): Violation[] {
  return executions.flatMap((stored) => {
    const { execution, lines } = stored
    const where = `${execution.id} in store ${index}`
    const logs = contentOf(stored).logs
    const wrong = logs.findIndex(({ seq }, index) => seq !== index + 1)
    const doubled = firstDouble(logs.map(({ id }) => id))
    const { id, workflow_id, created_at, tags } = execution
    const folded = logs.reduce(fold, emptyExecution({ id, workflow_id, created_at, tags }))
    return [
      ...violationIf('1 seq without holes', wrong >= 0 && `${where}: log ${wrong + 1} has seq ${logs[wrong]?.seq}`),
      ...violationIf(
        '1 seq without holes',
        execution.head_seq !== lines.length && `${where}: head is ${execution.head_seq}, logs are ${lines.length}`,
      ),
      ...violationIf(
        '1 seq without holes',
        !isDeepStrictEqual(folded, { ...execution }) && `${where}: its state is not the fold of its logs`,
      ),
      ...violationIf('3 stored once', doubled !== undefined && `${where}: log ${doubled} is stored twice`),
    ]
  })
}

function checkAck({ store, executionId, ids }: Ack, stores: readonly StoreHistory[]): Violation[] {
  const stored = contentOf(find(stores[store], executionId)).ids
  const lost = ids.find((id) => !stored.has(id))
  return violationIf(
    '2 acknowledged is stored',
    lost !== undefined && `${executionId} in store ${store}: log ${lost} was acknowledged and is not there`,
  )
}

/** What a program said must be in the last store, unless its outbox counted it as dropped or an older store had taken it. */
function checkProducer(producer: ProducerHistory, { stores, acks, producers }: RunHistory): Violation[] {
  const { name, executionId, said, fate, ending } = producer
  const last = stores.at(-1)
  if (!last) return []
  const stored = find(last, executionId)
  const earlier = acks.filter((ack) => ack.store < stores.length - 1 && ack.executionId === executionId)
  const takenBefore = new Set(earlier.flatMap(({ ids }) => ids))
  // After a restore a twin may bring what the other has long behind it.
  const order = Array.from(contentOf(stored).ids).filter((id) => said.includes(id) && !takenBefore.has(id))
  const inOrder = said.filter((id) => order.includes(id))
  const misplaced = order.findIndex((id, index) => id !== inOrder[index])
  const wrongOrder = violationIf(
    '4 seen once, in order',
    misplaced >= 0 && `${name}: ${order[misplaced]} is stored where ${inOrder[misplaced]} was said`,
  )
  if (fate === 'waiting')
    return [...wrongOrder, { check: 'whole in time', text: `${name} has not delivered everything` }]
  if (fate === 'killed') return wrongOrder
  const present = contentOf(stored).ids
  const lost = said.filter((id) => !present.has(id) && !takenBefore.has(id))
  const reporters = producers.filter((one) => one.executionId === executionId)
  const dropped = reporters.reduce((sum, one) => sum + one.dropped, 0)
  const isCounted = stores.length === 1 && reporters.every((one) => one.fate === 'delivered')
  const announced = announcedBy(stored)
  const endedAs = stored?.execution.status
  return [
    ...wrongOrder,
    ...violationIf(
      '5 no silent loss',
      lost.length > dropped && `${name}: lost ${lost.join(', ')}, and ${dropped} are counted as dropped`,
    ),
    ...violationIf(
      '5 no silent loss',
      isCounted && announced !== dropped && `${name}: ${dropped} dropped, ${announced} announced`,
    ),
    ...violationIf(
      '5 no silent loss',
      ending !== undefined &&
        takenBefore.size === 0 &&
        endedAs !== ending &&
        `${name}: ended as ${ending}, shown as ${endedAs}`,
    ),
  ]
}

/** How many logs the gap lines of an execution say are missing. */
function announcedBy(stored: StoredExecution | undefined): number {
  return contentOf(stored)
    .logs.filter(({ step_type }) => step_type === 'runtail.gap')
    .reduce((sum, { output_data: data }) => sum + ((data as { dropped?: number } | undefined)?.dropped ?? 0), 0)
}

/** What an execution holds, read once: there are many questions about each. */
interface Content {
  readonly logs: readonly ExecutionLog[]
  readonly ids: ReadonlySet<string>
}

const EMPTY: Content = { logs: [], ids: new Set() }
const contents = new WeakMap<StoredExecution, Content>()

function contentOf(stored: StoredExecution | undefined): Content {
  if (!stored) return EMPTY
  const known = contents.get(stored)
  if (known) return known
  const logs = stored.lines.map((line) => JSON.parse(line) as ExecutionLog)
  const content = { logs, ids: new Set(logs.map(({ id }) => id)) }
  contents.set(stored, content)
  return content
}

function find(store: StoreHistory | undefined, executionId: string): StoredExecution | undefined {
  return store?.executions.find(({ execution }) => execution.id === executionId)
}

function firstDouble(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index)
}

function violationIf(name: Check, text: string | false): Violation[] {
  return text === false ? [] : [{ check: name, text }]
}
