// What a call of `logs.append` brought enters, the result leaves after the commit: through the checks of the procedure, but past tRPC's chain of calls, which took
// longer than storing the log.

import type { AppendResult } from '@runtail/core'
import { appendInput } from './inputs.ts'
import type { Services } from './services.ts'
import type { Context } from './trpc.ts'

/** @throws RuntailError, or ZodError where the input is not what the procedure takes */
export async function append(
  input: unknown,
  context: Context,
  { ingest }: Pick<Services, 'ingest'>,
): Promise<AppendResult> {
  using _place = context.enterCall()
  const { execution_id, logs } = appendInput(input)
  await context.door('logs.append', execution_id)
  return await ingest.append(execution_id, logs)
}
