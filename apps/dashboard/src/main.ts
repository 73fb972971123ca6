// The browser's page enters, the running dashboard leaves: the composition root.

import { provideRuntail } from '@runtail/vue'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createDashboardClient } from './client.ts'
import { createDashboardRouter } from './router.ts'
import './styles/index.css'

const app = createApp(App)
provideRuntail(createDashboardClient(location), app)
app.use(createPinia())
app.use(createDashboardRouter())
app.mount('#app')
