// The one door: a principal, an action and maybe an execution enter, permission or a `forbidden` error leaves.

import { RuntailError } from '@runtail/core'
import type { IncomingMessage } from 'node:http'

/** What can be asked for. */
export type Action =
  | 'executions.create'
  | 'executions.read'
  | 'executions.list'
  | 'logs.append'
  | 'logs.read'
  | 'demo.start'

/** Who asks. Whatever `authenticate` gives; `undefined` for nobody in particular. */
export type Principal = unknown

/** What came along with a request or a socket. */
export interface Credentials {
  /** From `Authorization: Bearer …`, the SDK's `token` option (tRPC connection parameters), or `?token=` on the plain endpoint. */
  readonly token: string | undefined
  /** The HTTP request, or the one that became the socket. */
  readonly request: IncomingMessage
}

/** Says who asks, once per request or socket; may give a promise of it. A rejection becomes `unauthorized`. */
export type Authenticate = (credentials: Credentials) => Principal

/** Says whether the principal may do that. A rejection counts as no. */
export type Authorize = (principal: Principal, action: Action, executionId?: string) => boolean | Promise<boolean>

/** The default: everybody may do everything; only accepted on loopback. */
export const allowAll: Authorize = () => true

/** The one call before anything is done for a principal. @throws RuntailError `forbidden` */
export type Door = (action: Action, executionId?: string) => Promise<void>

/** A door for one principal. */
export function doorFor(authorize: Authorize, principal: Principal): Door {
  return async (action, executionId) => {
    try {
      if (await authorize(principal, action, executionId)) return
    } catch (cause) {
      throw forbidden(action, { executionId, cause })
    }
    throw forbidden(action, { executionId })
  }
}

function forbidden(action: Action, why: { executionId: string | undefined; cause?: unknown }): RuntailError {
  const { executionId, cause } = why
  return new RuntailError('forbidden', {
    message: `Not allowed: ${action}${executionId === undefined ? '' : ` on ${executionId}`}. Use a token that may do this.`,
    data: { action, ...(executionId === undefined ? {} : { execution_id: executionId }) },
    cause,
  })
}
