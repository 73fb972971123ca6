// The reader's choice of theme enters and is kept; the page's `data-theme` leaves. Auto is the system's own choice.

import { defineStore } from 'pinia'
import { ref, watch } from 'vue'

const THEMES = ['auto', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const STORAGE_KEY = 'runtail.theme'

export const useThemeStore = defineStore('theme', () => {
  const theme = ref<Theme>(THEMES.find((known) => known === stored()) ?? 'auto')

  watch(
    theme,
    (chosen) => {
      if (chosen === 'auto') delete document.documentElement.dataset['theme']
      else document.documentElement.dataset['theme'] = chosen
    },
    { immediate: true },
  )

  /** On to the next one, around in a circle. */
  function next(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'auto'
    store(theme.value)
  }

  return { theme, next }
})

/** A page may be forbidden to store anything: then the choice holds until it is closed. */
function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}

function store(theme: Theme): boolean {
  try {
    localStorage.setItem(STORAGE_KEY, theme)
    return true
  } catch {
    return false
  }
}
