// An address enters, the page for it leaves. What shows lines is a chunk of its own, so that the list is there at once; it comes when there is time.

import { createRouter, createWebHistory, type Router, type RouterHistory, type RouteRecordRaw } from 'vue-router'
import ExecutionsPage from './pages/ExecutionsPage.vue'
import NotFoundPage from './pages/NotFoundPage.vue'

/** Loads the pages with a monitor: both in one, for what is large in them is the same. */
export const loadMonitors = () => import('./pages/monitors.ts')

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/executions' },
  { path: '/executions', name: 'executions', component: ExecutionsPage, meta: { title: 'Executions' } },
  {
    path: '/executions/:id',
    name: 'execution',
    component: async () => (await loadMonitors()).ExecutionPage,
    props: true,
    meta: { title: 'Execution' },
  },
  {
    path: '/monitoring',
    name: 'monitoring',
    component: async () => (await loadMonitors()).MonitoringPage,
    meta: { title: 'Monitoring' },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: NotFoundPage,
    meta: { title: 'Not found' },
  },
]

/** The routes of the dashboard; tests pass a history of their own. */
export function createDashboardRouter(history: RouterHistory = createWebHistory()): Router {
  const router = createRouter({
    history,
    routes,
    // The hash of a page is lines of a log, which the log itself scrolls to.
    scrollBehavior: (to, from, saved) => to.path !== from.path && (saved ?? { top: 0 }),
  })
  router.afterEach((to, from) => {
    if (to.path !== from.path) document.title = `${String(to.meta['title'])} · Runtail`
  })
  // A page that cannot be loaded is one of a newer build, or the server is away: the browser knows how to ask, and what to say.
  router.onError((_error, to) => location.assign(to.fullPath))
  return router
}
