// The whole dashboard on a page of its own: real addresses of the browser, real stores and components, over a client and a demo that a test sets.

import '../../src/styles/index.css'
import { provideRuntail } from '@runtail/vue'
import { flushPromises } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, vi } from 'vitest'
import type { App as VueApp } from 'vue'
import { FakeClient } from '../../../../packages/vue/test/support/fake-client.ts'
import { painted, show } from '../../../../packages/vue/test/support/mounting.ts'
import { createAddress } from '../../src/address.ts'
import App from '../../src/App.vue'

const ownAddress = location.href

// As in the built page.
const base = document.createElement('base')
base.href = '/'
document.head.prepend(base)

afterEach(() => {
  vi.restoreAllMocks()
  // The app of the test is unmounted by now or after: what the address shows is nobody's business any more.
  history.replaceState(null, '', ownAddress)
  localStorage.clear()
  sessionStorage.clear()
  delete document.documentElement.dataset['theme']
  document.title = ''
})

/** Opens `path` and waits until it is painted. */
export async function open(path: string, fake = new FakeClient()) {
  history.replaceState(null, '', path)
  const runtail = { install: (app: VueApp) => provideRuntail(fake.asClient, app) }
  const wrapper = show(App, { global: { plugins: [createPinia(), createAddress(), runtail] } })
  const place = wrapper.element.parentElement
  if (place) place.id = 'app'
  await flushPromises()
  await painted()
  return {
    fake,
    wrapper,
    text: () => wrapper.get('main').text(),
    button: (name: string) => {
      const found = wrapper.findAll('button').find((button) => button.text() === name)
      if (!found) throw new Error(`no button "${name}"`)
      return found
    },
    go: async (to: string) => {
      await navigation.navigate(to).finished
      await painted()
    },
  }
}

/** A request that the dashboard made. */
export interface SeenRequest {
  readonly path: string
  readonly method: string
  readonly body: unknown
}

const SCENARIOS = [
  { id: 'quick', title: 'Quick', description: 'Takes a moment.' },
  { id: 'flood', title: 'Flood', description: 'Many lines.' },
]

/** Answers the demo's endpoints; gives back every request that came. */
export function serveDemo(answer: { readonly list?: number; readonly start?: Response } = {}): SeenRequest[] {
  const seen: SeenRequest[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const path = typeof input === 'string' ? input : input instanceof URL ? input.pathname : input.url
    const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined
    seen.push({ path, method: init?.method ?? 'GET', body })
    if (path !== 'demo') return Promise.resolve(answer.start?.clone() ?? Response.json({}, { status: 202 }))
    const status = answer.list ?? 200
    return Promise.resolve(Response.json(status === 200 ? { scenarios: SCENARIOS } : {}, { status }))
  })
  return seen
}
