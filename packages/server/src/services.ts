// What the edge (router, sockets, HTTP) knows of the inside; the composition root fills it with the real ones.

import type { ExecutionFeed } from './execution-feed.ts'
import type { Feed } from './feed.ts'
import type { Ingest } from './ingest.ts'
import type { Store } from './store/store.ts'

/** Everything behind the edge, without the means to stop it. */
export interface Services {
  readonly ingest: Pick<Ingest, 'create' | 'append'>
  readonly feed: Pick<Feed, 'begin' | 'follow'>
  readonly executionFeed: Pick<ExecutionFeed, 'watch'>
  readonly store: Omit<Store, 'close'>
}
