import { SqliteStore } from '../src/store/sqlite.ts'
import { storeConformance } from './store-conformance.ts'
import { temporaryFolder } from './support/folder.ts'

const path = temporaryFolder()
let databases = 0

storeConformance('SQLite', () => SqliteStore.open({ path: path(`${(databases += 1)}.db`) }))
