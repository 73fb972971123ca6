// An element enters, whether it is near the visible part of the page leaves: one observer for all, none while nobody asks.

import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'

/** What is about to be scrolled to is ready by then. */
const MARGIN = '400px'

const watched = new Map<Element, (isOnScreen: boolean) => void>()
let observer: IntersectionObserver | undefined

/** True until the browser says otherwise, so that the first painting waits for nothing. */
export function useOnScreen(target: Readonly<ShallowRef<HTMLElement | null>>): Readonly<ShallowRef<boolean>> {
  const isOnScreen = shallowRef(true)
  let stop = (): void => undefined
  watch(target, (element) => {
    stop()
    if (element) stop = observe(element, (now) => (isOnScreen.value = now))
  })
  onScopeDispose(() => stop())
  return isOnScreen
}

function observe(element: Element, tell: (isOnScreen: boolean) => void): () => void {
  watched.set(element, tell)
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) watched.get(target)?.(isIntersecting)
    },
    { rootMargin: MARGIN },
  )
  observer.observe(element)
  return () => {
    watched.delete(element)
    observer?.unobserve(element)
    if (watched.size > 0) return
    observer?.disconnect()
    observer = undefined
  }
}
