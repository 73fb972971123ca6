import { mkdir, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ServerOptions } from '../src/index.ts'
import { temporaryFolder } from './support/folder.ts'
import { ask, connectClient, startServer, type Answer, type TestServer } from './support/server.ts'
import { follow } from './support/subscribe.ts'

const path = temporaryFolder()

async function startDemo(options: ServerOptions = {}): Promise<TestServer> {
  await mkdir(path('files'), { recursive: true })
  await writeFile(path('files/a.txt'), 'a')
  return await startServer({ demo: { folder: path('files') }, ...options })
}

function start(server: TestServer, id: string, body = '', headers: Record<string, string> = {}): Promise<Answer> {
  return ask(server, `/executions/${id}/start-streaming`, { method: 'POST', body, headers })
}

test('lists its scenarios and starts one under the id that the caller chose', async () => {
  const server = await startDemo()
  const listed = JSON.parse((await ask(server, '/demo')).body) as {
    scenarios: { id: string; title: string; description: string }[]
  }
  expect(listed.scenarios.map(({ id }) => id)).toStrictEqual(['quick', 'slow', 'failing', 'flood'])
  expect(listed.scenarios.every(({ title, description }) => title !== '' && description !== '')).toBe(true)

  const answer = await start(server, 'demo-1')
  expect(answer.status).toBe(202)
  expect(JSON.parse(answer.body)).toMatchObject({ id: 'demo-1', tags: ['demo', 'quick'] })
  const { api } = connectClient(server.trpcUrl)
  const { until } = follow(api, { execution_id: 'demo-1' })
  await until((frames) => frames.some(({ data }) => data.logs.some(({ event }) => event === 'execution.completed')))
  expect(await api.executions.get.query({ execution_id: 'demo-1' })).toMatchObject({ status: 'completed' })
})

test('takes an id as programs write it into paths', async () => {
  const server = await startDemo()
  const answer = await start(server, encodeURIComponent('demo:1@here'))
  expect(answer).toMatchObject({ status: 202 })
  expect(JSON.parse(answer.body)).toMatchObject({ id: 'demo:1@here' })
  expect((await start(server, '%ff')).status).toBe(400)
})

test('takes a scenario, and refuses what is none', async () => {
  const server = await startDemo()
  expect(JSON.parse((await start(server, 'demo-1', '{"scenario":"failing"}')).body)).toMatchObject({
    tags: ['demo', 'failing'],
  })
  for (const body of ['{"scenario":"absent"}', '{"scenario":1}', '{"other":1}', '[]', '{', 'null']) {
    const refused = await start(server, 'demo-2', body)
    expect({ body, status: refused.status }).toStrictEqual({ body, status: 400 })
    expect(refused.body).toContain('invalid_input')
  }
  expect((await start(server, 'a%20b')).status).toBe(400)
  expect((await start(server, 'demo-2', `"${'x'.repeat(2 * 1024 * 1024)}"`)).status).toBe(400)
  expect(await connectClient(server.trpcUrl).api.executions.list.query({})).toMatchObject({
    executions: [{ id: 'demo-1' }],
  })
})

test('starts nothing for foreign pages, or without permission', async () => {
  const server = await startDemo({ authorize: (_principal, action) => action !== 'demo.start' })
  expect((await start(server, 'demo-1', '', { Origin: 'https://evil.example' })).status).toBe(403)
  expect((await start(server, 'demo-1')).status).toBe(403)
  expect((await ask(server, '/demo')).status).toBe(403)
  expect(await connectClient(server.trpcUrl).api.executions.list.query({})).toMatchObject({ executions: [] })
})

test('is not there where it is off', async () => {
  const server = await startServer()
  expect((await ask(server, '/demo')).status).toBe(404)
  expect((await start(server, 'demo-1')).status).toBe(404)
})
