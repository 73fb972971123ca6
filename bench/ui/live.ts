// A page that holds lines enters, how it keeps up with ten thousand more a second leaves: the work that they are, its frames, and what a reader sees of it.

import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright'
import type { Figures } from '../src/case.ts'
import { quantile } from '../src/stats.ts'
import type { Recording } from './probe.ts'
import type { MeasuredPage } from './stage.ts'

/** Lines in a second. */
export const PER_SECOND = 10_000
const WINDOW_MS = 5000
const DRIFT_LINES = 20_000
/** Until arriving lines are routine. */
const WARM_UP_MS = 2000

/** Writes so many more lines, {@link PER_SECOND}, and resolves when they are written. */
export type Stream = (count: number) => Promise<void>

/** To the newest line, and on with it. */
export async function follow(page: Page): Promise<void> {
  const pill = page.locator('.rt-pill')
  if (await pill.isVisible()) await pill.click()
  await page.locator('.rt-log-viewer[data-follow="FOLLOWING"]').waitFor()
}

/**
 * Busy time and frames of the page for a while, whatever happens in it. In turn, five seconds each: to look at every frame makes the page paint
 * every frame, which costs more than all that it does by itself, so its work is measured while nobody looks.
 */
export async function record({ page, meter }: MeasuredPage, durationMs: number): Promise<Figures> {
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

/** Figures of the page while lines arrive. */
export async function live(measured: MeasuredPage, seconds: number, stream: Stream): Promise<Figures> {
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
export async function drift(page: Page, stream: Stream): Promise<Figures> {
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
