// An address enters, the page for it leaves; pages beyond the list are loaded when they are needed.

import { createRouter, createWebHistory, type Router, type RouterHistory, type RouteRecordRaw } from 'vue-router'
import ExecutionsPage from './pages/ExecutionsPage.vue'

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/executions' },
  { path: '/executions', name: 'executions', component: ExecutionsPage, meta: { title: 'Executions' } },
  {
    path: '/executions/:id',
    name: 'execution',
    component: () => import('./pages/ExecutionPage.vue'),
    props: true,
    meta: { title: 'Execution' },
  },
  {
    path: '/monitoring',
    name: 'monitoring',
    component: () => import('./pages/MonitoringPage.vue'),
    meta: { title: 'Monitoring' },
  },
  {
    path: '/:path(.*)*',
    name: 'not-found',
    component: () => import('./pages/NotFoundPage.vue'),
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
