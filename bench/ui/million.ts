// A page that holds a million lines enters, figures leave: what it holds, how it finds, and how it keeps up with ten thousand lines a second more.

import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright'
import type { Figures } from '../src/case.ts'
import { quantile } from '../src/stats.ts'
import { drift, follow, live, PER_SECOND, record, type Stream } from './live.ts'
import type { MeasuredPage, Stage } from './stage.ts'

/** What {@link measureMillion} measures with. */
export interface MillionOptions {
  /** Which of {@link MILLION_PARTS}. */
  readonly parts: readonly string[]
  /** Lines that the page holds. */
  readonly lines: number
  /** How long lines arrive. */
  readonly seconds: number
}

/** Parts that can be measured alone. */
export const MILLION_PARTS = ['memory', 'jump', 'search', 'filter', 'idle', 'live', 'drift'] as const

const JUMPS = 40
const IDLE_MS = 6000
/** All of them are loaded at once. */
const FEW_LINES = 1000
const SEARCHED = 'checksum mismatch'

/** Figures of the page, and of the same page while nothing arrives. */
export async function measureMillion(
  stage: Stage,
  { parts, lines, seconds }: MillionOptions,
): Promise<{ page: Figures; idle: Figures }> {
  stage.tell('writing lines')
  const id = await stage.producer.ask<string>('fill', { lines, name: 'a million lines' })
  stage.tell('loading them')
  await using measured = await stage.open(`/executions/${id}`)
  const { page } = measured
  const figures: Record<string, number> = { load_s: await loadAll(page, lines) }
  const measures: Readonly<Record<string, () => Promise<Figures>>> = {
    memory: () => measured.meter.memory(),
    jump: () => jump(page, lines),
    search: () => search(page),
    filter: () => filterBeside(stage, measured, lines),
  }
  for (const [part, measure] of Object.entries(measures)) {
    if (!parts.includes(part)) continue
    stage.tell(part)
    Object.assign(figures, await measure())
  }
  stage.tell('live')
  await follow(page)
  const idle = parts.includes('idle') || parts.includes('live') ? await record(measured, IDLE_MS) : {}
  const stream: Stream = (count) => stage.producer.ask('stream', { id, from: lines, count, perSecond: PER_SECOND })
  if (parts.includes('live')) Object.assign(figures, await live(measured, seconds, stream))
  stage.tell('drift')
  if (parts.includes('drift')) Object.assign(figures, await drift(page, stream))
  return { page: figures, idle }
}

/** A search wants all lines, so that they are loaded; seconds until they are. */
async function loadAll(page: Page, lines: number): Promise<number> {
  await page.evaluate(() => uiProbe.firstLine)
  const begun = performance.now()
  await type(page, SEARCHED)
  const held = `1–${lines.toLocaleString('en')} ·`
  const rest = page.locator('.rt-log-notice button', { hasText: 'Load the rest' })
  await page.locator('.rt-log-badge', { hasText: held }).or(rest).first().waitFor()
  if (await rest.isVisible()) await rest.click()
  await page.locator('.rt-log-badge', { hasText: held }).waitFor()
  const took = (performance.now() - begun) / 1000
  await page.keyboard.press('Escape')
  await pause(500)
  return took
}

async function type(page: Page, text: string): Promise<void> {
  await page.locator('.rt-log-toolbar button', { hasText: 'Search' }).first().click()
  await page.getByPlaceholder('Search all lines').fill(text)
}

async function jump(page: Page, lines: number): Promise<Figures> {
  const times: number[] = []
  for (let count = 0; count < JUMPS; count += 1) {
    const seq = 1 + Math.floor(Math.random() * lines)
    times.push(
      await page.evaluate(async (wanted) => {
        const begun = performance.now()
        location.hash = `#L${wanted}`
        const isInView = (): boolean => {
          const view = document.querySelector('.rt-viewport')?.getBoundingClientRect()
          const row = document.querySelector(`.rt-row[data-level][data-seq="${wanted}"]`)?.getBoundingClientRect()
          return view !== undefined && row !== undefined && row.top >= view.top && row.bottom <= view.bottom
        }
        return (await uiProbe.until(isInView, `line ${wanted}`)) - begun
      }, seq),
    )
    await pause(50)
  }
  return { jump_p50_ms: quantile(times, 0.5), jump_p95_ms: quantile(times, 0.95) }
}

async function search(page: Page): Promise<Figures> {
  await page.locator('.rt-log-toolbar button', { hasText: 'Search' }).first().click()
  await page.getByPlaceholder('Search all lines').waitFor()
  await pause(300)
  const figures = await page.evaluate(async (text) => {
    const input = document.querySelector<HTMLInputElement>('[placeholder="Search all lines"]')
    const said = (): string => document.querySelector('.rt-log-hits')?.textContent ?? ''
    if (!input) throw new Error('There is no field to search with.')
    const begun = performance.now()
    input.value = text
    input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    const hit = await uiProbe.until(() => /^[1-9]/.test(said()), 'the first hit')
    const done = await uiProbe.until(() => said() !== '' && !said().includes('searched'), 'the end of the search')
    // Entries come a moment after their tasks.
    await new Promise((resolve) => setTimeout(resolve, 300))
    return {
      search_first_hit_ms: hit - begun,
      search_done_ms: done - begun,
      search_longest_task_ms: Math.max(0, ...uiProbe.longTasksSince(begun)),
    }
  }, SEARCHED)
  await page.keyboard.press('Escape')
  return figures
}

/** What the filter of a million lines costs: all work from the press until its rows are painted, less that of the same press where there are few lines. */
async function filterBeside(stage: Stage, measured: MeasuredPage, lines: number): Promise<Figures> {
  const id = await stage.producer.ask<string>('fill', { lines: FEW_LINES, name: 'few lines' })
  await using beside = await stage.open(`/executions/${id}`)
  await beside.page.evaluate(() => uiProbe.firstLine)
  const few = await filter(beside, FEW_LINES)
  await measured.page.bringToFront()
  const all = await filter(measured, lines)
  return { filter_ms: all.cpuMs - few.cpuMs, filter_work_ms: all.cpuMs, filter_painted_ms: all.paintedMs }
}

/** One press that leaves the errors, a line in a hundred. */
async function filter(
  { page, meter }: MeasuredPage,
  lines: number,
): Promise<{ readonly cpuMs: number; readonly paintedMs: number }> {
  await follow(page)
  await pause(500)
  const before = await meter.busy()
  const paintedMs = await page.evaluate(
    async ([all = 0, errors = 0]) => {
      const button = document.querySelector<HTMLElement>('.rt-log-level[data-level="error"]')
      const rowCount = (): number => Number(document.querySelector('.rt-row')?.getAttribute('aria-setsize'))
      if (!button || rowCount() !== all) throw new Error(`There are ${rowCount()} rows, not ${all}.`)
      const begun = performance.now()
      button.click()
      return (await uiProbe.until(() => rowCount() === errors, `${errors} rows`)) - begun
    },
    [lines, Math.floor(lines / 100)],
  )
  const after = await meter.busy()
  await page.evaluate(() => document.querySelector<HTMLElement>('.rt-log-level[data-level="error"]')?.click())
  await pause(500)
  return { cpuMs: after.cpuMs - before.cpuMs, paintedMs }
}
