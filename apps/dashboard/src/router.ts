// An address enters, the page for it leaves. One bundle: the pages together are 3 kB, which a lazy chunk for each would cost again.

import { createRouter, createWebHistory, type Router, type RouterHistory, type RouteRecordRaw } from 'vue-router'
import ExecutionPage from './pages/ExecutionPage.vue'
import ExecutionsPage from './pages/ExecutionsPage.vue'
import MonitoringPage from './pages/MonitoringPage.vue'
import NotFoundPage from './pages/NotFoundPage.vue'

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/executions' },
  { path: '/executions', name: 'executions', component: ExecutionsPage, meta: { title: 'Executions' } },
  {
    path: '/executions/:id',
    name: 'execution',
    component: ExecutionPage,
    props: true,
    meta: { title: 'Execution' },
  },
  {
    path: '/monitoring',
    name: 'monitoring',
    component: MonitoringPage,
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
  const router = createRouter({ history, routes, scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 } })
  router.afterEach((to) => {
    document.title = `${String(to.meta['title'])} · Runtail`
  })
  return router
}
