// Logs enter, a viewport with a follow machine around it on a real page leaves, with what a reader can see of it and do to it.

import { LogBuffer, type SeqRange } from '@runtail/core'
import { defineComponent, h, shallowReactive, shallowRef, useTemplateRef } from 'vue'
import { FOLLOWING, nextFollowState, type FollowEvent } from '../../src/log-viewer/follow-machine.ts'
import LogViewport from '../../src/log-viewer/LogViewport.vue'
import type { RevealOptions, ViewportProps } from '../../src/log-viewer/viewport-props.ts'
import { makeLog, putLines } from './fake-client.ts'
import { painted, show } from './page.ts'

/** What a viewport told of itself, newest last. */
export interface Told {
  readonly open: number[]
  readonly need: SeqRange[]
  readonly load: SeqRange[]
  readonly view: { readonly firstSeq: number; readonly lastSeq: number }[]
  readonly link: { readonly seq: number; readonly extend: boolean }[]
}

type Exposed = {
  reveal(seq: number, options?: RevealOptions): void
  focus(): void
  selectedSeqs(): SeqRange | undefined
}

/** A viewport of 600 px over `logs`, and what tests do with it. */
export async function viewportOf(logs: LogBuffer, more: Partial<ViewportProps> = {}, style = '') {
  const follow = shallowRef(FOLLOWING)
  const props = shallowReactive<ViewportProps & Record<string, unknown>>({
    logs,
    version: 0,
    head: logs.last,
    gaps: [],
    unloaded: [],
    mode: 'FOLLOWING',
    pastLastSeq: logs.last,
    label: 'lines',
    ...more,
  })
  const told: Told = { open: [], need: [], load: [], view: [], link: [] }
  const Host = defineComponent({
    setup(_, { expose }) {
      const inner = useTemplateRef<Exposed>('inner')
      expose({ inner })
      return () =>
        h(
          'div',
          {
            class: 'rt-root rt-log-viewer',
            style: `block-size: 600px; inline-size: 1000px; flex: none; border: 0; ${style}`,
          },
          h(
            'div',
            { class: 'rt-log-body' },
            h(LogViewport, {
              ...(props as ViewportProps),
              ref: 'inner',
              mode: follow.value.mode,
              onFollow: (event: FollowEvent) => (follow.value = nextFollowState(follow.value, event)),
              onOpen: (seq: number) => told.open.push(seq),
              onNeed: (range: SeqRange) => told.need.push(range),
              onLoad: (range: SeqRange) => told.load.push(range),
              onView: (view: Told['view'][number]) => told.view.push(view),
              onLink: (link: Told['link'][number]) => told.link.push(link),
            }),
          ),
        )
    },
  })
  const wrapper = show(Host)
  const viewport = wrapper.get('.rt-viewport').element as HTMLElement
  const rows = () => [...viewport.querySelectorAll<HTMLElement>('.rt-row')]
  const seqOf = (row: HTMLElement | undefined): number => Number(row?.dataset['seq'])
  const settle = async (changes: Record<string, unknown> = {}): Promise<void> => {
    Object.assign(props, changes, { version: props.version + 1 })
    await painted()
  }
  await painted()
  return {
    wrapper,
    viewport,
    props,
    told,
    rows,
    exposed: (wrapper.vm as unknown as { inner: Exposed }).inner,
    seqs: () => rows().map(seqOf),
    rowOf: (seq: number) => rows().find((row) => seqOf(row) === seq),
    /** Where a line stands from the viewport's upper edge. */
    edgeOf: (seq: number) => {
      const row = rows().find((candidate) => seqOf(candidate) === seq)
      return row ? row.getBoundingClientRect().top - viewport.getBoundingClientRect().top : Number.NaN
    },
    texts: () =>
      rows().map((row) => row.querySelector('.rt-row-message')?.textContent?.trim() ?? row.textContent.trim()),
    follow,
    mode: () => follow.value.mode,
    set: settle,
    grow: async (count: number, every?: Parameters<typeof putLines>[2]) => {
      putLines(logs, count, every)
      await settle({ head: logs.last })
    },
    scrollTo: async (top: number) => {
      viewport.scrollTop = top
      await painted()
    },
    press: async (key: string, target: Element = viewport, init: KeyboardEventInit = {}) => {
      target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
      await painted()
    },
  }
}

/** The lines of `range`. */
export function linesOf(range: SeqRange, logs = new LogBuffer()): LogBuffer {
  for (let seq = range.from; seq <= range.to; seq += 1) logs.put(makeLog(seq))
  return logs
}
