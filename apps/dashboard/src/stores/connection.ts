// How the client's connection stands, for everything on the page that shows it.

import { useConnection } from '@runtail/vue'
import { defineStore } from 'pinia'

export const useConnectionStore = defineStore('connection', () => {
  const { connection, reconnect } = useConnection()
  return { connection, reconnect }
})
