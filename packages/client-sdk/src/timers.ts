// A delay and a callback enter, what cancels it leaves; none of these timers keeps a Node process alive, except where a hold is asked for.

/** The longest delay that timers can take. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** Calls back once. Returns what cancels it. */
export function startTimer(delayMs: number, callback: () => void): () => void {
  const timer = letGo(setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS)))
  return () => clearTimeout(timer)
}

/** Calls back again and again. Returns what ends it. */
export function startTicks(intervalMs: number, callback: () => void): () => void {
  const timer = letGo(setInterval(callback, intervalMs))
  return () => clearInterval(timer)
}

/** Keeps a Node process alive, for what a program waits for; does nothing elsewhere. Returns what ends it. */
export function holdProcess(): () => void {
  const timer = setInterval(() => {}, MAX_DELAY_MS)
  return () => clearInterval(timer)
}

/** Resolves after the delay, or as soon as the signal aborts. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const release = holdProcess()
    const end = (): void => {
      cancel()
      release()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = startTimer(delayMs, end)
    signal.addEventListener('abort', end)
  })
}

/** Timers are numbers in browsers, and objects that hold the process in Node. */
function letGo<Timer>(timer: Timer): Timer {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
  return timer
}
