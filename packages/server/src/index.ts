// The server as a library: createServer, its options, and the ports and types that others build on.

export {
  allowAll,
  type Action,
  type Authenticate,
  type Authorize,
  type Credentials,
  type Principal,
} from './authorize.ts'
export type { Bus, Hint } from './bus/bus.ts'
export type { Logger } from './logger.ts'
export type { AppRouter } from './router.ts'
export type { Store } from './store/store.ts'
export type { WireErrorData } from './wire-error.ts'
