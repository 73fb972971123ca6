// What the custom element makes of its attributes: the server's address, and a client that those who want the same share.
import { describe, expect, test } from 'vitest'
import { borrowClient } from '../../src/element/shared-clients.ts'
import { socketUrl } from '../../src/element/socket-url.ts'

describe('the address', () => {
  test.each([
    ['https://logs.example.com', 'wss://logs.example.com/trpc'],
    ['http://localhost:3000/', 'ws://localhost:3000/trpc'],
    ['ws://localhost:3000/trpc', 'ws://localhost:3000/trpc'],
    ['wss://example.com/logs/trpc', 'wss://example.com/logs/trpc'],
    ['//logs.example.com', 'wss://logs.example.com/trpc'],
    ['/', 'wss://shop.example/trpc'],
    ['/runtail/', 'wss://shop.example/runtail/trpc'],
    ['https://logs.example.com/#there', 'wss://logs.example.com/trpc'],
  ])('%j', (text, url) => {
    expect(socketUrl(text, 'https://shop.example/orders/1')).toBe(url)
  })

  test('what is none is refused', () => {
    expect(() => socketUrl('http://', 'https://shop.example/')).toThrow(TypeError)
  })
})

describe('clients', () => {
  const url = 'ws://127.0.0.1:9/trpc'

  test('are shared by url and token, and closed with the last who uses them', () => {
    const [one, two] = [borrowClient(url, undefined), borrowClient(url, undefined)]
    const other = borrowClient(url, 'secret')
    expect(two.client).toBe(one.client)
    expect(other.client).not.toBe(one.client)
    one.release()
    one.release()
    const three = borrowClient(url, undefined)
    expect(three.client).toBe(two.client)
    two.release()
    three.release()
    const anew = borrowClient(url, undefined)
    expect(anew.client).not.toBe(one.client)
    anew.release()
    other.release()
  })

  test('tokens that are asked for are the same only where the function is', () => {
    const token = () => 'secret'
    const [one, two, three] = [borrowClient(url, token), borrowClient(url, token), borrowClient(url, () => 'secret')]
    expect(two.client).toBe(one.client)
    expect(three.client).not.toBe(one.client)
    for (const { release } of [one, two, three]) release()
  })
})
