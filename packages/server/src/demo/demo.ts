// An execution id and a scenario enter, a real workflow over a folder runs in this process and reports itself; it never brings the server down.

import { RuntailError, toRuntailError, type Execution } from '@runtail/core'
import { describe, Reporter, type Sink } from './reporter.ts'
import { createScenarios, type RunnableScenario, type Scenario, type ScenarioSizes } from './scenarios.ts'

/** Options of {@link createDemo}. */
export interface DemoOptions {
  /** Where executions and logs go. */
  readonly ingest: Sink
  /** The folder that the workflows index; they only read. */
  readonly folder: string
  /** Makes time-ordered ids (UUID v7). */
  readonly newId: () => string
  /** Unix milliseconds. @default Date.now */
  readonly now?: () => number
  /** Executions at once; more are refused with `overloaded`. @default 8 */
  readonly maxRunning?: number
  readonly sizes?: ScenarioSizes
  /** Told what nobody else can be told: an execution whose logs could not be stored. @default nothing */
  readonly onError?: (error: RuntailError) => void
}

/** The workflows that can be started inside the server. */
export interface Demo {
  readonly scenarios: readonly Scenario[]
  /**
   * Starts a scenario as the execution with this id; an id that was started before is given back and not run again.
   * @throws RuntailError `invalid_input` for an unknown scenario, `overloaded`, `closed`, or what the ingest throws
   */
  start(executionId: string, scenarioId: string): Promise<Execution>
  /** Stops what runs (it ends as canceled) and resolves when all of it is reported. */
  close(): Promise<void>
}

const WORKFLOW_ID = 'index-folder'

/** Tells executions of the demo from those of a workflow that happens to have its name. */
export const DEMO_TAG = 'demo'

/** Where logs outside of steps belong. */
export const ROOT = { step_name: WORKFLOW_ID, step_type: 'workflow' }

/** Makes the demo; nothing runs before {@link Demo.start}. */
export function createDemo(options: DemoOptions): Demo {
  const { ingest, maxRunning = 8 } = options
  const scenarios = createScenarios(options.sizes)
  const stopping = new AbortController()
  const running = new Map<string, Promise<void>>()

  return {
    scenarios: scenarios.map(({ id, title, description }) => ({ id, title, description })),

    async start(executionId, scenarioId) {
      if (stopping.signal.aborted) {
        throw new RuntailError('closed', { message: 'The server stops; start it again and try then.' })
      }
      const scenario = findScenario(scenarios, scenarioId)
      const execution = {
        id: executionId,
        workflow_id: WORKFLOW_ID,
        name: `Index a folder: ${scenario.title}`,
        tags: [DEMO_TAG, scenario.id],
      }
      if (running.has(executionId)) return await ingest.create(execution)
      if (running.size >= maxRunning) {
        throw new RuntailError('overloaded', {
          message: `${running.size} demo executions run already; wait until one ends.`,
          data: { running: running.size },
        })
      }
      const created = ingest.create(execution)
      // Taken before the first await, so that the same id started twice at once runs once.
      running.set(
        executionId,
        created
          .then((made) => (isUntouched(made) ? runToItsEnd(executionId, scenario) : undefined))
          .catch((error: unknown) => options.onError?.(toRuntailError(error)))
          .finally(() => running.delete(executionId)),
      )
      return await created
    },

    async close() {
      stopping.abort()
      await Promise.all(running.values())
    },
  }

  async function runToItsEnd(executionId: string, scenario: RunnableScenario): Promise<void> {
    const { newId, folder, now = Date.now } = options
    const { signal } = stopping
    const report = new Reporter({ sink: ingest, executionId, newId, now, root: ROOT })
    const startedMs = now()
    report.log(`${scenario.title} started`, { event: 'execution.started', input_data: { scenario: scenario.id } })
    try {
      const output = await scenario.run({ folder, report, signal })
      report.log(`${scenario.title} completed`, {
        event: 'execution.completed',
        duration_ms: now() - startedMs,
        output_data: output,
      })
    } catch (error) {
      const duration_ms = now() - startedMs
      if (signal.aborted) {
        report.log('Canceled: the server stops', { level: 'warning', event: 'execution.canceled', duration_ms })
      } else {
        const error_message = describe(error)
        report.log(`${scenario.title} failed`, {
          level: 'error',
          event: 'execution.failed',
          duration_ms,
          error_message,
        })
      }
    }
    await report.flush()
  }
}

/** Nothing was ever reported to it: not by an earlier start, nor by anybody else. */
function isUntouched(execution: Execution): boolean {
  return execution.status === 'pending' && execution.head_seq === 0
}

function findScenario(scenarios: readonly RunnableScenario[], id: string): RunnableScenario {
  const found = scenarios.find((scenario) => scenario.id === id)
  if (found) return found
  const known = scenarios.map((scenario) => scenario.id)
  throw new RuntailError('invalid_input', {
    message: `There is no scenario "${id}"; choose one of ${known.join(', ')}.`,
    data: { scenario: id, known },
  })
}
