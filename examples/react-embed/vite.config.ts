/** The host's own server; the address of Runtail's socket is passed on to `npm start` of this repository. */
import { defineConfig } from 'vite'

// As an object: a bare address would also rewrite the Host header, and the server refuses sockets whose Origin is not its host.
const proxy = { '/trpc': { target: 'http://localhost:3000', ws: true } }

export default defineConfig({
  build: { target: 'es2024', cssTarget: ['chrome125', 'firefox128', 'safari18'] },
  server: { proxy },
  preview: { proxy },
})
