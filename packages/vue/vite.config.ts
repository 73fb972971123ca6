/** Builds the library: one ES module with its dependencies left outside, and one `style.css` with the styles of all components. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue()],
  build: {
    lib: { entry: 'src/library.ts', formats: ['es'], fileName: 'index', cssFileName: 'style' },
    rolldownOptions: { external: [/^[^./]/] },
    sourcemap: true,
    target: 'es2024',
    // light-dark() and nesting stay: what would replace them does not follow the host's color-scheme.
    cssTarget: ['chrome125', 'firefox128', 'safari18'],
  },
})
