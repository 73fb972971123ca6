// What a page loads for the SDK: each entry point with all that it pulls in, minified, after gzip.

import { gzipSync } from 'node:zlib'
import { bundle } from '../../packages/client-sdk/test/support/bundle.ts'
import type { BenchCase, Contestant } from '../src/case.ts'

const contestant = (name: string): Contestant => ({
  name,
  async run() {
    const code = await bundle(name)
    return { gzip_kb: gzipSync(code).length / 1000, raw_kb: code.length / 1000 }
  },
})

const bundleSize: BenchCase = {
  name: 'bundle-size',
  title: 'Browser SDK, all that it pulls in, after gzip',
  rounds: 1,
  contestants: () => [contestant('createClient'), contestant('createViewer')],
  goals: [
    { name: 'produce and follow', figure: 'gzip_kb', of: 'createClient', atMost: 14 },
    { name: 'follow only', figure: 'gzip_kb', of: 'createViewer', atMost: 14 },
  ],
}

export default bundleSize
