// A Chromium for the suite and a fresh page for each test; a page that logs an error or asks for something missing fails its test.

import { chromium, type Browser, type Page } from 'playwright'
import { test as base } from 'vitest'
import { chromiumFlags, findChromium } from '../../../scripts/chromium.ts'

/** A page and what went wrong in it. */
export interface WatchedPage {
  readonly page: Page
  /** Errors on the console, uncaught exceptions, answers of 400 and up. */
  readonly problems: string[]
}

async function launch(): Promise<Browser> {
  const executablePath = findChromium()
  return chromium.launch({ args: chromiumFlags, ...(executablePath ? { executablePath } : {}) })
}

/** Opens a page that collects its problems. */
export async function openPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
  })
  return { page, problems }
}

/** Vitest's `test` with a browser. */
export const test = base.extend<{ browser: Browser }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest wants the pattern to see what a fixture needs
  browser: async ({}, use) => {
    const browser = await launch()
    await use(browser)
    await browser.close()
  },
})
