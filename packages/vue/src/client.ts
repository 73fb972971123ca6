// A client, or one that only reads, enters, once per app or subtree; every composable and component below takes it from here.

import type { RuntailViewer } from '@runtail/client-sdk'
import { RuntailError } from '@runtail/core'
import { inject, provide, type App, type InjectionKey } from 'vue'

const CLIENT: InjectionKey<RuntailViewer> = Symbol('runtail client')

/**
 * Makes `client` known to what lies below: in `setup()` to the component's descendants, with `app` to the whole app.
 * Whoever made the client closes it.
 */
export function provideRuntail(client: RuntailViewer, app?: App): void {
  if (app) app.provide(CLIENT, client)
  else provide(CLIENT, client)
}

/** The client that was provided. */
export function useRuntail(): RuntailViewer {
  const client = inject(CLIENT, undefined)
  if (client) return client
  throw new RuntailError('invalid_option', {
    message:
      'No Runtail client was provided. Call provideRuntail(createClient({ url })) in the setup of a component above, or provideRuntail(client, app).',
  })
}
