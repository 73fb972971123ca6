// The browser's page enters, the running dashboard leaves: the composition root, the only file that touches `location`.

import { provideRuntail } from '@runtail/vue'
import '@runtail/vue/style.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { createDashboardClient } from './client.ts'
import { createDashboardRouter } from './router.ts'
import './styles/index.css'

const client = createDashboardClient(location)
// From the start, so that the header tells how the server is on pages that ask it for nothing.
client.reconnect()

const app = createApp(App)
provideRuntail(client, app)
app.use(createPinia())
app.use(createDashboardRouter())
app.mount('#app')
