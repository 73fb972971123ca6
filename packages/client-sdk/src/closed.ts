// The error of whoever uses a client after its end, in one place.

import { RuntailError } from '@runtail/core'

export function closed(): RuntailError {
  return new RuntailError('closed', { message: 'This client was closed. Make another one.' })
}
