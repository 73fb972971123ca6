// The reader's hands on a scrolling element enter, what they mean leaves; and the element is put where rows want it: one assignment per frame, none against the reader.

import { watch, type ShallowRef } from 'vue'
import type { FollowEvent } from './follow-machine.ts'
import { ROW_PX } from './row-layout.ts'
import {
  isAtEnd,
  maxTopPx,
  moveScrollbar,
  placeAt,
  spacerPx,
  stayAt,
  type Geometry,
  type ScrollPosition,
} from './viewport-geometry.ts'

/** What scrolls, and who is told of it. */
export interface ViewportScrollOptions {
  /** The element that scrolls. */
  readonly viewport: Readonly<ShallowRef<HTMLElement | null>>
  /** The element whose height makes the scrollbar. */
  readonly spacer: Readonly<ShallowRef<HTMLElement | null>>
  readonly isFollowing: () => boolean
  readonly send: (event: FollowEvent) => void
  /** The viewport stands elsewhere, by the reader's hand or by another size. */
  readonly moved: (isByHand: boolean) => void
}

/** Runs the scrolling of a viewport for as long as the component lives. */
export function useViewportScroll({ viewport, spacer, isFollowing, send, moved }: ViewportScrollOptions) {
  let geometry: Geometry = { contentPx: 0, viewportPx: 0 }
  let position: ScrollPosition = { physicalPx: 0, topPx: 0 }
  /** Where the scrollbar was seen or put last. */
  let barPx = 0

  /** Takes a position, and moves the scrollbar there if it stands elsewhere. */
  function go(next: ScrollPosition): void {
    position = next
    settle()
  }

  function settle(): void {
    const isElsewhere = Math.abs(position.physicalPx - barPx) >= 0.5
    barPx = position.physicalPx
    if (viewport.value && isElsewhere) viewport.value.scrollTop = barPx
  }

  function onScroll(): void {
    const element = viewport.value
    if (!element) return
    // A layout between two frames may have moved the scrollbar, and no observer has told of the new size yet.
    geometry = { ...geometry, viewportPx: element.clientHeight }
    const physicalPx = element.scrollTop
    barPx = physicalPx
    const movedPx = physicalPx - position.physicalPx
    // Compared with where it was put, not guarded by a flag: to set an unchanged scrollTop fires no event to lower a flag again.
    if (Math.abs(movedPx) < 1) return
    go(moveScrollbar(position, physicalPx, geometry))
    const isEnd = isAtEnd(position.topPx, geometry)
    if (movedPx > 0 && isEnd) send({ type: 'reached_end' })
    if (movedPx < 0 && !isEnd) send({ type: 'scrolled_up' })
    moved(true)
  }

  /** Where the scrollbar stands beside its proper place, it is put right when the scrolling ends, unseen. */
  function onScrollEnd(): void {
    if (!isFollowing()) go(placeAt(position.topPx, geometry))
  }

  /** Tells where the reader wants to go, before the first pixel has moved: negative is up. */
  function intend(directionPx: number): void {
    if (maxTopPx(geometry) === 0) return
    if (directionPx < 0) send({ type: 'scrolled_up' })
    else if (isAtEnd(position.topPx, geometry)) send({ type: 'reached_end' })
  }

  /** An element that is moved in the document loses its scroll position without any scrolling. */
  function restore(): void {
    const element = viewport.value
    if (element && Math.abs(element.scrollTop - position.physicalPx) >= 1) element.scrollTop = position.physicalPx
  }

  function resize(element: HTMLElement): void {
    geometry = { ...geometry, viewportPx: element.clientHeight }
    moved(false)
  }

  watch(
    viewport,
    (element, _before, onCleanup) => {
      if (!element) return
      const observer = new ResizeObserver(() => resize(element))
      observer.observe(element)
      onCleanup(() => observer.disconnect())
      resize(element)
    },
    { flush: 'post', immediate: true },
  )

  return {
    topPx: () => position.topPx,
    viewportPx: () => geometry.viewportPx,
    /** Whether there is more than fits. */
    canMove: () => maxTopPx(geometry) > 0,
    isAtEnd: () => isAtEnd(position.topPx, geometry),
    /** Takes the height of all rows; `isLoose` where it is reckoned. */
    resizeContent(contentPx: number, isLoose: boolean): void {
      geometry = { contentPx, viewportPx: geometry.viewportPx, isLoose }
      if (spacer.value) spacer.value.style.height = `${spacerPx(geometry)}px`
    },
    /** Shows what lies there; as `toEnd` and `stay`, with the next `settle`. */
    place(topPx: number): void {
      position = placeAt(topPx, geometry)
    },
    toEnd(): void {
      position = placeAt(maxTopPx(geometry), geometry)
    },
    /** Shows what it shows, which lies there now. */
    stay(topPx: number): void {
      position = stayAt(position, topPx, geometry)
    },
    /** Puts the scrollbar in its place; after the rows were painted, for it makes the browser lay out the page. */
    settle,
    moveBy(deltaPx: number): void {
      go(placeAt(position.topPx + deltaPx, geometry))
      intend(deltaPx)
      moved(true)
    },
    /** One row of the page before stays in view. */
    pagePx: () => Math.max(ROW_PX, geometry.viewportPx - ROW_PX),
    onScroll,
    onScrollEnd,
    restore,
    intend,
  }
}
