// Address and token enter, a client leaves that all who ask for the same share: one connection however many elements, closed with the last of them.

import { createViewer, type ClientOptions, type RuntailViewer } from '@runtail/client-sdk'

/** A client on loan. */
export interface Loan {
  readonly client: RuntailViewer
  /** Gives it back; harmless to repeat. */
  readonly release: () => void
}

interface Shared {
  readonly client: RuntailViewer
  readonly url: string
  readonly token: ClientOptions['token']
  users: number
}

const lent = new Set<Shared>()

/** @throws RuntailError `invalid_option` */
export function borrowClient(url: string, token: ClientOptions['token']): Loan {
  const shared = [...lent].find((known) => known.url === url && known.token === token) ?? {
    client: createViewer({ url, ...(token === undefined ? {} : { token }) }),
    url,
    token,
    users: 0,
  }
  lent.add(shared)
  shared.users += 1
  let isReleased = false
  return {
    client: shared.client,
    release: () => {
      if (isReleased) return
      isReleased = true
      shared.users -= 1
      if (shared.users > 0) return
      lent.delete(shared)
      shared.client.close().catch(throwToThePage)
    },
  }
}

/** Closing never rejects; if it did, the page would hear of it as of anything that nobody caught. */
function throwToThePage(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
