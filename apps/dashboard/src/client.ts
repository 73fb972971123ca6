// The page's address enters, the one client of the dashboard leaves: a single socket to the server that served the page.

import { createViewer, type RuntailViewer } from '@runtail/client-sdk'

/** The address of the server's socket, seen from a page of it. */
export function socketUrl(page: Pick<Location, 'protocol' | 'host'>): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/trpc`
}

/** Made once, by `main.ts`. */
export function createDashboardClient(page: Pick<Location, 'protocol' | 'host'>): RuntailViewer {
  return createViewer({ url: socketUrl(page) })
}
