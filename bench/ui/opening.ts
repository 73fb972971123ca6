// Executions enter, figures of opening and closing them leave: how soon the first line is there, and what stays in memory.

import { setTimeout as pause } from 'node:timers/promises'
import type { Figures } from '../src/case.ts'
import type { Stage } from './stage.ts'

const LONG_LINES = 100_000
const SHORT_LINES = 200
const EXECUTIONS = 200
/** What is made once, for all executions, is there after so many. */
const WARM_UPS = 20

/** From the start of the navigation, with nothing cached, to the first line painted. */
export async function measureOpening(stage: Stage): Promise<Figures> {
  stage.tell('open')
  const id = await stage.producer.ask<string>('fill', { lines: LONG_LINES, name: 'long' })
  await using measured = await stage.open(`/executions/${id}`)
  return { open_ms: await measured.page.evaluate(() => uiProbe.firstLine) }
}

/** By how much the page has grown after many executions were opened and closed. */
export async function measureClosing(stage: Stage): Promise<Figures> {
  stage.tell('close')
  for (let index = 0; index < EXECUTIONS; index += 1) {
    await stage.producer.ask('fill', { lines: SHORT_LINES, name: `short ${index}` })
  }
  await using measured = await stage.open('/executions')
  const { page, meter } = measured
  await page.locator('.executions a').first().waitFor()
  const openAndClose = (from: number, to: number): Promise<void> =>
    page.evaluate(
      async ([first = 0, end = 0]) => {
        const links = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('.executions a')]
        const press = (what: string): void => document.querySelector<HTMLElement>(what)?.click()
        for (let index = first; index < end; index += 1) {
          await uiProbe.until(() => links().length > 0, 'the list')
          if (links().length <= index) {
            press('.page-more button')
            await uiProbe.until(() => links().length > index, 'more of the list')
          }
          links()[index]?.click()
          await uiProbe.until(() => document.querySelector('.rt-row[data-level]') !== null, 'a line')
          press('a.back')
        }
        await uiProbe.until(() => links().length > 0, 'the list')
      },
      [from, to],
    )
  const total = async (): Promise<number> => {
    await pause(1000)
    const { heap_mb, buffers_mb } = await meter.memory()
    return heap_mb + buffers_mb
  }
  await openAndClose(0, WARM_UPS)
  const before = await total()
  await openAndClose(0, EXECUTIONS)
  return { grown_mb: (await total()) - before }
}
