// An execution enters, all its logs as each way out of the server gives them leave: for comparing the ways with each other.

import type { Page } from 'playwright'
import { createClient } from '@runtail/client-sdk'
import type { ExecutionLog } from '@runtail/core'
import { once } from 'node:events'
import { stripVTControlCharacters } from 'node:util'
import { WebSocket } from 'ws'
import { runtail } from './server.ts'

/** What is compared: the place of a line and its text. */
export interface SeenLine {
  readonly seq: number
  readonly text: string
}

/** A line on the screen; a very long one is cut there, and says so. */
export interface ShownLine extends SeenLine {
  readonly isCut: boolean
}

/** A log as a line on the screen: without the codes of its colours, and the white space around it. */
export function lineOf(log: ExecutionLog): SeenLine {
  return { seq: log.seq, text: stripVTControlCharacters(log.message ?? '').trim() }
}

/** Page by page through `logs.read`. */
export async function byRead(port: number, executionId: string): Promise<ExecutionLog[]> {
  await using client = createClient({ url: `ws://localhost:${port}/trpc` })
  const logs: ExecutionLog[] = []
  for (;;) {
    const page = await client.api.logs.read.query({
      execution_id: executionId,
      after: logs.at(-1)?.seq ?? 0,
      limit: 1000,
    })
    logs.push(...page.logs)
    if (page.logs.length === 0 || (logs.at(-1)?.seq ?? 0) >= page.head) return logs
  }
}

/** `runtail tail --json`, which ends with the execution. */
export async function byTail(port: number, executionId: string): Promise<ExecutionLog[]> {
  await using tail = runtail(port, ['tail', executionId, '--json'])
  await tail.exited
  return tail.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ExecutionLog)
}

/** The plain endpoint, one JSON text frame per log, up to `head`. */
export async function byPlainEndpoint(port: number, executionId: string, head: number): Promise<ExecutionLog[]> {
  const socket = new WebSocket(`ws://localhost:${port}/ws/executions/${executionId}/logs`)
  const logs: ExecutionLog[] = []
  const complete = new Promise<void>((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      logs.push(JSON.parse(data.toString('utf8')) as ExecutionLog)
      if (logs.at(-1)?.seq === head) resolve()
    })
    socket.on('error', reject)
    socket.on('close', (code) => {
      reject(new Error(`closed with ${code} after ${logs.length} logs`))
    })
  })
  await complete
  socket.removeAllListeners('close')
  socket.close()
  await once(socket, 'close')
  return logs
}

/** The rows of the log viewer on a page, read by scrolling through all of it; by seq. */
export async function byBrowser(page: Page): Promise<ShownLine[]> {
  // A tall window shows many rows at once.
  await page.setViewportSize({ width: 1440, height: 8000 })
  return await page.evaluate(async () => {
    const viewport = document.querySelector('.rt-viewport')
    if (!viewport) throw new Error('There is no log viewer on this page.')
    const frame = () => new Promise(requestAnimationFrame)
    const rowsShown = () => [...viewport.querySelectorAll<HTMLElement>('.rt-row')]
    // Whether rows are painted from the top of the window to its bottom, or to the last line, and all of them are loaded.
    const isPainted = (): boolean => {
      if (viewport.querySelector('.rt-row-blank')) return false
      const places = rowsShown().map((row) => Number(row.ariaPosInSet))
      const bottom = Math.floor((viewport.scrollTop + viewport.clientHeight) / 20)
      const last = Math.min(bottom, Number(rowsShown()[0]?.ariaSetSize))
      return Math.min(...places) <= Math.floor(viewport.scrollTop / 20) + 1 && Math.max(...places) >= last
    }
    const lines = new Map<number, { text: string; isCut: boolean }>()
    for (let top = 0; ; top += viewport.clientHeight - 40) {
      viewport.scrollTop = top
      do await frame()
      while (!isPainted())
      for (const row of rowsShown()) {
        const seq = Number(row.querySelector('.rt-row-seq')?.textContent?.replaceAll(/\D/g, ''))
        // A gap has no number; an empty line has no message.
        if (!(seq > 0)) continue
        const message = row.querySelector('.rt-row-message')?.cloneNode(true)
        if (message instanceof HTMLElement) {
          for (const extra of message.querySelectorAll('.rt-row-error, .rt-row-duration')) extra.remove()
        }
        const isCut = row.querySelector('.rt-row-more')?.textContent?.includes('show all') ?? false
        lines.set(seq, { text: message?.textContent?.trim() ?? '', isCut })
      }
      if (top + viewport.clientHeight >= viewport.scrollHeight) break
    }
    return [...lines].map(([seq, line]) => ({ seq, ...line })).toSorted((a, b) => a.seq - b.seq)
  })
}
