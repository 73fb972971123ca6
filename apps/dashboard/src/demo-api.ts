// The demo's two HTTP endpoints as functions: what it offers, and starting one of it. What the server says against it becomes an error.

import { RuntailError } from '@runtail/core'

/** A demo workflow to start. */
export interface Scenario {
  readonly id: string
  readonly title: string
  readonly description: string
}

/** Every scenario of the server; undefined where its demo is off. */
export async function fetchScenarios(): Promise<readonly Scenario[] | undefined> {
  const response = await request('demo', { headers: { Accept: 'application/json' } })
  if (response.status === 404) return undefined
  const body = (await answerOf(response)) as { readonly scenarios?: readonly Scenario[] }
  return body.scenarios ?? []
}

/** Starts a scenario as the execution `executionId`, which the caller chose. */
export async function startScenario(executionId: string, scenario: string): Promise<void> {
  const response = await request(`executions/${encodeURIComponent(executionId)}/start-streaming`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ scenario }),
  })
  await answerOf(response)
}

async function request(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (cause) {
    throw new RuntailError('disconnected', {
      message: 'The server does not answer. Check that it runs, then try again.',
      cause,
    })
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const body = parse(await response.text())
  if (response.ok && body !== undefined) return body
  throw new RuntailError('internal', {
    message: response.ok
      ? 'The answer is not JSON, so something between this page and the server gave it. Check the proxy.'
      : (messageOf(body) ?? `The server answered with status ${response.status}. Its log tells more.`),
  })
}

/** The value of a JSON text; undefined, which no JSON text has, for any other. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function messageOf(body: unknown): string | undefined {
  const error = fieldOf(body, 'error')
  const message = fieldOf(error, 'message')
  return typeof message === 'string' ? message : undefined
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
