// What a piece of code registers with the page enters, what of it is still there leaves: listeners, observers, timers, frames.

/** Counts registrations from now on, until `stop`. */
export function countLeftovers() {
  const listeners = new Map<string, number>()
  const timers = new Set<unknown>()
  const frames = new Set<number>()
  const observed = new Map<object, Set<unknown>>()
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
  for (const kind of [ResizeObserver, IntersectionObserver, MutationObserver]) {
    for (const [name, change] of [
      ['observe', (targets: Set<unknown>, target: unknown) => targets.add(target)],
      ['unobserve', (targets: Set<unknown>, target: unknown) => targets.delete(target)],
      ['disconnect', (targets: Set<unknown>) => targets.clear()],
    ] as const) {
      const prototype = kind.prototype as unknown as Record<string, (...args: unknown[]) => unknown>
      if (!(name in prototype)) continue
      replace(
        prototype,
        name,
        (original) =>
          function counted(this: object, ...args) {
            const targets = observed.get(this) ?? new Set()
            observed.set(this, targets)
            change(targets, args[0])
            return Reflect.apply(original as () => unknown, this, args)
          },
      )
    }
  }

  return {
    current: () => ({
      listeners: Object.fromEntries([...listeners].filter(([, count]) => count !== 0)),
      timers: timers.size,
      frames: frames.size,
      /** Elements that are observed. */
      observers: [...observed.values()].reduce((sum, targets) => sum + targets.size, 0),
    }),
    stop: () => {
      for (const step of undo) step()
    },
  }
}
