// Attributes of `<runtail-monitor>` enter, a monitor in a shadow root leaves: no style of the page reaches in, none of it out. Gone from the page, nothing of it is left.

import type { ClientOptions } from '@runtail/client-sdk'
import { toRuntailError } from '@runtail/core'
import { createApp, h, shallowReactive, type App } from 'vue'
import { provideRuntail } from '../client.ts'
import css from '../style.css?inline'
import ElementBody from './ElementBody.vue'
import hostCss from './host.css?inline'
import { borrowClient, type Loan } from './shared-clients.ts'
import { socketUrl } from './socket-url.ts'

type BodyProps = InstanceType<typeof ElementBody>['$props']

const CONNECTING = ['url', 'token']
const SHOWN = ['execution-id', 'density', 'icons', 'last']

/** One sheet for all elements; made at the first, and allowed where a page forbids style elements. */
let sheet: CSSStyleSheet | undefined
function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css + hostCss)
  }
  return sheet
}

/** What a page can do with the element from a script, beside its attributes. */
export interface RuntailMonitorElement extends HTMLElement {
  /** As the attribute, or a function that is asked on every connect, as for tokens that expire. */
  token: ClientOptions['token'] | null
}

/** Makes the class of the element. `serverUrl`: where the server is for elements that do not say it. */
export function makeMonitorElement(serverUrl: () => string): new () => RuntailMonitorElement {
  return class extends HTMLElement implements RuntailMonitorElement {
    static readonly observedAttributes = [...CONNECTING, ...SHOWN]
    readonly #root = this.attachShadow({ mode: 'open' })
    readonly #shown = shallowReactive<BodyProps>(shownOf(this))
    #tokenFunction: (() => string | Promise<string>) | undefined
    #app: App | undefined
    #loan: Loan | undefined
    /** Attributes of an element that is being parsed change before it is connected. */
    #isStarted = false

    get token(): ClientOptions['token'] | null {
      return this.#tokenFunction ?? this.getAttribute('token')
    }

    set token(token: ClientOptions['token'] | null) {
      this.#tokenFunction = typeof token === 'function' ? token : undefined
      if (typeof token === 'string') this.setAttribute('token', token)
      else this.removeAttribute('token')
      if (this.#tokenFunction) this.#restart()
    }

    connectedCallback(): void {
      if (!this.#isStarted) this.#start()
    }

    disconnectedCallback(): void {
      // Moved to another place in the page, it is there again at once.
      queueMicrotask(() => {
        if (!this.isConnected) this.#stop()
      })
    }

    attributeChangedCallback(name: string, before: string | null, now: string | null): void {
      if (before === now) return
      if (CONNECTING.includes(name)) this.#restart()
      else Object.assign(this.#shown, shownOf(this))
    }

    #start(): void {
      this.#isStarted = true
      this.#root.adoptedStyleSheets = [sharedSheet()]
      try {
        const url = socketUrl(this.getAttribute('url') ?? serverUrl(), document.baseURI)
        this.#loan = borrowClient(url, this.token ?? undefined)
      } catch (thrown) {
        this.#tell(toRuntailError(thrown).message)
        return
      }
      const tell = (type: string) => (detail: unknown) => void this.dispatchEvent(new CustomEvent(type, { detail }))
      const app = createApp(() => h(ElementBody, { ...this.#shown, onEnded: tell('ended'), onChange: tell('change') }))
      provideRuntail(this.#loan.client, app)
      app.mount(this.#root as unknown as Element)
      this.#app = app
    }

    #stop(): void {
      this.#isStarted = false
      this.#app?.unmount()
      this.#loan?.release()
      this.#app = this.#loan = undefined
      this.#root.replaceChildren()
    }

    #restart(): void {
      if (!this.#isStarted) return
      this.#stop()
      this.#start()
    }

    #tell(problem: string): void {
      const text = document.createElement('p')
      text.className = 'rt-root rt-monitor rt-problem'
      text.role = 'alert'
      text.textContent = problem
      this.#root.replaceChildren(text)
    }
  }
}

function shownOf(element: HTMLElement): BodyProps {
  const last = Number.parseInt(element.getAttribute('last') ?? '', 10)
  return {
    executionId: element.getAttribute('execution-id') || undefined,
    density: element.getAttribute('density') === 'compact' ? 'compact' : 'full',
    icons: element.getAttribute('icons') === 'line' ? 'line' : undefined,
    last: last >= 0 ? last : undefined,
  }
}
