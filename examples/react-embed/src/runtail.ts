// The page's one connection, however many components watch something; and anything that can be watched, as a hook.

import { createViewer, type Watchable } from '@runtail/client-sdk'
import { useSyncExternalStore } from 'react'

export const runtail = createViewer({ url: `ws://${location.host}/trpc` })

/** The newest snapshot. Make the watch in `useMemo`: another one each time would be followed anew each time. */
export function useWatch<Snapshot>(watch: Watchable<Snapshot>): Snapshot {
  return useSyncExternalStore(watch.subscribe, watch.getSnapshot)
}
