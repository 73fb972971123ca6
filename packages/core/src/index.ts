// The pure logic that everything shares; nothing here needs zod, Node, a browser, a clock or randomness.

export { decide, type Admission } from './admission.ts'
export type {
  AppendInput,
  CallOptions,
  ExecutionInput,
  FollowInput,
  ListInput,
  Mutation,
  Query,
  ReadInput,
  RuntailApi,
  Subscription,
  SubscriptionObserver,
  Tracked,
  WatchInput,
} from './api.ts'
export { encodeCursor, parseCursor, resumeAt, type Cursor, type Recall, type Resume } from './cursor.ts'
export {
  ERROR_CODES,
  isErrorCode,
  RuntailError,
  toRuntailError,
  type ErrorCode,
  type RuntailErrorInit,
} from './errors.ts'
export {
  emptyExecution,
  EXECUTION_STATUSES,
  fold,
  foldAll,
  foldNext,
  isTerminal,
  type Execution,
  type ExecutionStatus,
  type NewExecution,
} from './execution.ts'
export type { JsonValue } from './json.ts'
export { LogBuffer, type SeqRange } from './log-buffer.ts'
export { LogMatches, type LogQuery } from './log-matches.ts'
export type { LogStep, StepCount } from './log-steps.ts'
export { LOG_EVENTS, LOG_LEVELS, type ExecutionLog, type LogEvent, type LogLevel, type NewExecutionLog } from './log.ts'
export {
  CLOSE_CODES,
  KEEP_ALIVE,
  LIMITS,
  SYNC_INTERVAL_MS,
  type AppendResult,
  type ExecutionPage,
  type ExecutionsFrame,
  type FollowFrame,
  type LogPage,
  type ReadRange,
} from './protocol.ts'
