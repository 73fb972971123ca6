// The work itself: it knows nothing of executions and steps but `runtail.log`, and reports to whatever it is called in.

import { setTimeout as pause } from 'node:timers/promises'
import { runtail } from './runtail.ts'

/** Pages of orders, the second of which the shop gives only when asked again. */
export async function downloadPage(page: number, attempt: number): Promise<string[]> {
  runtail.debug(`GET /orders?page=${page}`)
  await pause(20 * page)
  if (page === 2 && attempt === 1) throw new Error(`503 of page ${page}`, { cause: new Error('The shop is busy.') })
  const orders = Array.from({ length: 3 }, (_, index) => `order ${page}-${index + 1}`)
  runtail.log(`200 OK, ${orders.length} orders`, { output_data: { page, orders } })
  return orders
}

/** Writes orders where they belong. */
export async function store(orders: readonly string[]): Promise<void> {
  for (const [index, order] of orders.entries()) {
    await pause(5)
    if (order.endsWith('-3')) runtail.warning(`${order} has no address`)
    else runtail.log(`stored ${order}`)
    runtail.progress(Math.round(((index + 1) / orders.length) * 100))
  }
}
