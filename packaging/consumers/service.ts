import { createClient } from '@runtail/client-sdk'
import { WebSocket } from 'ws'

const runtail = createClient({ url: 'ws://localhost:3000/trpc', WebSocket })
export const execution = await runtail.startExecution({ workflow_id: 'w' })

// @ts-expect-error a class of sockets, not a socket
createClient({ url: 'ws://localhost:3000/trpc', WebSocket: new WebSocket('ws://localhost:3000') })
