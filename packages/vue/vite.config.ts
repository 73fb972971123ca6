/** Builds the library: a module for each of ours with their dependencies left outside, and one `style.css` with the styles of all components. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { targets } from './vite.targets.ts'

export default defineConfig({
  plugins: [vue()],
  build: {
    ...targets,
    lib: {
      entry: { library: 'src/library.ts', element: 'src/element/index.ts' },
      formats: ['es'],
      cssFileName: 'style',
    },
    // A page that shows the list alone does not load the log viewer.
    rolldownOptions: { external: [/^[^./]/], output: { preserveModules: true, preserveModulesRoot: 'src' } },
  },
})
