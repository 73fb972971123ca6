// The browser's page enters, the running dashboard leaves: the composition root.

import { provideRuntail } from '@runtail/vue'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createDashboardClient } from './client.ts'
import { createDashboardRouter, loadMonitors } from './router.ts'
import './styles/index.css'

const app = createApp(App)
provideRuntail(createDashboardClient(location), app)
app.use(createPinia())
app.use(createDashboardRouter())
app.mount('#app')

// What is needed for the next page comes while there is nothing else to do, also for the time when the server is away.
setTimeout(() => {
  loadMonitors().catch(() => undefined)
}, 1000)
