// The time, once a second, for every live duration on the page: one timer while anybody looks, none otherwise.

import { onScopeDispose, readonly, ref, type Ref } from 'vue'

const now = ref(Date.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Unix milliseconds, renewed every second for as long as the component lives. */
export function useClock(): Readonly<Ref<number>> {
  const tick = (): void => {
    now.value = Date.now()
  }
  users += 1
  if (users === 1) timer = setInterval(tick, 1000)
  tick()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) clearInterval(timer)
  })
  return readonly(now)
}
