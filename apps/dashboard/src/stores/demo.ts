// Scenarios of the server's demo enter, executions started here leave; their ids outlive a reload of the tab.

import { toRuntailError, type RuntailError } from '@runtail/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { fetchScenarios, startScenario, type Scenario } from '../demo-api.ts'
import { newExecutionId } from '../execution-id.ts'

/** `off`: the server runs without its demo. */
type DemoState = 'loading' | 'on' | 'off' | 'unreachable'

const STORAGE_KEY = 'runtail.started'

export const useDemoStore = defineStore('demo', () => {
  const state = ref<DemoState>('loading')
  const scenarios = shallowRef<readonly Scenario[]>([])
  const error = shallowRef<RuntailError>()
  /** Ids of the executions started here, newest first. */
  const started = ref<readonly string[]>(storedIds())
  const starting = ref(0)

  watch(started, (ids) => storeIds(ids))

  /** Asks the server what there is to start. */
  async function load(): Promise<void> {
    try {
      const found = await fetchScenarios()
      state.value = found ? 'on' : 'off'
      scenarios.value = found ?? []
      error.value = undefined
    } catch (thrown) {
      error.value = toRuntailError(thrown)
      if (state.value !== 'on') state.value = 'unreachable'
    }
  }

  /** Starts a scenario under a new id; what goes wrong is in `error`. */
  async function start(scenario: string): Promise<void> {
    const id = newExecutionId()
    starting.value += 1
    try {
      await startScenario(id, scenario)
      started.value = [id, ...started.value]
      error.value = undefined
    } catch (thrown) {
      error.value = toRuntailError(thrown)
    } finally {
      starting.value -= 1
    }
  }

  /** Takes an execution off the page; it goes on, and stays in the list of all. */
  function dismiss(id: string): void {
    started.value = started.value.filter((known) => known !== id)
  }

  return { state, scenarios, error, started, isStarting: computed(() => starting.value > 0), load, start, dismiss }
})

/** Only a convenience: where the tab may not store anything, a reload forgets. */
function storedIds(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : []
  } catch {
    return []
  }
}

function storeIds(ids: readonly string[]): boolean {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(ids))
    return true
  } catch {
    return false
  }
}
