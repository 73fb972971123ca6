// Long work enters as a function that can stop in between; it runs in slices of a few milliseconds, so that the page stays alive. Ends with the scope.

import { onScopeDispose } from 'vue'

/** A slice; with one indivisible piece of work more it stays below 10 ms. */
const SLICE_MS = 6

/** Runs `work` from now on until it says that it is done. */
export function useSlices(work: (shouldStop: () => boolean) => boolean): {
  readonly run: () => void
  readonly stop: () => void
} {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => clearTimeout(timer)
  const run = (): void => {
    stop()
    const endMs = performance.now() + SLICE_MS
    if (!work(() => performance.now() >= endMs)) timer = setTimeout(run)
  }
  onScopeDispose(stop)
  return { run, stop }
}
