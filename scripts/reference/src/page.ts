// What a package exports enters, a page of Markdown leaves; the same exports give the same page, in whatever order they come.

import type { Exported, Kind } from './read.ts'

/** Which page of the reference. */
export interface PageOptions {
  readonly title: string
  /** What to import, and a sentence on it. */
  readonly intro: string
  /** Names that are only here, and where: `Node only`. */
  readonly only?: ReadonlyMap<string, string>
}

const SECTIONS: readonly [Kind, string][] = [
  ['function', 'Functions'],
  ['component', 'Components'],
  ['class', 'Classes'],
  ['value', 'Values'],
  ['type', 'Types'],
]

/** Writes the page. */
export function toPage(exported: readonly Exported[], { title, intro, only }: PageOptions): string {
  const sections = SECTIONS.map(([kind, heading]) => ({
    heading,
    members: exported.filter((one) => one.kind === kind).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })).filter(({ members }) => members.length > 0)
  const link = linksTo(sections.flatMap(({ heading, members }) => [heading, ...members.map(({ name }) => name)]))
  const parts = sections.map(({ heading, members }) => {
    const list = members.map(({ name }) => link(name)).join(' · ')
    const entries = members.map((member) => toEntry(member, link, only?.get(member.name)))
    return [`## ${heading}`, list, ...entries].join('\n\n')
  })
  const notice = '<!-- Written by `npm run reference` from the docstrings. -->'
  return `${[`# ${title}`, notice, intro, ...parts].join('\n\n')}\n`
}

/** A link to a heading of the page; empty for what has none. */
type LinkTo = (name: string) => string

/** Anchors do not tell `UseClock` from `useClock`: of those that look alike, each after the first gets a number. */
function linksTo(headings: readonly string[]): LinkTo {
  const counts = new Map<string, number>()
  const anchors = new Map(
    headings.map((heading) => {
      const anchor = heading.toLowerCase()
      const count = counts.get(anchor) ?? 0
      counts.set(anchor, count + 1)
      return [heading, count === 0 ? anchor : `${anchor}-${count}`]
    }),
  )
  return (name) => (anchors.has(name) ? `[\`${name}\`](#${anchors.get(name)})` : '')
}

function toEntry({ name, docs, code, mentions }: Exported, link: LinkTo, only: string | undefined): string {
  const links = mentions.toSorted().map(link).filter(Boolean)
  return [
    `### ${name}`,
    only === undefined ? '' : `_${only}._`,
    docs,
    `\`\`\`ts\n${code}\n\`\`\``,
    links.length === 0 ? '' : `See ${links.join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n')
}
