// What is put into the measured page before its own scripts: clocks and counters that look at the document as a user's eye does, and at nothing of the app.

/** What the page has as `uiProbe`. */
export interface Probe {
  /** Resolves after the next frame was painted, with `performance.now()`. */
  readonly afterFrame: () => Promise<number>
  /** Looks after each frame; resolves with `performance.now()` when it holds. Rejects when it takes longer than a minute. */
  readonly until: (holds: () => boolean, what: string) => Promise<number>
  /** When the first line was painted, from the start of the navigation. */
  readonly firstLine: Promise<number>
  /** Durations of main-thread tasks over 50 ms that began at `fromMs` or later. */
  readonly longTasksSince: (fromMs: number) => number[]
  readonly startRecording: () => void
  readonly stopRecording: () => Recording
}

/** What was seen between two calls. */
export interface Recording {
  /** Milliseconds from each frame to the next. */
  readonly frames: number[]
  /** Milliseconds from `log()` to painted, ten values for each frame that brought lines. */
  readonly paintedAfter: number[]
  /** The most rows that were in the document. */
  readonly rows: number
}

declare global {
  var uiProbe: Probe
}

/** Runs in the page; must not refer to anything outside itself. */
export function installProbe(): void {
  const GIVE_UP_MS = 60_000
  const afterFrame = (): Promise<number> =>
    new Promise((resolve) => {
      // A message posted in a frame's callback comes right after that frame was painted.
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.addEventListener('message', () => {
          port1.close()
          resolve(performance.now())
        })
        port1.start()
        port2.postMessage(undefined)
      })
    })
  const until = async (holds: () => boolean, what: string): Promise<number> => {
    const endMs = performance.now() + GIVE_UP_MS
    for (let now = await afterFrame(); now < endMs; now = await afterFrame()) if (holds()) return now
    throw new Error(`Waited in vain for ${what}.`)
  }

  const longTasks: PerformanceEntry[] = []
  new PerformanceObserver((list) => longTasks.push(...list.getEntries())).observe({ type: 'longtask' })

  /** A line of a live stream begins with `t=` and the time of its `log()`. */
  const newestSentMs = (): number => {
    const row = document.querySelector('.rt-viewport [role="list"]')?.lastElementChild
    return Number(row?.querySelector('.rt-row-message')?.textContent?.slice(2, 15))
  }
  let recording: Recording | undefined
  const record = async (into: Recording): Promise<void> => {
    const PARTS = 10
    let paintedBefore = 0
    let sentBefore = Number.NaN
    let frameBefore = 0
    const onFrame = (frameMs: number): void => {
      if (into !== recording) return
      if (frameBefore > 0) into.frames.push(frameMs - frameBefore)
      frameBefore = frameMs
      requestAnimationFrame(onFrame)
    }
    requestAnimationFrame(onFrame)
    while (into === recording) {
      await afterFrame()
      const now = Date.now()
      const sent = newestSentMs()
      // All lines since the newest of the frame before were painted, or passed, in this one.
      for (let part = 1; part <= PARTS && sent > sentBefore; part += 1) {
        into.paintedAfter.push(now - (sentBefore + ((sent - sentBefore) * part) / PARTS))
      }
      sentBefore = sent
      paintedBefore += 1
      if (paintedBefore % 30 === 0) {
        const rows = document.querySelectorAll('.rt-row').length
        if (rows > into.rows) Object.assign(into, { rows })
      }
    }
  }

  globalThis.uiProbe = {
    afterFrame,
    until,
    firstLine: until(() => document.querySelector('.rt-row[data-level]') !== null, 'the first line'),
    longTasksSince: (fromMs) =>
      longTasks.filter(({ startTime }) => startTime >= fromMs).map(({ duration }) => duration),
    startRecording() {
      recording = { frames: [], paintedAfter: [], rows: 0 }
      record(recording).catch((error: unknown) => reportError(error))
    },
    stopRecording() {
      if (!recording) throw new Error('Nothing is recorded.')
      const done = recording
      recording = undefined
      return done
    },
  }
  // A page that never shows a line is no failure of the probe.
  globalThis.uiProbe.firstLine.catch(() => undefined)
}
