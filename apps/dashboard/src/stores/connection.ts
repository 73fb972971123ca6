// How the client's connection stands, for everything on the page that shows it.

import { useConnection } from '@runtail/vue'
import { defineStore } from 'pinia'

export const useConnectionStore = defineStore('connection', () => {
  const { connection, reconnect } = useConnection()
  // A client connects at the first need; the header tells how the server is on pages that ask it for nothing, too.
  if (connection.value.status === 'disconnected') reconnect()
  return { connection, reconnect }
})
