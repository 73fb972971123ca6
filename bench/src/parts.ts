// The parts of the server that a burst is given to within its process: the one file here that reaches into a package, whose entry keeps them inside.

export { assemble } from '../../packages/server/src/assembly.ts'
export { LocalBus } from '../../packages/server/src/bus/local.ts'
export { Ingest } from '../../packages/server/src/ingest.ts'
export { resolveOptions } from '../../packages/server/src/options.ts'
export { SqliteStore } from '../../packages/server/src/store/sqlite.ts'
