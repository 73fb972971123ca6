import { createViewer, provideRuntail, StatusBadge, useExecution, WorkflowExecutionMonitor } from '@runtail/vue'
import { defineRuntailMonitor, type RuntailMonitorElement } from '@runtail/vue/element'
import '@runtail/vue/runtail-monitor.js'
import '@runtail/vue/style.css'
import { createApp, defineComponent, h } from 'vue'

const Page = defineComponent({
  props: { id: { type: String, required: true } },
  setup(props) {
    const { execution } = useExecution(() => props.id)
    const monitor = h(WorkflowExecutionMonitor, { execution: props.id, density: 'compact' }, { actions: () => 'stop' })
    return () => [monitor, h(StatusBadge, { status: execution.value?.status ?? 'pending' })]
  },
})
const app = createApp(Page, { id: 'run-1' })
provideRuntail(createViewer({ url: 'ws://localhost:3000/trpc' }), app)

defineRuntailMonitor({ url: 'http://localhost:3000' })
const element: RuntailMonitorElement = document.createElement('runtail-monitor')
document.body.append(element)

// @ts-expect-error there is no such status: a component that had become `any` would take it
h(StatusBadge, { status: 'walking' })
