// axe-core finds nothing in a monitor that shows everything it can, in both themes.
import { LogBuffer, RuntailError } from '@runtail/core'
import axe from 'axe-core'
import { afterEach, describe, expect, test } from 'vitest'
import { defineComponent, h } from 'vue'
import { provideRuntail, StatusBadge, WorkflowExecutionMonitor } from '../src/index.ts'
import { FakeClient, makeExecution, makeLog, snapshotOf } from './support/fake-client.ts'
import { painted, show } from './support/page.ts'

afterEach(() => {
  document.documentElement.style.colorScheme = ''
  document.body.style.background = ''
})

/** Lines of every kind: each level, each colour on each of its grounds, gaps, data. */
function everything(): LogBuffer {
  const logs = new LogBuffer()
  let seq = 0
  for (const level of ['debug', 'info', 'warning', 'error'] as const) {
    const colours = [30, 31, 32, 33, 34, 35, 36, 37, 90, 91, 92, 93, 94, 95, 96, 97, 2, 7, 41, 42, 43, 46, 101]
    const message = colours.map((code) => `\u001b[${code}mcolour ${code}\u001b[0m`).join(' ')
    const extended = [21, 46, 196, 226, 231, 16, 240]
      .map((code) => `\u001b[38;5;${code}mcolour ${code}\u001b[0m`)
      .join(' ')
    logs.put(makeLog((seq += 1), { level, message }))
    logs.put(makeLog((seq += 1), { level, message: `${extended} \u001b[97;48;2;255;255;0mon yellow\u001b[0m` }))
    logs.put(
      makeLog((seq += 1), { level, message: 'data', error_message: 'an error', duration_ms: 5, input_data: [1] }),
    )
  }
  logs.put(makeLog(20, { message: 'after a gap' }))
  return logs
}

async function violations(): Promise<string[]> {
  const result = await axe.run(document.body, { rules: { region: { enabled: false } } })
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`),
  )
}

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(['full', 'compact'] as const)('%s', async (density) => {
    document.documentElement.style.colorScheme = theme
    document.body.style.background = theme === 'light' ? '#ffffff' : '#0e1116'
    const fake = new FakeClient()
    const logs = everything()
    const counts = { debug: 3, info: 4, warning: 3, error: 3 }
    const failed = makeExecution({
      status: 'failed',
      error_message: 'boom',
      progress: 40,
      head_seq: 20,
      log_counts: counts,
      tags: ['nightly'],
      name: 'Import',
    })
    fake
      .watch(failed.id)
      .set({ ...snapshotOf(failed, logs), error: new RuntailError('forbidden', { message: 'no' }), status: 'error' })
    fake.connection.set({ status: 'error', retryAtMs: Date.now() + 60_000 })
    const Host = defineComponent(() => {
      provideRuntail(fake.asClient)
      return () => [
        h(WorkflowExecutionMonitor, {
          execution: failed.id,
          density,
          style: { inlineSize: '1400px', '--rt-log-height': '600px' },
        }),
        ...(['pending', 'running', 'completed', 'failed', 'canceled'] as const).map((status) =>
          h(StatusBadge, { status }),
        ),
      ]
    })
    const wrapper = show(Host)
    await painted()
    await wrapper.get('.rt-row-more').trigger('click')
    await painted()
    expect(wrapper.findAll('.rt-row-gap')).toHaveLength(1)
    expect(await violations()).toEqual([])
  })

  test('a line of the worst colours is legible', async () => {
    document.documentElement.style.colorScheme = theme
    document.body.style.background = theme === 'light' ? '#ffffff' : '#0e1116'
    const fake = new FakeClient()
    fake.watch(makeExecution().id).set(snapshotOf(makeExecution({ head_seq: 20 }), everything()))
    const Host = defineComponent(() => {
      provideRuntail(fake.asClient)
      return () => h(WorkflowExecutionMonitor, { execution: makeExecution().id })
    })
    const wrapper = show(Host)
    await painted()
    for (const span of wrapper.findAll('.rt-row-message .rt-run')) {
      expect.soft(contrastOf(span.element), `${span.classes().join(' ')} ${span.text()}`).toBeGreaterThanOrEqual(4.5)
    }
  })
})

/** WCAG contrast of an element's text, computed by painting both colours: axe cannot read `oklch` and mixed backgrounds. */
function contrastOf(element: Element): number {
  const grounds: string[] = []
  for (let node: Element | null = element; node; node = node.parentElement)
    grounds.unshift(getComputedStyle(node).backgroundColor)
  const ground = paint(grounds)
  const text = paint([...grounds, getComputedStyle(element).color])
  const [high = 0, low = 0] = [luminance(ground), luminance(text)].toSorted((a, b) => b - a)
  return (high + 0.05) / (low + 0.05)
}

function paint(colours: readonly string[]): Uint8ClampedArray {
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  if (!context) throw new Error('no canvas')
  for (const colour of colours) {
    context.fillStyle = colour
    context.fillRect(0, 0, 1, 1)
  }
  return context.getImageData(0, 0, 1, 1).data
}

function luminance([red = 0, green = 0, blue = 0]: Uint8ClampedArray): number {
  const linear = (value: number) => (value <= 10.31 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
