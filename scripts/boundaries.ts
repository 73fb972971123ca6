/** Who may know whom: which imports and globals each folder must do without, as overrides for the linter. */
import type { OxlintConfig } from 'oxlint'

type Override = NonNullable<OxlintConfig['overrides']>[number]

/**
 * Imports that a folder must do without. The linter's regexes know no look-around; in gitignore-like groups a `!` pattern
 * allows its imports whatever the other bans of the folder say.
 */
type Ban = ({ group: string[] } | { regex: string }) & {
  message: string
  /** `import type` is harmless: nothing of it is left at run time. */
  allowTypeImports?: boolean
}

const otherPackagesByPath: Ban = {
  group: ['**/packages/**', '**/apps/**', '../**/src/**', '../**/test/**'],
  message: 'Import another package by its name, not by its path.',
}
const nodeModules: Ban = {
  group: ['node:*', 'node:*/**', 'fs', 'path', 'os', 'http', 'https', 'crypto', 'stream', 'events', 'process'],
  message: 'This code also runs in browsers: what only Node has belongs in client-sdk/src/node, server or cli.',
}
const processModule: Ban = {
  group: ['node:process', 'process'],
  message: 'Only packages/cli reads arguments and environment; elsewhere they come in as options.',
}
const zod: Ban = {
  group: ['zod', 'zod/**', '@runtail/core/schema'],
  message: 'Browsers must not load zod (23 kB): import types, from @runtail/core.',
  allowTypeImports: true,
}
const drivers: Ban = {
  group: ['**/store/**', '!**/store/store.ts', '**/bus/**', '!**/bus/bus.ts'],
  message: 'Only packages/server/src/index.ts names drivers; everything else knows the ports store.ts and bus.ts.',
}
const beyondThePort = (own: string): Ban => ({
  group: ['../**', '!../**/store.ts', '!../**/bus.ts', '!../**/block.ts', `!../**/${own}*`],
  message: 'A driver knows its port, blocks and core, nothing else of the server.',
})

const driverNames = ['memory', 'sqlite', 'postgres', 'local', 'nats']
const driversBut = (own?: string): Ban => ({
  group: driverNames.flatMap((name) => (name === own ? [] : [`**/${name}.ts`, `**/${name}-*.ts`, `**/${name}/**`])),
  message: 'Drivers do not know each other, and ports do not know drivers.',
})

/** The workspace packages that a folder may not import; `schema` and other entries of them included. */
function packagesBut(...known: string[]): Ban {
  const all = ['core', 'server', 'client-sdk', 'vue', 'cli', 'dashboard']
  const unknown = all.filter((name) => !known.includes(name))
  return {
    group: unknown.flatMap((name) => [`@runtail/${name}`, `@runtail/${name}/**`]),
    message: `This folder knows ${known.join(', ') || 'no other package'}: see "who may know whom" in ARCHITECTURE.md.`,
  }
}

function forbid(files: string, bans: Ban[]): Override {
  return { files: [files], rules: { 'no-restricted-imports': ['error', { patterns: [otherPackagesByPath, ...bans] }] } }
}

function forbidGlobals(files: string, globals: string[]): Override {
  return { files: [files], rules: { 'no-restricted-globals': ['error', ...globals] } }
}

const nodeGlobals = ['process', 'Buffer', 'global', 'require', '__dirname', '__filename', 'setImmediate']
const pageGlobals = ['window', 'document', 'localStorage', 'sessionStorage', 'navigator', 'location']
const worldGlobals = ['setTimeout', 'setInterval', 'performance', 'crypto', 'fetch', 'WebSocket']

/** Of two overrides for one file the later holds, so exceptions follow their rule. */
export const boundaries: Override[] = [
  {
    files: ['{packages,apps}/*/src/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'argv', message: processModule.message },
        { object: 'process', property: 'env', message: processModule.message },
      ],
    },
  },

  // core: nothing but zod, and that in schema.ts alone; no platform, no clock, no randomness.
  forbid('packages/core/src/**', [
    { group: ['**/schema.ts'], message: 'schema.ts brings zod: only types of it.', allowTypeImports: true },
    { regex: '^[^.]', message: 'core is pure: it depends on zod alone, and in schema.ts alone.' },
  ]),
  forbid('packages/core/src/schema.ts', [
    { regex: '^([^.z]|z[^o]|zo[^d]|zod.)', message: 'core depends on zod alone.' },
  ]),
  forbidGlobals('packages/core/src/**', [...nodeGlobals, ...pageGlobals, ...worldGlobals]),
  {
    files: ['packages/core/src/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'core has no clock: time comes in as an argument.' },
        { object: 'Math', property: 'random', message: 'core has no randomness: it comes in as an argument.' },
      ],
    },
  },

  // server: knows core; only its index.ts names drivers.
  forbid('packages/server/src/**', [packagesBut('core'), processModule, drivers]),
  forbid('packages/server/src/index.ts', [packagesBut('core'), processModule]),
  forbid('packages/server/src/{store,bus}/**', [packagesBut('core'), processModule, driversBut()]),
  ...driverNames.map((own) =>
    forbid(`packages/server/src/{store,bus}/{${own}.ts,${own}-*.ts,${own}/**}`, [
      packagesBut('core'),
      processModule,
      driversBut(own),
      beyondThePort(own),
    ]),
  ),

  // client-sdk: knows core, which has the shape of the server's API; what only Node has lies in node/.
  forbid('packages/client-sdk/src/**', [
    packagesBut('core'),
    zod,
    nodeModules,
    { group: ['./node/**', '../node/**'], message: 'Only the `node` export condition reaches src/node.' },
  ]),
  forbidGlobals('packages/client-sdk/src/**', [...nodeGlobals, ...pageGlobals]),
  forbid('packages/client-sdk/src/node/**', [packagesBut('core'), zod, processModule]),
  { files: ['packages/client-sdk/src/node/**'], rules: { 'no-restricted-globals': 'off' } },

  // vue and the dashboard: know what lies before them, and core's pure part.
  forbid('packages/vue/src/**', [packagesBut('core', 'client-sdk'), zod, nodeModules]),
  forbid('apps/dashboard/src/**', [packagesBut('core', 'client-sdk', 'vue'), zod, nodeModules]),

  // cli: knows server, client-sdk and core; it alone reads arguments and environment.
  forbid('packages/cli/src/**', [packagesBut('core', 'client-sdk', 'server')]),
  { files: ['packages/cli/src/**'], rules: { 'no-restricted-properties': 'off' } },
]
