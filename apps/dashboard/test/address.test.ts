// Links, Back and Forward, hashes, focus and scrolling, with the browser's own navigation.
import { expect, test, vi } from 'vitest'
import { FakeClient, makeExecution } from '../../../packages/vue/test/support/fake-client.ts'
import { painted } from '../../../packages/vue/test/support/mounting.ts'
import { createAddress } from '../src/address.ts'
import { open, serveDemo } from './support/dashboard.ts'

/** Enough executions that the list is higher than the window. */
function withMany(): FakeClient {
  const fake = new FakeClient()
  const executions = Array.from({ length: 60 }, (_, index) =>
    makeExecution({ id: `run-${index}`, name: `Run ${index}` }),
  )
  for (const key of ['all', 'running'] as const) fake.list(key).set({ status: 'live', executions })
  return fake
}

async function openList() {
  serveDemo()
  const opened = await open('/executions', withMany())
  return {
    ...opened,
    heading: () => opened.wrapper.get('h1').text(),
    link: (name: string) => {
      const found = opened.wrapper.findAll<HTMLAnchorElement>('a').find((link) => link.text() === name)
      if (!found) throw new Error(`no link "${name}"`)
      return found.element
    },
  }
}

/** What the browser says when a navigation that the dashboard took over is done, scrolling included. */
async function navigated(begin: () => void): Promise<void> {
  const done = new Promise((resolve) => {
    navigation.addEventListener('navigatesuccess', resolve, { once: true })
  })
  begin()
  await done
  await painted()
}

test('a link opens its page without loading: at the top, with the focus in it, and its title', async () => {
  const { link, heading, wrapper } = await openList()
  const entries = history.length
  link('Run 40').focus()
  window.scrollTo(0, 600)
  await navigated(() => link('Run 40').click())
  expect(location.pathname).toBe('/executions/run-40')
  expect(heading()).toBe('Run 40')
  expect(document.activeElement).toBe(wrapper.get('main').element)
  expect(window.scrollY).toBe(0)
  expect(document.title).toContain('Run 40')
  expect(history.length).toBe(entries + 1)
})

test('Back and Forward show the pages again, Back where it was scrolled to', async () => {
  const { link, heading, wrapper } = await openList()
  window.scrollTo(0, 600)
  await navigated(() => link('Run 40').click())
  await navigated(() => history.back())
  expect(location.pathname).toBe('/executions')
  expect(heading()).toBe('Executions')
  expect(document.title).toBe('Executions · Runtail')
  expect(window.scrollY).toBe(600)
  expect(document.activeElement).toBe(wrapper.get('main').element)
  await navigated(() => history.forward())
  expect(heading()).toBe('Run 40')
})

test('another filter of the same page neither scrolls nor takes the focus', async () => {
  const { link, wrapper } = await openList()
  window.scrollTo(0, 40)
  link('Running').focus({ preventScroll: true })
  await navigated(() => link('Running').click())
  expect(location.search).toBe('?status=running')
  expect(wrapper.get('.filter-chosen').text()).toBe('Running')
  expect(window.scrollY).toBe(40)
  expect(document.activeElement).toBe(link('Running'))
})

test('a hash that was typed is known to the page, and going back leaves it again', async () => {
  const { wrapper, go } = await openList()
  await go('/executions/run-1')
  const monitor = wrapper.getComponent({ name: 'WorkflowExecutionMonitor' })
  location.hash = '#L7'
  await vi.waitFor(() => expect(monitor.props('hash')).toBe('#L7'))
  history.back()
  await vi.waitFor(() => expect(monitor.props('hash')).toBe(''))
  expect(location.pathname).toBe('/executions/run-1')
})

test("the skip link is the browser's own", async () => {
  const { link, heading } = await openList()
  link('Skip to content').click()
  await vi.waitFor(() => expect(location.hash).toBe('#page'))
  expect(heading()).toBe('Executions')
})

/** Whether the dashboard takes a navigation over; where it leads is not opened, whatever the answer. */
function isTaken(begin: () => void): boolean {
  const intercept = vi.spyOn(NavigateEvent.prototype, 'intercept').mockReturnValue()
  const seen = vi.fn<(event: NavigateEvent) => void>((event) => event.preventDefault())
  navigation.addEventListener('navigate', seen, { once: true })
  begin()
  expect(seen).toHaveBeenCalledOnce()
  return intercept.mock.calls.length > 0
}

test('what is no page of ours is left to the browser: other addresses, downloads, reloading', async () => {
  const { link } = await openList()
  const brand = link('Runtail')
  expect(isTaken(() => brand.click())).toBe(true)
  vi.restoreAllMocks()
  for (const href of ['/', '/nowhere', '/healthz', 'https://example.org/executions']) {
    brand.href = href
    expect(isTaken(() => brand.click())).toBe(false)
  }
  brand.href = '/executions'
  brand.download = 'list.html'
  expect(isTaken(() => brand.click())).toBe(false)
  expect(isTaken(() => location.reload())).toBe(false)
})

test('a click with a modifier is left to the browser, which opens a tab', async () => {
  const { link } = await openList()
  const left = vi.fn<(isHandled: boolean) => void>()
  const look = (event: MouseEvent) => {
    left(event.defaultPrevented)
    event.preventDefault()
  }
  addEventListener('click', look, { once: true })
  link('Run 1').dispatchEvent(new MouseEvent('click', { ctrlKey: true, bubbles: true, cancelable: true }))
  expect(left).toHaveBeenCalledExactlyOnceWith(false)
})

test('without the Navigation API the page of an address is there all the same, and its hash is followed', () => {
  history.replaceState(null, '', '/executions/run-1')
  const { url, page, replaceHash } = createAddress({ history, location, addEventListener })
  expect(page.value).toEqual({ name: 'execution', id: 'run-1' })
  replaceHash('#L7')
  expect(url.value.hash).toBe('#L7')
  expect(location.hash).toBe('#L7')
})

test('an app that is unmounted no longer listens', async () => {
  const { wrapper, link } = await openList()
  const run = link('Run 1')
  const place = run.cloneNode() as HTMLAnchorElement
  wrapper.unmount()
  document.body.append(place)
  expect(isTaken(() => place.click())).toBe(false)
})
