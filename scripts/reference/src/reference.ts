// The built packages enter, the pages of the reference and what they lack leave; nothing is written here.

import { resolve } from 'node:path'
import { linksTo, toPage } from './page.ts'
import { readExports, type Exported } from './read.ts'

/** The reference as it should stand. */
export interface Reference {
  /** Markdown by the path of its page within the repository. */
  readonly pages: ReadonlyMap<string, string>
  /** Exports without a docstring: `client-sdk: createClient`. */
  readonly undocumented: readonly string[]
}

const repository = resolve(import.meta.dirname, '../../..')
const entry = (path: string): string => resolve(repository, 'packages', path)
const ENTRIES = {
  sdk: entry('client-sdk/dist/node/index.d.ts'),
  browser: entry('client-sdk/dist/index.d.ts'),
  server: entry('server/dist/index.d.ts'),
  vue: entry('vue/dist/index.d.ts'),
  element: entry('vue/dist/element/index.d.ts'),
}

/** Reads the packages. */
export function readReference(): Reference {
  const all = readExports(Object.values(ENTRIES))
  const of = (path: string): readonly Exported[] => all.get(path) ?? []
  const inBrowsers = new Set(of(ENTRIES.browser).map(({ name }) => name))
  const onlyNode = of(ENTRIES.sdk).filter(({ name }) => !inBrowsers.has(name))
  const elsewhere = linksTo('client-sdk.md', of(ENTRIES.sdk))
  const pages = new Map([
    [
      'docs/reference/client-sdk.md',
      toPage(of(ENTRIES.sdk), {
        title: '@runtail/client-sdk',
        intro:
          'Produce and follow executions. The pages for the tasks: [producing](../producing.md), [following](../following.md).',
        only: new Map(onlyNode.map(({ name }) => [name, 'In Node'])),
      }),
    ],
    [
      'docs/reference/server.md',
      toPage(of(ENTRIES.server), {
        title: '@runtail/server',
        elsewhere,
        intro:
          'A server in your own program, and the type of its API. The page for the task: [services](../services.md).',
      }),
    ],
    [
      'docs/reference/vue.md',
      toPage(of(ENTRIES.vue), {
        title: '@runtail/vue',
        elsewhere,
        intro:
          'Components and composables. The page for the task: [embedding](../embedding.md). Of a component you see its props; `onX` is the event `x`.',
      }),
    ],
    [
      'docs/reference/vue-element.md',
      toPage(of(ENTRIES.element), {
        title: '@runtail/vue/element',
        elsewhere,
        intro:
          'The element `<runtail-monitor>` for pages without Vue. The page for the task: [embedding](../embedding.md).',
      }),
    ],
  ])
  const undocumented = [...all].flatMap(([path, exported]) =>
    exported.filter(({ docs }) => docs === '').map(({ name }) => `${path.slice(entry('').length + 1)}: ${name}`),
  )
  return { pages, undocumented: [...new Set(undocumented)] }
}
