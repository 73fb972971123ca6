/**
 * The declarations that vue-tsc wrote enter; they leave with `./x.js` for `./x.ts` and `./X.vue.js` for `./X.vue`: Node's way to
 * resolve, which TypeScript follows for consumers, finds a declaration only beside a name that ends in `.js`. What is imported for its effect alone gets one that says so.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const dist = join(import.meta.dirname, 'dist')
for (const path of globSync('**/*.d.ts', { cwd: dist })) {
  const text = readFileSync(join(dist, path), 'utf8')
  const named = text
    .replaceAll(/(['"])(\.\.?\/[^'"]+)\.ts\1/g, '$1$2.js$1')
    .replaceAll(/(['"])(\.\.?\/[^'"]+\.vue)\1/g, '$1$2.js$1')
  writeFileSync(join(dist, path), named)
}
for (const path of ['runtail-monitor.d.ts', 'style.d.css.ts']) writeFileSync(join(dist, path), 'export {}\n')
