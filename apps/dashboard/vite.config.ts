/** Builds the dashboard to static files; in development serves it on 3000 and passes the server's addresses on to 8000. */
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'

const server = 'http://127.0.0.1:8000'

export default defineConfig(({ command }) => ({
  plugins: [vue()],
  // In development a change in packages/vue or the SDK is on screen at once, without a build.
  resolve: command === 'serve' ? { conditions: ['@runtail/source', ...defaultClientConditions] } : {},
  build: { target: 'es2024', sourcemap: true },
  server: {
    host: '127.0.0.1',
    port: 3000,
    strictPort: true,
    proxy: {
      '/trpc': { target: server, ws: true },
      '/ws/': { target: server, ws: true },
      '^/executions/[^/]+/start-streaming$': server,
      '^/demo$': server,
      '/healthz': server,
      '/readyz': server,
    },
  },
}))
