// A page that holds a million lines enters, figures leave: what it holds, how it finds, and how it keeps up with ten thousand lines a second more.

import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright'
import type { Figures } from '../src/case.ts'
import { quantile } from '../src/stats.ts'
import type { Recording } from './probe.ts'
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

const PER_SECOND = 10_000
const JUMPS = 40
const IDLE_MS = 6000
const WINDOW_MS = 5000
/** All of them are loaded at once. */
const FEW_LINES = 1000
const DRIFT_LINES = 20_000
/** Until arriving lines are routine. */
const WARM_UP_MS = 2000
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
  const stream = (count: number): Promise<void> =>
    stage.producer.ask('stream', { id, from: lines, count, perSecond: PER_SECOND })
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

/** To the newest line, and on with it. */
async function follow(page: Page): Promise<void> {
  const pill = page.locator('.rt-pill')
  if (await pill.isVisible()) await pill.click()
  await page.locator('.rt-log-viewer[data-follow="FOLLOWING"]').waitFor()
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

/**
 * Busy time and frames of the page for a while, whatever happens in it. In turn, five seconds each: to look at every frame makes the page paint
 * every frame, which costs more than all that it does by itself, so its work is measured while nobody looks.
 */
async function record({ page, meter }: MeasuredPage, durationMs: number): Promise<Figures> {
  const turns = Math.max(1, Math.round(durationMs / (2 * WINDOW_MS)))
  const windowMs = durationMs / (2 * turns)
  const busy = { taskMs: 0, cpuMs: 0, scriptMs: 0, seconds: 0 }
  const seen: Recording[] = []
  for (let turn = 0; turn < turns; turn += 1) {
    const begun = performance.now()
    const before = await meter.busy()
    await pause(windowMs)
    const after = await meter.busy()
    busy.seconds += (performance.now() - begun) / 1000
    for (const part of ['taskMs', 'cpuMs', 'scriptMs'] as const) busy[part] += after[part] - before[part]
    await page.evaluate(() => uiProbe.startRecording())
    await pause(windowMs)
    seen.push(await page.evaluate(() => uiProbe.stopRecording()))
  }
  const frames = seen.flatMap((recording) => recording.frames)
  const paintedAfter = seen.flatMap((recording) => recording.paintedAfter)
  return {
    main_thread_ms_per_s: busy.taskMs / busy.seconds,
    main_thread_cpu_ms_per_s: busy.cpuMs / busy.seconds,
    script_ms_per_s: busy.scriptMs / busy.seconds,
    frames_over_50_ms: frames.filter((ms) => ms > 50).length,
    frame_p99_ms: quantile(frames, 0.99),
    frames_per_s: (1000 * frames.length) / (turns * windowMs),
    rows: Math.max(...seen.map((recording) => recording.rows)),
    ...(paintedAfter.length === 0
      ? {}
      : { painted_p95_ms: quantile(paintedAfter, 0.95), painted_p50_ms: quantile(paintedAfter, 0.5) }),
  }
}

async function live(
  measured: MeasuredPage,
  seconds: number,
  stream: (count: number) => Promise<void>,
): Promise<Figures> {
  const { page } = measured
  const streaming = stream(PER_SECOND * (seconds + 4))
  await pause(WARM_UP_MS)
  const rowsBefore = await rowCount(page)
  const begun = performance.now()
  const figures = await record(measured, seconds * 1000)
  const arrived = ((await rowCount(page)) - rowsBefore) / ((performance.now() - begun) / 1000)
  await streaming
  if (arrived < 0.95 * PER_SECOND) throw new Error(`Only ${Math.round(arrived)} lines arrived in a second.`)
  return { ...figures, arrived_per_s: arrived }
}

async function rowCount(page: Page): Promise<number> {
  return Number(await page.locator('.rt-row').first().getAttribute('aria-setsize'))
}

/** A reader looks at a line; by how many rows has it moved, at the most, while others arrive? */
async function drift(page: Page, stream: (count: number) => Promise<void>): Promise<Figures> {
  const box = await page.locator('.rt-viewport').boundingBox()
  if (!box) throw new Error('There is no viewport.')
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.wheel(0, -5000)
  await page.locator('.rt-log-viewer[data-follow="READING"]').waitFor()
  await pause(500)
  const watching = page.evaluate(
    async ([left, top]) => {
      const seqThere = (): number =>
        Number(document.elementFromPoint(left ?? 0, top ?? 0)?.closest<HTMLElement>('.rt-row')?.dataset['seq'])
      const before = seqThere()
      let worst = 0
      Object.assign(globalThis, { isReading: true })
      while ((globalThis as unknown as { isReading: boolean }).isReading) {
        await uiProbe.afterFrame()
        worst = Math.max(worst, Math.abs(seqThere() - before))
      }
      return { before, worst, after: seqThere() }
    },
    [x, y],
  )
  const head = await rowCount(page)
  await stream(DRIFT_LINES)
  await page.waitForFunction(
    (rows) => Number(document.querySelector('.rt-row')?.getAttribute('aria-setsize')) >= rows,
    head + DRIFT_LINES,
  )
  await page.evaluate(() => Object.assign(globalThis, { isReading: false }))
  const { before, worst, after } = await watching
  if (!(before > 0 && after > 0)) throw new Error('No line was under the eye.')
  return { drift_rows: worst }
}
