/**
 * Another service: it orders, and reads through the typed API what becomes of it. It has no code of Runtail, only a stock tRPC client and the type
 * of the server's router.
 */
import type { AppRouter } from '@runtail/server'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'

const service = process.env['SERVICE_URL'] ?? 'http://localhost:4000'

const response = await fetch(`${service}/orders`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ items: 3, card: { password: 'kept out' } }),
})
const { execution_id } = (await response.json()) as { execution_id: string }

const socket = createWSClient({
  url: `${service.replace('http', 'ws')}/runtail/trpc`,
  connectionParams: { token: 'reader' },
})
const api = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] })

await new Promise<void>((resolve, reject) => {
  const following = api.logs.follow.subscribe(
    { execution_id },
    {
      onData({ data }) {
        for (const { seq, level, message, event } of data.logs) {
          console.log(seq, level, message)
          if (event !== 'execution.completed') continue
          following.unsubscribe()
          resolve()
        }
      },
      onError: reject,
    },
  )
})
const { status, log_counts } = await api.executions.get.query({ execution_id })
console.log(`${status}, ${log_counts.error} errors`)
await socket.close()
