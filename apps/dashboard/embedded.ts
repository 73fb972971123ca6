/** The custom element, built by @runtail/vue, goes along with the dashboard's files: a server serves it to other pages as `/runtail-monitor.js`. */
/// <reference types="node" />
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/** Adds the file to a build. */
export function embedded(): Plugin {
  return {
    name: 'runtail:embedded',
    apply: 'build',
    async generateBundle() {
      const path = fileURLToPath(import.meta.resolve('@runtail/vue/runtail-monitor.js'))
      this.emitFile({ type: 'asset', fileName: 'runtail-monitor.js', source: await readFile(path) })
    },
  }
}
