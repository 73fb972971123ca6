// Every relative link in the project's pages leads to a file that is there, and to a heading that is in it; files that pages about the code name are there, too.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
const files = listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)))
const pages = files.filter((path) => path.endsWith('.md'))
/** Other pages name files that their readers write. */
const pagesAboutCode = pages.filter((path) => /^(?:[A-Z]+\.md|docs\/decisions\/.*)$/.test(path) && path !== 'README.md')

/** A page without its code. */
function proseOf(page: string): string {
  return readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '')
}

/** The anchors of a page's headings; of those that look alike, each after the first gets a number. */
function anchorsOf(page: string): ReadonlySet<string> {
  const counts = new Map<string, number>()
  const headings = [...proseOf(page).matchAll(/^#+ (?<title>.+)$/gm)].map(({ groups }) => groups?.['title'] ?? '')
  return new Set(
    headings.map((title) => {
      const anchor = title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-')
      const count = counts.get(anchor) ?? 0
      counts.set(anchor, count + 1)
      return count === 0 ? anchor : `${anchor}-${count}`
    }),
  )
}

test.each(pages)('%s', (page) => {
  const links = [...proseOf(join(root, page)).matchAll(/\]\((?<target>[^)\s]+)\)/g)].map(
    ({ groups }) => groups?.['target'] ?? '',
  )
  const broken = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? join(root, page) : join(root, dirname(page), path)
      return !existsSync(file) || (anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor))
    })
  expect(broken).toStrictEqual([])
})

test.each(pagesAboutCode)('files that %s names', (page) => {
  const named = [...proseOf(join(root, page)).matchAll(/`(?<path>[\w./-]+\.(?:ts|vue|mjs))`/g)].map(
    ({ groups }) => groups?.['path'] ?? '',
  )
  expect(named.filter((path) => !files.some((file) => `/${file}`.endsWith(`/${path}`)))).toStrictEqual([])
})
