// What a piece of code registers with the page enters, what of it is still there leaves: listeners, observers, timers, frames.

/** Counts registrations from now on, until `stop`. */
export function countLeftovers() {
  const listeners = new Map<string, number>()
  const timers = new Set<unknown>()
  const frames = new Set<number>()
  let observers = 0
  const undo: (() => void)[] = []

  function replace<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): void {
    const original = target[name]
    target[name] = make(original)
    undo.push(() => {
      target[name] = original
    })
  }

  for (const [name, target] of Object.entries({ document, window })) {
    const count = (type: string, by: number) => {
      const key = `${name}:${type}`
      listeners.set(key, (listeners.get(key) ?? 0) + by)
    }
    replace(target, 'addEventListener', (add) => (type: string, ...rest: unknown[]) => {
      count(type, 1)
      Reflect.apply(add, target, [type, ...rest])
    })
    replace(target, 'removeEventListener', (remove) => (type: string, ...rest: unknown[]) => {
      count(type, -1)
      Reflect.apply(remove, target, [type, ...rest])
    })
  }
  const page = globalThis as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const kind of ['Timeout', 'Interval']) {
    replace(page, `set${kind}`, (set) => (run, ...rest) => {
      const id: unknown = set?.(
        (...args: unknown[]) => {
          if (kind === 'Timeout') timers.delete(id)
          ;(run as (...args: unknown[]) => void)(...args)
        },
        ...rest,
      )
      timers.add(id)
      return id
    })
    replace(page, `clear${kind}`, (clear) => (id) => {
      timers.delete(id)
      return clear?.(id)
    })
  }
  replace(page, 'requestAnimationFrame', (request) => (run) => {
    const id = request?.((time: unknown) => {
      frames.delete(id)
      ;(run as (time: unknown) => void)(time)
    }) as number
    frames.add(id)
    return id
  })
  replace(page, 'cancelAnimationFrame', (cancel) => (id) => {
    frames.delete(id as number)
    return cancel?.(id)
  })
  replace(
    ResizeObserver.prototype,
    'observe',
    (observe) =>
      function observeCounted(this: ResizeObserver, ...args) {
        observers += 1
        Reflect.apply(observe, this, args)
      },
  )
  replace(
    ResizeObserver.prototype,
    'disconnect',
    (disconnect) =>
      function disconnectCounted(this: ResizeObserver) {
        observers -= 1
        Reflect.apply(disconnect, this, [])
      },
  )

  return {
    current: () => ({
      listeners: Object.fromEntries([...listeners].filter(([, count]) => count !== 0)),
      timers: timers.size,
      frames: frames.size,
      observers,
    }),
    stop: () => {
      for (const step of undo) step()
    },
  }
}
