// A TCP proxy between a client and a server that can cut, freeze and turn away: what networks do; gone with the test that started it.

import { onTestFinished } from 'vitest'
import { Proxy } from '../../../../e2e/chaos/proxy.ts'

/** Starts one on a free port. */
export async function startProxy(target: number): Promise<Proxy> {
  const proxy = await Proxy.start(target)
  onTestFinished(() => proxy[Symbol.asyncDispose]())
  return proxy
}
