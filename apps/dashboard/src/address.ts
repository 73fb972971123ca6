// The browser's address enters, also when links and Back change it; it leaves as a value, and links between our pages load nothing.

import {
  computed,
  inject,
  nextTick,
  shallowRef,
  type App,
  type ComputedRef,
  type InjectionKey,
  type ShallowRef,
} from 'vue'
import { pageOf, type Page } from './page-of.ts'

/** Where the dashboard is; a plugin of its app. */
export interface Address {
  readonly url: Readonly<ShallowRef<URL>>
  readonly page: ComputedRef<Page>
  /** Puts a hash in the place of the one before: no entry in the history, and nothing scrolls. */
  readonly replaceHash: (hash: string) => void
  install(app: App): void
}

const ADDRESS: InjectionKey<Address> = Symbol('address')

/** The browser's window; older ones have no Navigation API. */
type Browser = Pick<Window, 'history' | 'location' | 'addEventListener'> & { readonly navigation?: Navigation }

/** The address of `browser`, until the app that uses it is unmounted. */
export function createAddress(browser: Browser = window): Address {
  const { history, location } = browser
  const url = shallowRef(new URL(location.href))
  const root = new URL(document.baseURI).pathname
  const page = computed(() => pageOf(url.value, root))
  const update = () => {
    url.value = new URL(location.href)
  }
  function replace(relative: string): void {
    history.replaceState(history.state, '', relative)
    update()
  }
  function install(app: App): void {
    const listening = new AbortController()
    app.provide(ADDRESS, address)
    app.onUnmount(() => listening.abort())
    browser.addEventListener('popstate', update, listening)
    // A browser without the Navigation API loads the page of a link from the server, which has an answer for every address.
    browser.navigation?.addEventListener('navigate', openHere, listening)
  }
  /** Takes over what leads from one of our pages to another; everything else stays the browser's own. */
  function openHere(event: NavigateEvent): void {
    if (!event.canIntercept || event.hashChange || event.downloadRequest !== null || event.navigationType === 'reload')
      return
    const to = new URL(event.destination.url)
    if (['redirect', 'not-found'].includes(pageOf(to, root).name)) return
    event.intercept({
      // App.vue moves the focus, and only to another page.
      focusReset: 'manual',
      scroll: to.pathname === url.value.pathname ? 'manual' : 'after-transition',
      // Scrolled to the top, or back to where it was, is what has been rendered.
      handler: async () => {
        update()
        await nextTick()
      },
    })
  }
  const address = {
    url,
    page,
    replaceHash: (hash: string) => replace(location.pathname + location.search + hash),
    install,
  }
  if (page.value.name === 'redirect') replace(page.value.path + location.search + location.hash)
  return address
}

/** The address of the app around. */
export function useAddress(): Address {
  const address = inject(ADDRESS)
  if (!address) throw new Error('useAddress() needs an app with app.use(createAddress()).')
  return address
}
