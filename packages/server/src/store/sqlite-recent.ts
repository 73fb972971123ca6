// Executions as a transaction has left them enter, the next one takes them up without reading them, unless another process has written in between.

import { isTerminal, type Execution } from '@runtail/core'
import type { Statements } from './sqlite-statements.ts'

/** What an append must know of an execution. */
export interface KnownExecution {
  readonly ordinal: number
  readonly execution: Execution
  /** Of its last logs; -1 before the first. */
  readonly chunk: number
}

/** More than that many write at the same time on no machine that has one file. */
const MAX_KEPT = 1000

/** The executions that were written last. What is ended is not kept: it hardly grows, and has the long texts. */
export class RecentExecutions {
  readonly #statements: Statements
  readonly #kept = new Map<string, KnownExecution>()
  #version: unknown

  constructor(statements: Statements) {
    this.#statements = statements
  }

  /** Within a transaction that may write, so nobody else does: forgets what others may have changed since the last one. */
  begin(): void {
    const version = this.#statements.dataVersion.get()?.[0]
    if (version !== this.#version) this.#kept.clear()
    this.#version = version
  }

  get(id: string): KnownExecution | undefined {
    return this.#kept.get(id)
  }

  /** After the commit. */
  keep(known: KnownExecution): void {
    const { id, status } = known.execution
    this.#kept.delete(id)
    if (isTerminal(status)) return
    this.#kept.set(id, known)
    if (this.#kept.size <= MAX_KEPT) return
    const [oldest = ''] = this.#kept.keys()
    this.#kept.delete(oldest)
  }

  /** After a transaction that failed, or may have. */
  clear(): void {
    this.#kept.clear()
  }
}
