// The host: an app that knows nothing of Runtail but a connection and one component. `?styles=none` leaves its styles away, `?monitor=off` the monitor.

import { createViewer, provideRuntail } from '@runtail/vue'
import { createApp } from 'vue'
import App from './App.vue'

const query = new URLSearchParams(location.search)
if (query.get('styles') !== 'none') await import('./host.css')

const app = createApp(App, { hasMonitor: query.get('monitor') !== 'off' })
provideRuntail(createViewer({ url: `ws://${location.host}/trpc` }), app)
app.mount('#app')
