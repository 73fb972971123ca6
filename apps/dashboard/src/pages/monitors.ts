// The pages that show lines, as one chunk.

export { default as ExecutionPage } from './ExecutionPage.vue'
export { default as MonitoringPage } from './MonitoringPage.vue'
