// The parts of the product that a simulated world is built from: the one file here that reaches into the packages, whose entries keep them inside.

export { allowAll } from '../../packages/server/src/authorize.ts'
export type { Bus, Hint } from '../../packages/server/src/bus/bus.ts'
export type { Clock } from '../../packages/server/src/clock.ts'
export { ExecutionFeed } from '../../packages/server/src/execution-feed.ts'
export { Feed } from '../../packages/server/src/feed.ts'
export { FlowGate } from '../../packages/server/src/flow-gate.ts'
export { Ingest } from '../../packages/server/src/ingest.ts'
export { beginLiveness, observe, type Liveness, type Sample } from '../../packages/server/src/liveness.ts'
export { silentLogger } from '../../packages/server/src/logger.ts'
export { DEFAULTS } from '../../packages/server/src/options.ts'
export { CallsUnderWay } from '../../packages/server/src/quota.ts'
export { createRouter } from '../../packages/server/src/router.ts'
export { Sessions } from '../../packages/server/src/sessions.ts'
export { TrpcSocket, type TrpcServer } from '../../packages/server/src/trpc-socket.ts'
export { wireError } from '../../packages/server/src/wire-error.ts'
export { MemoryStore } from '../../packages/server/src/store/memory.ts'
export type { AppendOutcome, Store } from '../../packages/server/src/store/store.ts'
export { createClientOn } from '../../packages/client-sdk/src/client.ts'
export type { Platform } from '../../packages/client-sdk/src/platform.ts'
export type {
  ExecutionWatch,
  FollowUpdate,
  RuntailClient,
  WebSocketConstructor,
  WebSocketEventLike,
  WebSocketLike,
} from '../../packages/client-sdk/src/types.ts'
