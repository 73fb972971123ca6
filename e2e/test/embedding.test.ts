// The monitor in pages that are not ours: a Vue app with styles of its own, and a page without Vue. Nothing leaks in or out, and nothing is left when it goes.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright'
import { build, preview, type Plugin } from 'vite'
import { describe, expect } from 'vitest'
import { openPage, test } from './support/browser.ts'
import type { Running } from './support/process.ts'
import { block, documentBlocks } from './support/readme.ts'
import { freePort, runtail, serve, TemporaryFolder } from './support/server.ts'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))

/** Runs a command of many kinds of lines to its end, and gives its execution's id. */
async function report(port: number): Promise<string> {
  const program = `
    for (let line = 1; line <= 300; line += 1) console.log('line ' + line + ' \\u001b[32mgreen\\u001b[0m')
    console.error('cannot go on')
    process.exit(3)`
  await using command = runtail(port, ['run', '--', process.execPath, '-e', program])
  const [, id = ''] = await command.until(/executions\/([\w-]+)/)
  await command.exited
  return id
}

/** A host that is being served. */
interface Host extends AsyncDisposable {
  readonly url: string
}

/** Sources in the place of those of the example's `src`. */
function insteadOf(sources: ReadonlyMap<string, string>): Plugin {
  const root = join(examples, 'vue-embed/src/')
  return {
    name: 'instead',
    enforce: 'pre',
    resolveId: (id) => (sources.has(id.replace('./', '')) ? join(root, id) : undefined),
    load: (id) => sources.get(id.replace(root, '')),
  }
}

/** The Vue example, built as a host would build it, on a server of its own that passes sockets on to ours. */
async function serveVueApp(
  ports: { readonly server: number; readonly host: number },
  outDir: string,
  sources: ReadonlyMap<string, string> = new Map(),
): Promise<Host> {
  const root = join(examples, 'vue-embed')
  await build({ root, logLevel: 'error', plugins: [insteadOf(sources)], build: { outDir, emptyOutDir: true } })
  const proxy = { '/trpc': { target: `http://localhost:${ports.server}`, ws: true } }
  const served = await preview({ root, logLevel: 'error', build: { outDir }, preview: { port: ports.host, proxy } })
  return { url: `http://localhost:${ports.host}`, [Symbol.asyncDispose]: () => served.close() }
}

/** Computed styles of elements by what they are; `all` of their properties. */
type Styles = Record<string, Record<string, string>>

function stylesOf(page: Page, selector: string, skipped: readonly string[] = []): Promise<Styles> {
  return page.evaluate(
    ([css, skip]) => {
      const styles: Styles = {}
      for (const [index, element] of [...document.querySelectorAll(css)].entries()) {
        for (const pseudo of ['', '::before', '::after']) {
          const computed = getComputedStyle(element, pseudo)
          if (pseudo !== '' && computed.content === 'none') continue
          const names = [...computed].filter((name) => !skip.some((part) => name.startsWith(part)))
          const key = `${index} ${element.localName}.${element.getAttribute('class') ?? ''}${pseudo}`
          styles[key] = Object.fromEntries(names.map((name) => [name, computed.getPropertyValue(name)]))
        }
      }
      return styles
    },
    [selector, skipped] as const,
  )
}

/** Resolves when the page has changed nothing of itself for a while: what it shows of an execution that is over is complete. */
function stillness(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const quietMs = 500
        let timer = setTimeout(done, quietMs)
        const observer = new MutationObserver(() => {
          clearTimeout(timer)
          timer = setTimeout(done, quietMs)
        })
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
        function done(): void {
          observer.disconnect()
          resolve()
        }
      }),
  )
}

/** The first differences, as a person would want to read them. */
function differences(one: Styles, other: Styles): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
  return keys
    .flatMap((key) => {
      const [a, b] = [one[key], other[key]]
      if (!a || !b) return [`${key} is only on one page`]
      const names = Object.keys(a).filter((name) => a[name] !== b[name])
      return names.map((name) => `${key} { ${name}: ${a[name]} } or { ${b[name]} }`)
    })
    .slice(0, 20)
}

describe('in a Vue app', () => {
  test('styles leak neither in nor out', { timeout: 90_000 }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using _server = await serve(port, join(folder.path, 'data'))
    await report(port)
    await using host = await serveVueApp({ server: port, host: await freePort() }, join(folder.path, 'host'))
    const { page, problems } = await openPage(browser)

    const open = async (query: string): Promise<void> => {
      await page.goto(`${host.url}?${query}`)
      await page.getByText('Our own button').waitFor()
      if (query.includes('monitor=off')) return
      await page.getByText('cannot go on').first().waitFor()
      // All is loaded, so no part of the panel is still to come.
      await page.getByText('no gaps').first().waitFor()
    }

    // Out: what belongs to the host is the same with the monitor as without. Where it stands is not.
    const ofHost = ':is(html, body, .host, .host *):not(.rt-root, .rt-root *)'
    const places = ['block-size', 'height', 'perspective-origin', 'transform-origin', 'inset', 'top', 'bottom']
    await open('monitor=off')
    const without = await stylesOf(page, ofHost, places)
    await open('')
    expect(Object.keys(without).length).toBeGreaterThan(20)
    expect(differences(without, await stylesOf(page, ofHost, places))).toStrictEqual([])

    // In: every part of the monitor is the same on a page that styles everything as on one that styles nothing.
    // The place of the whole is the host's to choose: its margin, and whatever follows from where it stands.
    const ofMonitor = '.rt-root, .rt-root *'
    const margins = ['margin', 'inset', 'top', 'bottom', 'left', 'right']
    await stillness(page)
    const hostile = await stylesOf(page, ofMonitor, margins)
    await open('styles=none')
    await page.addStyleTag({ content: '.place { inline-size: 900px }' })
    await stillness(page)
    const plain = await stylesOf(page, ofMonitor, margins)
    expect(Object.keys(plain).length).toBeGreaterThan(100)
    expect(differences(plain, hostile)).toStrictEqual([])
    expect(problems).toStrictEqual([])
  })
})

/** Allows the style element of a page and no other. */
function hashOf(html: string): string {
  const css = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''
  return `'sha256-${createHash('sha256').update(css).digest('base64')}'`
}

/** A server that lets pages of `origin` connect. */
async function serveFor(origin: string, port: number, dataFolder: string): Promise<Running> {
  const server = runtail(port, ['serve', '--port', String(port), '--data', dataFolder, '--allow-origin', origin])
  await server.until(new RegExp(`http://localhost:${port}`))
  return server
}

/** A page on an origin of its own; the server's address in it is that of the test's. */
async function servePage(html: string, port: number): Promise<Host> {
  const server = createServer((_request, response) => {
    // As strict as a page can be.
    response.setHeader(
      'Content-Security-Policy',
      `default-src 'none'; script-src 'unsafe-inline' localhost:${port}; connect-src ws://localhost:${port}; style-src-elem ${hashOf(html)}; style-src-attr 'unsafe-inline'; img-src data:`,
    )
    response.setHeader('Content-Type', 'text/html')
    response.end(html.replaceAll('localhost:3000', `localhost:${port}`))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  }
}

describe('in a page without Vue', () => {
  test('one script and one element', { timeout: 60_000 }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const port = await freePort()
    await using host = await servePage(await readFile(join(examples, 'plain-page/index.html'), 'utf8'), port)
    await using _server = await serveFor(host.url, port, folder.path)
    const id = await report(port)

    const { page, problems } = await openPage(browser)
    let opened = 0
    const open = new Set<unknown>()
    page.on('websocket', (socket) => {
      opened += 1
      open.add(socket)
      socket.on('close', () => open.delete(socket))
    })
    await page.goto(`${host.url}/?id=${id}`)
    const monitor = page.locator('runtail-monitor').first()
    await monitor.getByText('cannot go on').first().waitFor()
    await monitor.getByText('Connected').waitFor()
    expect(await monitor.getByText('Failed').first().isVisible()).toBe(true)

    // Styles of the page stay outside, and the height that it gave is filled.
    const box = await monitor.boundingBox()
    expect(box?.height).toBe(512)

    // Rows are selected and copied as lines, within the shadow root, too.
    const message = (line: number) => monitor.getByText(`line ${line} green`, { exact: true })
    const [from, to] = [await message(296).boundingBox(), await message(298).boundingBox()]
    await page.evaluate(() => {
      document.addEventListener('copy', ({ clipboardData }) => {
        document.body.dataset['copied'] = clipboardData?.getData('text') ?? ''
      })
    })
    await page.mouse.move((from?.x ?? 0) + 1, (from?.y ?? 0) + 8)
    await page.mouse.down()
    await page.mouse.move((to?.x ?? 0) + (to?.width ?? 0) - 1, (to?.y ?? 0) + 8, { steps: 5 })
    await page.mouse.up()
    await page.keyboard.press('ControlOrMeta+c')
    const copied = await page.evaluate(() => document.body.dataset['copied'] ?? '')
    expect(copied.split('\n').map((line) => /line \d+ green/.exec(line)?.[0])).toStrictEqual([
      'line 296 green',
      'line 297 green',
      'line 298 green',
    ])
    expect(await monitor.locator('.rt-log-viewer').getAttribute('data-follow')).toBe('SELECTING')

    // Several share the connection.
    await page.evaluate((executionId) => {
      for (let count = 0; count < 4; count += 1) {
        const another = document.createElement('runtail-monitor')
        another.setAttribute('execution-id', executionId)
        another.setAttribute('density', 'compact')
        another.setAttribute('icons', 'line')
        document.body.append(another)
      }
    }, id)
    await page.locator('runtail-monitor').nth(4).getByText('cannot go on').first().waitFor()
    expect(opened).toBe(1)
    expect(await page.locator('runtail-monitor').nth(4).locator('.rt-badge svg').count()).toBe(1)

    // Attributes are live: another execution, another look.
    const second = await report(port)
    await monitor.evaluate((element, executionId) => {
      element.setAttribute('execution-id', executionId)
      element.setAttribute('density', 'compact')
    }, second)
    await monitor.getByText(second).waitFor()
    expect(await monitor.locator('.rt-monitor').getAttribute('data-density')).toBe('compact')
    await monitor.evaluate((element) => element.removeAttribute('execution-id'))
    await monitor.getByText('execution-id').waitFor()
    await monitor.evaluate((element) => element.setAttribute('url', 'nonsense://'))
    await monitor.getByRole('alert').waitFor()

    // Moved within the page it goes on; taken away it leaves nothing.
    await page.evaluate(() => {
      const elements = [...document.querySelectorAll('runtail-monitor')]
      document.body.prepend(elements[4] as Element)
    })
    expect(opened).toBe(1)
    expect(open.size).toBe(1)
    await page.evaluate(() => document.querySelectorAll('runtail-monitor').forEach((element) => element.remove()))
    await expect.poll(() => open.size).toBe(0)
    expect(opened).toBe(1)
    expect(problems).toStrictEqual([])
  })
})

describe('docs/embedding.md', () => {
  test('its page without Vue', { timeout: 60_000 }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const [port, blocks] = [await freePort(), await documentBlocks('docs/embedding.md')]
    const script = `<script type="module">${block(blocks, 'events.js')}</script>`
    await using host = await servePage(`<!doctype html>${block(blocks, 'page.html')}${script}`, port)
    await using _server = await serveFor(host.url, port, folder.path)
    const { page, problems } = await openPage(browser)
    await page.goto(host.url)
    await page.getByText('There is no execution with the id').waitFor()
    await using command = runtail(port, ['run', '--id', 'the-id', '--', 'sh', '-c', 'echo first; sleep 2; echo last'])
    await page.getByText('first', { exact: true }).waitFor()
    await page.getByText('last', { exact: true }).waitFor()
    await command.exited
    await expect.poll(() => page.title()).toMatch(/: completed$/)
    expect(problems).toStrictEqual([])
  })

  test('its Vue app', { timeout: 60_000 }, async ({ browser }) => {
    await using folder = await TemporaryFolder.make()
    const ports = { server: await freePort(), host: await freePort() }
    const blocks = await documentBlocks('docs/embedding.md')
    const main = `${block(blocks, 'main.ts').replaceAll('localhost:3000', `localhost:${ports.server}`)}
      import Progress from './Progress.vue'
      const own = createApp(Progress, { id: new URLSearchParams(location.search).get('id') })
      provideRuntail(createViewer({ url: 'ws://localhost:${ports.server}/trpc' }), own)
      own.mount(document.body.appendChild(document.createElement('aside')))`
    const sources = new Map([...blocks, ['main.ts', main]])
    await using host = await serveVueApp(ports, join(folder.path, 'host'), sources)
    await using _server = await serveFor(host.url, ports.server, join(folder.path, 'data'))
    const id = await report(ports.server)
    const { page, problems } = await openPage(browser)
    await page.goto(`${host.url}?id=${id}`)
    await page.locator('#app .rt-monitor').getByText('cannot go on').first().waitFor()
    await page.locator('#app .rt-badge svg').first().waitFor()
    await page.locator('aside').getByText('Failed').waitFor()
    await page
      .locator('aside')
      .getByText(/30\d lines/)
      .waitFor()
    expect(problems).toStrictEqual([])
  })
})
