/** Builds `runtail-monitor.js`: one file with everything in it, for pages that load it with a script element. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { targets } from './vite.targets.ts'

export default defineConfig({
  plugins: [vue()],
  define: {
    'process.env.NODE_ENV': '"production"',
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  build: {
    ...targets,
    // It would be five times the file, and is not served with it.
    sourcemap: false,
    emptyOutDir: false,
    modulePreload: false,
    // Not as a library: those keep their white space.
    rolldownOptions: {
      input: 'src/element/standalone.ts',
      output: { entryFileNames: 'runtail-monitor.js' },
    },
  },
})
