// A service of somebody else's with a server below a path: its dashboard in a real browser, its pages, its links, its demo and the element it serves.

import { createServer as createHttpServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { createClient } from '@runtail/client-sdk'
import { createServer } from '@runtail/server'
import { expect } from 'vitest'
import { openPage, test } from './support/browser.ts'
import { TemporaryFolder } from './support/server.ts'

const dashboardDir = fileURLToPath(new URL('../../apps/dashboard/dist', import.meta.url))
const SERVICE = 'the page of the service'
const OWN = '<link rel="icon" href="data:," /><script type="module" src="/of/it/runtail-monitor.js"></script>'

test('the dashboard works below a path, and links stay there', { timeout: 60_000 }, async ({ browser }) => {
  await using folder = await TemporaryFolder.make()
  await using stack = new AsyncDisposableStack()
  const runtail = createServer({ store: 'memory', dashboardDir, demo: { folder: folder.path } })
  const http = createHttpServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    response.setHeader('Content-Type', 'text/html')
    if (pathname === '/') response.end(SERVICE)
    else if (pathname === '/own') response.end(OWN)
    else response.writeHead(404).end()
  })
  stack.defer(() => {
    http.close()
    http.closeAllConnections()
  })
  stack.defer(() => runtail.close())
  runtail.attach(http, { path: '/of/it' })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`

  const client = createClient({ url: `${url.replace('http', 'ws')}/of/it/trpc` })
  stack.defer(async () => void (await client.close()))
  const execution = await client.startExecution({ workflow_id: 'nightly', name: 'Nightly import' })
  execution.log('a line below a path')
  await execution.flush()

  const { page, problems } = await openPage(browser)
  stack.defer(() => page.close())
  await page.goto(`${url}/of/it`)
  await page.waitForURL(`${url}/of/it/executions`)
  await page.getByRole('link', { name: 'Nightly import' }).click()
  await page.getByText('a line below a path').first().waitFor()
  expect(page.url()).toBe(`${url}/of/it/executions/${execution.id}`)
  await page.reload()
  await page.getByText('a line below a path').first().waitFor()
  await page.getByRole('link', { name: 'Monitoring' }).click()
  await page.waitForURL(`${url}/of/it/monitoring`)
  await page.getByRole('button', { name: 'Start' }).first().click()
  await page.locator('.rt-monitor').first().waitFor()
  await page.goBack()
  await page.getByText('a line below a path').first().waitFor()
  expect(await page.locator('link[rel=icon]').getAttribute('href')).not.toBe('')
  await page.getByRole('link', { name: 'Skip to content' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/of/it/executions/${execution.id}#page`)

  // The element's server is the one that its file came from.
  await page.goto(`${url}/own`)
  await page.evaluate((id) => {
    document.body.innerHTML = `<runtail-monitor execution-id="${id}"></runtail-monitor>`
  }, execution.id)
  await page.getByText('a line below a path').first().waitFor()
  expect(problems).toEqual([])

  await page.goto(url)
  expect(await page.textContent('body')).toBe(SERVICE)
})
