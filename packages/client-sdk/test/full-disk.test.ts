// A real server whose disk takes no more in the middle of a run: nothing is acknowledged falsely, and everything arrives once when there is room again. Invariants 2 to 4.

import { execFileSync, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { collect, connectClient, isEnd, until, upTo } from './support/client.ts'
import { dataFolder, trpcUrl } from './support/server.ts'

const LINES = 6000

/** Starts a server whose files may not grow beyond a size; gives what it writes. */
async function serveWithin(bytes: number) {
  const program = join(import.meta.dirname, 'programs/serve.ts')
  const command = [process.execPath, '--conditions=@runtail/source', program, await dataFolder()]
  const child = spawn('prlimit', [`--fsize=${bytes}:unlimited`, ...command], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const told = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const { value } = await lines.next()
      const found = value === undefined ? undefined : pattern.exec(value)
      if (found) return found[1] ?? found[0]
      if (value === undefined) throw new Error(`The server ended before it wrote ${pattern}`)
    }
  }
  return {
    url: trpcUrl(Number(await told(/^port (\d+)$/))),
    told,
    makeRoom: () => execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited']),
  }
}

test(
  'a disk that is full for a while: acknowledged is stored, the rest waits, and everything arrives once, in order',
  { timeout: 60_000 },
  async () => {
    const { url, told, makeRoom } = await serveWithin(600_000)
    const { client, errors } = connectClient(url)
    const execution = await client.startExecution({ workflow_id: 'w' })
    await execution.flush()
    const following = collect(connectClient(url).client.follow(execution.id), isEnd)
    for (let index = 1; index <= LINES; index += 1) execution.log(`line ${index}`)
    expect(await told(/store_unavailable|Database .*/)).toMatch(/disk/)

    // What was acknowledged is there, and nothing else is said to be.
    const { acknowledged, pending } = client.outbox.getSnapshot()
    expect(pending).toBeGreaterThan(0)
    const { head_seq } = await client.executions.get(execution.id)
    expect(head_seq).toBeGreaterThanOrEqual(acknowledged)

    makeRoom()
    await execution.complete()
    const { seqs, messages } = await following
    expect(seqs).toEqual(upTo(LINES + 2))
    expect(messages).toEqual(['w started', ...upTo(LINES).map((index) => `line ${index}`), 'completed'])
    expect(client.outbox.getSnapshot()).toMatchObject({ pending: 0, acknowledged: LINES + 2, dropped: 0 })
    expect(errors).toEqual([])
    const watch = connectClient(url).client.watch(execution.id)
    const { completeness } = await until(watch, ({ status }) => status === 'ended')
    expect(completeness).toEqual({ first: 1, last: LINES + 2, gaps: [], unloaded: [] })
  },
)
