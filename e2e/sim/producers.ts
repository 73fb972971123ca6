// A plan enters, a program that reports one execution through the SDK leaves, with what it said and what became of it.

import type { NewExecutionLog } from '@runtail/core'
import type { Ack, ProducerHistory } from './history.ts'
import { SimClient } from './sim-client.ts'
import type { Random } from './random.ts'
import type { ProducerPlan } from './scenario.ts'
import type { World } from './world.ts'

/** Somebody who reports. */
export interface SimProducer {
  readonly client: SimClient
  readonly history: ProducerHistory
  run(): Promise<void>
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** The producers of a plan. */
export function producersOf(world: World, plan: ProducerPlan, acks: Ack[]): readonly SimProducer[] {
  if (plan.kind === 'sdk') return [sdkProducer(world, plan, acks)]
  return ['first', 'second'].map((twin) =>
    twinProducer(world, plan, { acks, name: `${twin} twin of ${plan.executionId}` }),
  )
}

/** Reports as programs do: lines, steps, progress, an end. */
function sdkProducer(world: World, plan: ProducerPlan, acks: Ack[]): SimProducer {
  const { time } = world
  const random = world.random.fork()
  const client = new SimClient(world, { acks, outboxLogs: plan.outboxLogs })
  const { history, said } = newHistory(`producer of ${plan.executionId}`, plan)
  const run = async (): Promise<void> => {
    await time.sleep(plan.startMs)
    const execution = await client.runtail.startExecution({ workflow_id: 'simulated', id: plan.executionId })
    const say = (): { message: string; id: string } => {
      const id = `${plan.executionId}-${said.length + 1}`
      said.push(id)
      return { id, message: textOf(random, id) }
    }
    for (let logs = 0; logs < plan.logs; logs += 1) {
      if (plan.gapMs > 0 && random.chance(0.5)) await time.sleep(plan.gapMs * random.between(0, 2))
      const kind = random.next()
      if (kind < 0.05) execution.progress(random.int(0, 100))
      else if (kind < 0.1) {
        await execution.step('step', async (step) => {
          const { id, message } = say()
          step.log(message, { id })
          await time.sleep(plan.gapMs)
        })
      } else {
        const { id, message } = say()
        execution.log(message, { id })
      }
    }
    if (plan.isKilled) {
      history.fate = 'killed'
      await client.runtail.close({ timeoutMs: 0 })
      return
    }
    history.ending = endingOf(plan)
    if (plan.ending === 'complete') await execution.complete()
    else if (plan.ending === 'fail') await execution.fail('simulated failure')
    else if (plan.ending === 'cancel') await execution.cancel()
    else await execution.flush()
    history.dropped = client.runtail.outbox.getSnapshot().dropped
    history.fate = 'delivered'
    world.trace(`${history.name} has delivered everything`)
  }
  return { client, history, run }
}

/** Sends the same batches as its twin with tRPC's typed client, again and again until each is acknowledged. */
function twinProducer(world: World, plan: ProducerPlan, options: { acks: Ack[]; name: string }): SimProducer {
  const { time } = world
  const random = world.random.fork()
  const client = new SimClient(world, options)
  const { history, said } = newHistory(options.name, plan)
  const { api } = client.runtail
  const create = (): Promise<unknown> =>
    api.executions.create.mutate({ id: plan.executionId, workflow_id: 'simulated' })
  const run = async (): Promise<void> => {
    await time.sleep(plan.startMs + random.int(0, 1000))
    for (let sent = 0; sent < plan.logs;) {
      const count = Math.min(random.int(1, 10), plan.logs - sent)
      const logs = Array.from({ length: count }, (_, index) => logOf(plan.executionId, sent + index + 1))
      said.push(...logs.map(({ id }) => id))
      // After a restore the execution may be gone, and is made again.
      await insist(world, options.name, async () => {
        await create()
        // An acknowledgement that was not heard: the same once more.
        if (random.chance(0.1)) await api.logs.append.mutate({ execution_id: plan.executionId, logs })
        return api.logs.append.mutate({ execution_id: plan.executionId, logs })
      })
      sent += count
      await time.sleep(plan.gapMs * random.between(0, 2))
    }
    history.fate = 'delivered'
    world.trace(`${options.name} has delivered everything`)
  }
  return { client, history, run }
}

/** Two logs one shortly after the other, when all else is quiet: whoever sleeps on shows, since nothing more comes. */
export function probeOf(
  world: World,
  executionId: string,
  options: { readonly client: SimClient; readonly label: string },
): SimProducer {
  const { client, label } = options
  const { time, random, scenario } = world
  const { api } = client.runtail
  const name = `probe ${label} of ${executionId}`
  const { history, said } = newHistory(name, { executionId })
  const run = async (): Promise<void> => {
    for (const number of [1, 2]) {
      const log = { ...logOf(executionId, number), id: `${executionId}-probe${label}-${number}` }
      said.push(log.id)
      await time.sleep(random.between(0, 3) * scenario.storeMs)
      await insist(world, name, () => api.logs.append.mutate({ execution_id: executionId, logs: [log] }))
    }
    history.fate = 'delivered'
  }
  return { client, history, run }
}

/** Calls again and again until it is answered well. */
async function insist({ time, random, trace }: World, who: string, call: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await call()
      return
    } catch (error) {
      trace(`${who} tries again: ${String(error)}`)
      await time.sleep(random.between(50, 500))
    }
  }
}

function newHistory(
  name: string,
  { executionId }: Pick<ProducerPlan, 'executionId'>,
): { history: Mutable<ProducerHistory>; said: string[] } {
  const said: string[] = []
  return {
    said,
    history: { name, executionId, said, ending: undefined, dropped: 0, fate: 'waiting' },
  }
}

function endingOf(plan: ProducerPlan): ProducerHistory['ending'] {
  return ({ complete: 'completed', fail: 'failed', cancel: 'canceled', none: undefined } as const)[plan.ending]
}

function logOf(executionId: string, number: number): NewExecutionLog {
  const id = `${executionId}-${number}`
  return {
    id,
    execution_id: executionId,
    timestamp: '2026-01-01T00:00:00Z',
    level: 'info',
    step_name: 'twin',
    step_type: 'simulated',
    message: id,
  }
}

/** Mostly short, now and then long. */
function textOf(random: Random, id: string): string {
  return random.chance(0.1) ? `${id} ${'.'.repeat(random.int(100, 5000))}` : id
}
