// Requests enter, however many; a run at once, and then at most one per gap leaves. For data: they are there before the next frame, so that all that they change is laid out once.

import { browserPage, HIDDEN_DELAY_MS, type FramePage, type FrameScheduler } from './frame-scheduler.ts'

/** What the throttle needs of a page. */
export type ThrottlePage = Omit<FramePage, 'onNextFrame'> & { nowMs(): number }

const realPage: ThrottlePage = { ...browserPage, nowMs: () => performance.now() }

/**
 * Makes a throttle of `run`, which says how many milliseconds there must be until it runs again; in a page that is hidden, a second.
 * Whoever makes it disposes of it.
 */
export function createThrottle(run: () => number, page: ThrottlePage = realPage): FrameScheduler {
  let cancel: (() => void) | undefined
  let disposed = false
  let ranMs = Number.NEGATIVE_INFINITY
  let gapMs = 0

  const runNow = (): void => {
    cancel?.()
    cancel = undefined
    ranMs = page.nowMs()
    gapMs = run()
  }
  const endListening = page.onVisibilityChange(() => {
    if (cancel) runNow()
  })

  return {
    request() {
      if (disposed || cancel) return
      const waitMs = ranMs + (page.isHidden() ? HIDDEN_DELAY_MS : gapMs) - page.nowMs()
      if (waitMs <= 0) runNow()
      else cancel = page.onTimeout(runNow, waitMs)
    },
    dispose() {
      disposed = true
      cancel?.()
      cancel = undefined
      endListening()
    },
  }
}
