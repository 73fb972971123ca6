import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StaticFiles } from '../src/static-files.ts'

let root: string
let files: StaticFiles

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'runtail-static-'))
  const dist = join(root, 'dist')
  await mkdir(join(dist, 'assets'), { recursive: true })
  await writeFile(join(root, 'secret.txt'), 'secret')
  await mkdir(join(root, 'secrets'))
  await writeFile(join(root, 'secrets', 'key'), 'secret')
  await writeFile(join(dist, 'index.html'), '<!doctype html><base href="/" />')
  await writeFile(join(dist, 'icon.svg'), '<svg/>')
  await writeFile(join(dist, 'with space.txt'), 'x')
  await writeFile(join(dist, 'assets', 'app-1a2b.js'), 'export {}')
  await writeFile(join(dist, 'assets', 'unknown.xyz'), '?')
  await symlink(join(root, 'secret.txt'), join(dist, 'link.txt'))
  await symlink(join(root, 'secrets'), join(dist, 'linked'))
  const loaded = await StaticFiles.load(dist)
  if (!loaded) throw new Error('not loaded')
  files = loaded
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('find', () => {
  test.each([
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/monitoring', 'text/html; charset=utf-8', 'no-cache'],
    ['/executions', 'text/html; charset=utf-8', 'no-cache'],
    ['/executions/run-1', 'text/html; charset=utf-8', 'no-cache'],
    ['/executions/', 'text/html; charset=utf-8', 'no-cache'],
    ['/executions/run-1/', 'text/html; charset=utf-8', 'no-cache'],
    ['/executions/a.b:c@d', 'text/html; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
    ['/with%20space.txt', 'text/plain; charset=utf-8', 'no-cache'],
    ['/assets/app-1a2b.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/unknown.xyz', 'application/octet-stream', 'public, max-age=31536000, immutable'],
  ])('%s is %s, %s', (path, type, cacheControl) => {
    expect(files.find(path)).toMatchObject({ status: 200, file: { type, cacheControl } })
  })

  test('gives the dashboard for a page that nobody knows, with the status that says so', () => {
    expect(files.find('/no/such/page')).toMatchObject({ status: 404, file: { type: 'text/html; charset=utf-8' } })
  })

  test.each([
    '/assets/missing.js',
    '/assets/missing',
    '/missing.png',
    '/link.txt',
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%252e%252e%252fsecret.txt',
    '/..\\secret.txt',
    '/..%5csecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/icon.svg%00',
    '/icon.svg\0.txt',
    '/%00/secret.txt',
    '/%ff.txt',
    '/%',
    '//secret.txt',
    '/./icon.svg',
    '/constructor.txt',
  ])('has nothing at %s', (path) => {
    expect(files.find(path)).toBeUndefined()
  })

  test('names what the addresses of the dashboard are relative to, where it is below a path', () => {
    const contentAt = (mountPath?: string) => files.find('/executions', mountPath)?.file.content.toString()
    expect(contentAt()).toBe('<!doctype html><base href="/" />')
    expect(contentAt('/of/it')).toBe('<!doctype html><base href="/of/it/" />')
    expect(contentAt('/$&"><b>')).toBe('<!doctype html><base href="/$%26%22%3E%3Cb%3E/" />')
    const [root, below, same] = [undefined, '/of/it', '/of/it'].map((at) => files.find('/', at)?.file.etag)
    expect(below).toBe(same)
    expect(below).not.toBe(root)
  })

  test('never gives anything from outside the folder, not even through a linked folder', () => {
    for (const path of ['/linked/key', '/linked', '/..', '/../secrets/key', '/secrets/key']) {
      expect(files.find(path)?.file.content.toString() ?? '').not.toContain('secret')
    }
  })
})

test('a folder that is absent, or not a dashboard, is none', async () => {
  expect(await StaticFiles.load(join(root, 'absent'))).toBeUndefined()
  expect(await StaticFiles.load(join(root, 'secret.txt'))).toBeUndefined()
  expect(await StaticFiles.load(join(root, 'dist', 'assets'))).toBeUndefined()
})
