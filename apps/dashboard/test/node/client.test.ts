// Which socket belongs to a page.
import { expect, test } from 'vitest'
import { socketUrl } from '../../src/client.ts'

test.each([
  ['http://localhost:3000/', 'ws://localhost:3000/trpc'],
  ['https://runtail.example/', 'wss://runtail.example/trpc'],
  ['http://service.example/runtail/', 'ws://service.example/runtail/trpc'],
])('%s', (base, url) => {
  expect(socketUrl(base)).toBe(url)
})
