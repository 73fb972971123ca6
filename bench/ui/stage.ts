// Nothing enters; a server with the built dashboard, a producer and a Chromium leave, each a process of its own, on this machine alone.

import { chromium, type Browser, type CDPSession, type Page } from 'playwright'
import { join } from 'node:path'
import { chromiumFlags, findChromium } from '../../scripts/chromium.ts'
import { Program } from '../src/process.ts'
import { tempFolder } from '../src/temp.ts'
import { installProbe } from './probe.ts'

const builtDashboard = join(import.meta.dirname, '..', '..', 'apps', 'dashboard', 'dist')

/** A page that is measured. */
export interface MeasuredPage extends AsyncDisposable {
  readonly page: Page
  readonly meter: Meter
}

/** What measurements have in common. */
export class Stage implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack
  readonly #browser: Browser
  readonly producer: Program
  readonly #port: number

  private constructor(stack: AsyncDisposableStack, parts: { browser: Browser; producer: Program; port: number }) {
    this.#stack = stack
    this.#browser = parts.browser
    this.producer = parts.producer
    this.#port = parts.port
  }

  /** `dashboardDir` is the folder of its build. */
  static async start({ dashboardDir = builtDashboard }: { readonly dashboardDir?: string } = {}): Promise<Stage> {
    await using stack = new AsyncDisposableStack()
    const folder = stack.use(tempFolder())
    const server = stack.use(await Program.start('dashboard-server', { args: [folder.path, dashboardDir] }))
    const port = await server.ask<number>('listen')
    const producer = stack.use(await Program.start('line-producer'))
    await producer.ask('connect', { url: `ws://127.0.0.1:${port}/trpc` })
    const executablePath = findChromium()
    const browser = await chromium.launch({ args: chromiumFlags, ...(executablePath ? { executablePath } : {}) })
    stack.defer(() => browser.close())
    return new Stage(stack.move(), { browser, producer, port })
  }

  /** Says what is done now, to whom waits. */
  tell(what: string): void {
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`)
  }

  /** A page with nothing cached, at an address of the dashboard. */
  async open(path: string): Promise<MeasuredPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    await page.addInitScript(installProbe)
    const meter = await Meter.of(page)
    await page.goto(`http://127.0.0.1:${this.#port}${path}`)
    return { page, meter, [Symbol.asyncDispose]: () => context.close() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync()
  }
}

/** What the browser tells of a page. */
export class Meter {
  readonly #session: CDPSession
  /** Its durations are processor time; those of the other go on while another process has the core. */
  readonly #cpuSession: CDPSession

  private constructor(session: CDPSession, cpuSession: CDPSession) {
    this.#session = session
    this.#cpuSession = cpuSession
  }

  static async of(page: Page): Promise<Meter> {
    const [session, cpuSession] = [await page.context().newCDPSession(page), await page.context().newCDPSession(page)]
    await session.send('Performance.enable', { timeDomain: 'timeTicks' })
    await cpuSession.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new Meter(session, cpuSession)
  }

  /** Milliseconds that the main thread was busy since the page began: by the clock, of the processor, of that with JavaScript. */
  async busy(): Promise<{ taskMs: number; cpuMs: number; scriptMs: number }> {
    const [wall, cpu] = [await metricsOf(this.#session), await metricsOf(this.#cpuSession)]
    return { taskMs: wall('TaskDuration'), cpuMs: cpu('TaskDuration'), scriptMs: cpu('ScriptDuration') }
  }

  /** The heap, and the buffers outside it, after a collection. */
  async memory(): Promise<{ heap_mb: number; buffers_mb: number }> {
    await this.#session.send('HeapProfiler.collectGarbage')
    await this.#session.send('HeapProfiler.collectGarbage')
    const usage: { usedSize: number; backingStorageSize?: number } = await this.#session.send('Runtime.getHeapUsage')
    if (usage.backingStorageSize === undefined)
      throw new Error('This Chromium is too old: it does not tell the size of buffers.')
    return { heap_mb: usage.usedSize / 1e6, buffers_mb: usage.backingStorageSize / 1e6 }
  }
}

async function metricsOf(session: CDPSession): Promise<(name: string) => number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (name) => (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN) * 1000
}
