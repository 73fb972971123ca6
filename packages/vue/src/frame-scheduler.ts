// Requests enter, however many; at most one run per animation frame leaves. A hidden page has no frames: there a slow timer runs, and one flush when it is shown again.

/** What the scheduler needs of a browser's page. */
export interface FramePage {
  isHidden(): boolean
  /** Gives the frame's time in milliseconds; returns what cancels it. */
  onNextFrame(run: (frameMs: number) => void): () => void
  /** Returns what cancels it. */
  onTimeout(run: () => void, delayMs: number): () => void
  /** Returns what ends it. */
  onVisibilityChange(listener: () => void): () => void
}

/** Runs its task later, once for all requests until then. */
export interface FrameScheduler {
  readonly request: () => void
  /** Nothing runs after this, and no listener is left. */
  readonly dispose: () => void
}

/** Browsers let hidden pages run timers once a second at best. */
export const HIDDEN_DELAY_MS = 1000

/** The real page. */
export const browserPage: FramePage = {
  isHidden: () => document.hidden,
  onNextFrame: (run) => {
    const id = requestAnimationFrame(run)
    return () => cancelAnimationFrame(id)
  },
  onTimeout: (run, delayMs) => {
    const id = setTimeout(run, delayMs)
    return () => clearTimeout(id)
  },
  onVisibilityChange: (listener) => {
    document.addEventListener('visibilitychange', listener)
    return () => document.removeEventListener('visibilitychange', listener)
  },
}

/** Options of {@link createFrameScheduler}. */
export interface FrameSchedulerOptions {
  /** Milliseconds from one run to the next at least; the first after a while runs in the next frame all the same. @default 0 */
  readonly gapMs?: number
  /** @default the browser's page */
  readonly page?: FramePage
}

/** Makes a scheduler of `run`; whoever makes it disposes of it. */
export function createFrameScheduler(run: () => void, options: FrameSchedulerOptions = {}): FrameScheduler {
  const { gapMs = 0, page = browserPage } = options
  let cancel: (() => void) | undefined
  let disposed = false
  let ranMs = Number.NEGATIVE_INFINITY

  const runNow = (): void => {
    cancel?.()
    cancel = undefined
    run()
  }
  const runInFrame = (frameMs: number): void => {
    if (frameMs - ranMs < gapMs) {
      cancel = page.onNextFrame(runInFrame)
      return
    }
    ranMs = frameMs
    runNow()
  }
  // A frame asked for before the page was hidden would not come, and a second is long for somebody who looks again.
  const endListening = page.onVisibilityChange(() => {
    if (cancel) runNow()
  })

  return {
    request() {
      if (disposed) return
      cancel ??= page.isHidden() ? page.onTimeout(runNow, HIDDEN_DELAY_MS) : page.onNextFrame(runInFrame)
    },
    dispose() {
      disposed = true
      cancel?.()
      cancel = undefined
      endListening()
    },
  }
}
