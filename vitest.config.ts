/** Every suite of the repository as a vitest project: packages in Node, components in a real Chromium, `e2e` across packages. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { playwright } from '@vitest/browser-playwright'
import { defaultClientConditions, defaultServerConditions } from 'vite'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { chromiumFlags, findChromium } from './scripts/chromium.ts'

/** Packages resolve each other's sources, so tests need no build. */
const source = '@runtail/source'

function nodeProject(root: string, test: TestProjectInlineConfiguration['test'] = {}): TestProjectInlineConfiguration {
  return {
    root,
    ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
    test: { name: root.replace('packages/', ''), include: ['test/**/*.test.ts'], environment: 'node', ...test },
  }
}

/** Packs what is built, and installs it. */
const packing = fileURLToPath(new URL('packaging/test/setup.ts', import.meta.url))

/** Bundled before the first test: a dependency that Vite discovers in the middle of a run reloads the page. */
const clientDependencies = [
  'vue',
  '@vue/test-utils',
  'axe-core',
  '@runtail/client-sdk > @trpc/client',
  '@runtail/client-sdk > @trpc/server/observable',
]

function browserProject(root: string, dependencies: string[] = []): TestProjectInlineConfiguration {
  const executablePath = findChromium()
  return {
    root,
    plugins: [vue()],
    resolve: { conditions: [source, ...defaultClientConditions] },
    optimizeDeps: { include: [...clientDependencies, ...dependencies] },
    test: {
      name: root.replace(/^(packages|apps)\//, ''),
      include: ['test/**/*.test.ts'],
      exclude: ['test/node/**'],
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { args: chromiumFlags, ...(executablePath && { executablePath }) } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  }
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    coverage: { include: ['**/src/**/*.{ts,vue}'], exclude: ['**/*.d.ts'], allowExternal: true },
    projects: [
      nodeProject('packages/core'),
      nodeProject('packages/server'),
      nodeProject('packages/client-sdk'),
      nodeProject('packages/cli'),
      nodeProject('scripts'),
      browserProject('packages/vue'),
      nodeProject('packages/vue', { name: 'vue (logic)', include: ['test/node/**/*.test.ts'] }),
      browserProject('apps/dashboard', ['pinia']),
      nodeProject('apps/dashboard', { name: 'dashboard (logic)', include: ['test/node/**/*.test.ts'] }),
      nodeProject('bench', { testTimeout: 30_000 }),
      nodeProject('packaging', { globalSetup: packing, testTimeout: 60_000 }),
      nodeProject('e2e', { testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false }),
    ],
  },
})
