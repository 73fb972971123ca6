// What a program says about a new execution enters, however wrong; what the server's schema always takes leaves.

import { LIMITS, RuntailError, type NewExecution } from '@runtail/core'
import { toId } from './log-line.ts'
import { asText, toName } from './text.ts'
import type { StartExecution } from './types.ts'

/** The creation. An id that cannot be one is bent until it can, and `onError` is told. */
export function newExecutionOf(
  execution: StartExecution,
  { newId, onError }: { readonly newId: () => string; readonly onError: (error: RuntailError) => void },
): NewExecution & { readonly id: string } {
  const { workflow_id, name, tags } = execution
  const id = execution.id === undefined ? newId() : toExecutionId(execution.id, onError)
  return {
    id,
    workflow_id: toName(workflow_id, '') || 'unnamed',
    ...(name === undefined ? {} : { name: toName(name, '') }),
    ...(Array.isArray(tags) ? { tags: tags.slice(0, LIMITS.tags).map((tag) => toName(tag, '')) } : {}),
    created_at: new Date().toISOString(),
  }
}

/** The id, bent where it cannot be one. */
export function toExecutionId(id: string, onError: (error: RuntailError) => void): string {
  const used = toId(id)
  if (used !== id) {
    onError(
      new RuntailError('invalid_input', {
        message: `"${asText(id)}" cannot be the id of an execution; it became "${used}". Use letters, digits and . _ : @ - only.`,
        data: { id, used },
      }),
    )
  }
  return used
}
