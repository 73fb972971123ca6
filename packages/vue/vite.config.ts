/** Builds the library: one ES module with its dependencies left outside, and one `style.css` with the styles of all components. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue()],
  build: {
    lib: { entry: 'src/index.ts', formats: ['es'], fileName: 'index', cssFileName: 'style' },
    rolldownOptions: { external: [/^[^./]/] },
    sourcemap: true,
    target: 'es2024',
  },
})
