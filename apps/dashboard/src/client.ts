// The page's base enters, the one client of the dashboard leaves: a single socket to the server that served the page.

import { createViewer, type RuntailViewer } from '@runtail/client-sdk'

/** The address of the server's socket, seen from a page whose addresses are relative to `base`. */
export function socketUrl(base: string): string {
  return `${base.replace('http', 'ws')}trpc`
}

/** Made once, by `main.ts`. */
export function createDashboardClient(base: string): RuntailViewer {
  return createViewer({ url: socketUrl(base) })
}
