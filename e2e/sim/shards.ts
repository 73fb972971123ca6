// Seeds enter, their results leave as they come, from worker threads that share the cores.

import { Worker } from 'node:worker_threads'
import type { SeedResult, ShardInput } from './shard.ts'

/** A seed that takes so long runs in circles. */
const HANG_MS = 30_000

/** How a shard ended. */
export type ShardEnd = 'done' | 'stopped' | 'hangs'

/** Runs one shard. `onResult` says whether to go on. */
export function runShard(input: ShardInput, onResult: (result: SeedResult) => boolean): Promise<ShardEnd> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./shard.ts', import.meta.url), { workerData: input })
    const end = (how: ShardEnd): void => {
      clearTimeout(timer)
      resolve(how)
      worker.terminate().catch(reject)
    }
    let timer = setTimeout(() => end('hangs'), HANG_MS)
    worker.on('message', (result: SeedResult) => {
      clearTimeout(timer)
      timer = setTimeout(() => end('hangs'), HANG_MS)
      if (!onResult(result)) end('stopped')
    })
    worker.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    worker.on('exit', () => end('done'))
  })
}
