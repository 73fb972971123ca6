/**
 * A nightly import that reports what it does. `npm start` in this folder, beside `npm start` of the repository; with `-- --crash` it dies in the
 * middle, and you see the execution fail with the reason.
 */
import { downloadPage, store } from './shop.ts'
import { runtail } from './runtail.ts'

const pages = [1, 2, 3]

const count = await runtail.execute(
  { workflow_id: 'nightly-import', name: 'Nightly import', tags: ['example'], input: { pages, api_key: 'kept out' } },
  async (execution) => {
    console.log(execution.id)
    const downloaded = await runtail.step('download', () =>
      Promise.all(
        pages.map((page) =>
          runtail.step(`page ${page}`, { type: 'http', retry: { attempts: 3, backoffMs: 50 } }, ({ attempt }) =>
            downloadPage(page, attempt),
          ),
        ),
      ),
    )
    if (process.argv.includes('--crash')) await crash()
    const orders = downloaded.flat()
    await runtail.step('store', () => store(orders))
    return orders.length
  },
)
console.log(`${count} orders`)

/** What nobody awaits nobody can catch: the process ends, and `handleCrashes` has the execution say so first. */
function crash(): Promise<never> {
  setTimeout(() => {
    throw new Error('The disk is on fire.')
  })
  return new Promise(() => {})
}
