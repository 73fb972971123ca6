/** Builds the dashboard to static files; in development serves it on 3000 and passes the server's addresses on to 8000. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defaultClientConditions, defineConfig } from 'vite'
import { budget } from './budget.ts'
import { embedded } from './embedded.ts'

// As an object: a bare address would also rewrite the Host header, and the server refuses requests whose Origin is not its host.
const server = { target: 'http://127.0.0.1:8000' }

/** Pinia's ordinary entry keeps code of its devtools in every build; the one for production does not (0.9 kB). */
const pinia = fileURLToPath(new URL('node_modules/pinia/dist/pinia.esm-browser.prod.js', import.meta.url))

export default defineConfig(({ command }) => ({
  // The page says what its files are relative to.
  base: './',
  plugins: [vue(), budget(), embedded()],
  resolve:
    command === 'serve'
      ? // In development a change in packages/vue or the SDK is on screen at once, without a build.
        { conditions: ['@runtail/source', ...defaultClientConditions] }
      : { alias: { pinia } },
  // Nothing here uses Vue's options API, or devtools in production (1.6 kB).
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: {
    target: 'es2024',
    // light-dark() stays as it is: what would replace it does not follow `color-scheme`.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
    sourcemap: true,
    // One chunk: there is nothing to preload.
    modulePreload: false,
    // Half of what tRPC's client brings along is for links that we do not use (1.2 kB).
    rolldownOptions: { treeshake: { moduleSideEffects: [{ test: /@trpc/, sideEffects: false }] } },
  },
  server: {
    host: '127.0.0.1',
    port: 3000,
    strictPort: true,
    proxy: {
      '/trpc': { ...server, ws: true },
      '/ws/': { ...server, ws: true },
      '^/executions/[^/]+/start-streaming$': server,
      '^/demo$': server,
      '/healthz': server,
      '/readyz': server,
    },
  },
}))
