// Arrivals enter one by one, at most one sentence per five seconds leaves for screen readers: "312 new lines, 2 errors".

import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { formatCounted } from '../format.ts'

/** Milliseconds between two announcements. */
const ANNOUNCE_EVERY_MS = 5000

/** Collects what arrives and says it now and then. */
export function useAnnouncer(): {
  readonly announcement: Readonly<ShallowRef<string>>
  readonly arrived: (lines: number, errors: number) => void
} {
  const announcement = shallowRef('')
  let lines = 0
  let errors = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const announce = (): void => {
    timer = undefined
    const text = formatCounted(lines, 'new line')
    announcement.value = errors === 0 ? text : `${text}, ${formatCounted(errors, 'error')}`
    lines = errors = 0
  }
  onScopeDispose(() => clearTimeout(timer))

  return {
    announcement,
    arrived(newLines, newErrors) {
      lines += newLines
      errors += newErrors
      timer ??= setTimeout(announce, ANNOUNCE_EVERY_MS)
    },
  }
}
