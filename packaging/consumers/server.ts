import { createServer, type AppRouter, type RuntailServer } from '@runtail/server'
import { createTRPCClient, httpLink } from '@trpc/client'
import { createServer as createHttpServer } from 'node:http'

const server: RuntailServer = createServer({
  store: 'memory',
  authenticate: ({ token }) => (token === 'secret' ? { id: 'ada' } : undefined),
  authorize: (principal, action) => principal !== undefined || action === 'logs.read',
})
const http = createHttpServer()
const detach: () => void = server.attach(http, { path: '/runtail' })
detach()

const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: 'http://localhost:3000/trpc' })] })
const page = await api.logs.read.query({ execution_id: 'run-1', limit: 10 })
export const levels: ('debug' | 'info' | 'warning' | 'error')[] = page.logs.map(({ level }) => level)

// @ts-expect-error an id is a string
await api.executions.get.query({ execution_id: 1 })
