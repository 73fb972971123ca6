// The browser's page enters, the running dashboard leaves: the composition root.

import { provideRuntail } from '@runtail/vue'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createAddress } from './address.ts'
import App from './App.vue'
import { createDashboardClient } from './client.ts'
import './styles/index.css'

const app = createApp(App)
provideRuntail(createDashboardClient(document.baseURI), app)
app.use(createPinia()).use(createAddress()).mount('#app')
