// Nothing enters, an element's id that no other part of the page has leaves. Vue's `useId` counts per app, and a page may have several apps with a monitor.

let count = 0

/** An id for `aria-labelledby`, `popovertarget` and the like. */
export function uniqueId(): string {
  count += 1
  return `rt-${count}`
}
