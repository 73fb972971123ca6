// What somebody chose in the panel's toolbar; part of it is kept in the browser where the host wants that and the browser allows it.

import type { LogBuffer, LogLevel, LogQuery } from '@runtail/core'
import { shallowRef, watch, type ShallowRef } from 'vue'

/** Choices of the toolbar. */
export interface PanelSettings {
  /** Levels to show; none of them: all. */
  readonly levels: readonly LogLevel[]
  /** The `step_name` to show; empty: all. */
  readonly step: string
  readonly wrap: boolean
  readonly time: 'local' | 'utc' | 'relative'
  /** Whether single keys are shortcuts (WCAG 2.1.4 asks for a switch). */
  readonly singleKeys: boolean
}

const DEFAULTS: PanelSettings = { levels: [], step: '', wrap: false, time: 'local', singleKeys: true }
/** No filters: a panel that hides lines on its own would surprise. */
export const NO_FILTER: Partial<PanelSettings> = { levels: [], step: '' }

/** The settings with a level's filter toggled. */
export function withLevelToggled(settings: PanelSettings, level: LogLevel): PanelSettings {
  const others = settings.levels.filter((other) => other !== level)
  return { ...settings, levels: others.length < settings.levels.length ? others : [...others, level] }
}

/** The query of the filters; undefined where all is shown. */
export function filterQuery({ levels, step }: PanelSettings): LogQuery | undefined {
  if (levels.length === 0 && step === '') return undefined
  return { ...(levels.length > 0 && { levels }), ...(step !== '' && { steps: [step] }) }
}

/** Whether the filters hide the line `seq`; what is not loaded they do not. */
export function isHidden({ levels, step }: PanelSettings, logs: LogBuffer, seq: number): boolean {
  const level = logs.levelAt(seq)
  if (level === undefined) return false
  return (levels.length > 0 && !levels.includes(level)) || (step !== '' && logs.stepAt(seq)?.step_name !== step)
}

/** Settings that outlive the page under `storageKey`; with an empty one they do not. */
export function usePanelSettings(storageKey: string): ShallowRef<PanelSettings> {
  const settings = shallowRef<PanelSettings>({ ...DEFAULTS, ...read(storageKey), ...NO_FILTER })
  watch(settings, ({ wrap, time, singleKeys }) => {
    if (storageKey === '') return
    try {
      localStorage.setItem(storageKey, JSON.stringify({ wrap, time, singleKeys }))
    } catch {
      // A browser that keeps nothing: the choice holds for this page.
    }
  })
  return settings
}

function read(storageKey: string): Partial<PanelSettings> {
  try {
    return JSON.parse((storageKey && localStorage.getItem(storageKey)) || '{}') as Partial<PanelSettings>
  } catch {
    return {}
  }
}
