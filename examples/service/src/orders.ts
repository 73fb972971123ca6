// An order's work: three steps, reported to the execution in which it is called.

import type { RuntailClient } from '@runtail/client-sdk'
import { setTimeout as pause } from 'node:timers/promises'

/** What became of an order. */
export interface Receipt {
  readonly parcel: string
}

/** Works on an order. */
export async function fulfil(runtail: RuntailClient): Promise<Receipt> {
  await runtail.step('reserve', () => runtail.log('3 of 3 in stock'))
  runtail.progress(30)
  await runtail.step('charge', { type: 'http', retry: { attempts: 2, backoffMs: 20 } }, async ({ attempt }) => {
    await pause(20)
    if (attempt === 1) throw new Error('The bank did not answer.')
  })
  runtail.progress(80)
  return await runtail.step('ship', () => ({ parcel: 'RT-1' }))
}
