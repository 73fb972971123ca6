// A wheel over what lies upon the lines (the pill, the marks) enters; the lines scroll as if it had been over them.

import { ROW_PX } from './row-layout.ts'

/** For the element that holds the viewport and what lies upon it. */
export function passWheelOn(event: WheelEvent): void {
  const viewport = (event.currentTarget as HTMLElement).querySelector('.rt-viewport')
  if (!viewport || event.ctrlKey || viewport.contains(event.target as Node)) return
  viewport.scrollBy(event.deltaX, event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * ROW_PX : event.deltaY)
}
