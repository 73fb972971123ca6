// Every shape of an address, and the page that it means.
import { expect, test } from 'vitest'
import { executionPath, pageOf, type Page } from '../../src/page-of.ts'

const executions = { name: 'executions', status: undefined } as const
const notFound = { name: 'not-found' } as const

const TABLE: readonly (readonly [string, Page])[] = [
  ['/', { name: 'redirect', path: 'executions' }],
  ['/executions', executions],
  ['/executions/', executions],
  ['/executions?status=failed', { name: 'executions', status: 'failed' }],
  ['/executions?other=1&status=running#L1', { name: 'executions', status: 'running' }],
  ['/executions?status=nonsense', executions],
  ['/executions?status=', executions],
  ['/executions/run-1', { name: 'execution', id: 'run-1' }],
  ['/executions/run-1/?status=failed#L120-L140', { name: 'execution', id: 'run-1' }],
  ['/executions/a%2Fb%20%C3%A9%3F', { name: 'execution', id: 'a/b é?' }],
  ['/executions/é', { name: 'execution', id: 'é' }],
  ['/executions/%E0%A4%A', notFound],
  ['/executions/run-1/more', notFound],
  ['/monitoring', { name: 'monitoring' }],
  ['/monitoring/', { name: 'monitoring' }],
  ['/monitoring/run-1', notFound],
  ['/nowhere', notFound],
  ['/some/where', notFound],
  ['/executionsx', notFound],
  ['//executions', notFound],
]

test.each(TABLE)('%s', (address, page) => {
  expect(pageOf(new URL(`http://runtail.test${address}`), '/')).toEqual(page)
  expect(pageOf(new URL(`http://service.test/of/it${address}`), '/of/it/')).toEqual(page)
})

test.each(['run-1', 'a/b', '50 %', '?#&', 'é', '..x', '%2F'])('the path of execution %s leads to it', (id) => {
  expect(pageOf(new URL(executionPath(id), 'http://runtail.test/of/it/'), '/of/it/')).toEqual({ name: 'execution', id })
})
