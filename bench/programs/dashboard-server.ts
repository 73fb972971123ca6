// A data folder and the built dashboard's folder enter, the server as users run it leaves, on a free port. Asked: `listen`.

import { createServer } from '@runtail/server'
import { answerParent } from '../src/program.ts'

const [dataDir = '', dashboardDir = ''] = process.argv.slice(2)
const server = createServer({ dataDir, dashboardDir, port: 0 })

answerParent({
  /** Its port. */
  listen: async () => (await server.listen()).port,
})
