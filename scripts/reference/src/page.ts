// What a package exports enters, a page of Markdown leaves; the same exports give the same page, in whatever order they come.

import type { Exported, Kind } from './read.ts'

/** Which page of the reference. */
export interface PageOptions {
  readonly title: string
  /** What to import, and a sentence on it. */
  readonly intro: string
  /** Names that are only here, and where: `Node only`. */
  readonly only?: ReadonlyMap<string, string>
  /** Where names lead that other pages explain, so that this one need not. */
  readonly elsewhere?: ReadonlyMap<string, string>
}

const SECTIONS: readonly [Kind, string][] = [
  ['function', 'Functions'],
  ['component', 'Components'],
  ['class', 'Classes'],
  ['value', 'Values'],
  ['type', 'Types'],
  ['further', 'Types within these'],
]

/** Writes the page. */
export function toPage(exported: readonly Exported[], { title, intro, only, elsewhere }: PageOptions): string {
  const shown = exported.filter(({ kind, name }) => kind !== 'further' || !elsewhere?.has(name))
  const links = new Map([...(elsewhere ?? []), ...linksTo('', shown)])
  const link = (name: string): string => (links.has(name) ? `[\`${name}\`](${links.get(name)})` : '')
  const parts = sectionsOf(shown).map(({ heading, members }) => {
    const list = members.map(({ name }) => link(name)).join(' · ')
    const entries = members.map((member) => toEntry(member, link, only?.get(member.name)))
    return [`## ${heading}`, list, ...entries].join('\n\n')
  })
  const notice = '<!-- Written by `npm run reference` from the docstrings. -->'
  return `${[`# ${title}`, notice, intro, ...parts].join('\n\n')}\n`
}

/** Where the names of a page lead. Anchors do not tell `UseClock` from `useClock`: of those that look alike, each after the first gets a number. */
export function linksTo(page: string, exported: readonly Exported[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>()
  const links = new Map<string, string>()
  for (const { heading, members } of sectionsOf(exported)) {
    for (const title of [heading, ...members.map(({ name }) => name)]) {
      const anchor = title.toLowerCase().replaceAll(' ', '-')
      const count = counts.get(anchor) ?? 0
      counts.set(anchor, count + 1)
      links.set(title, `${page}#${count === 0 ? anchor : `${anchor}-${count}`}`)
    }
  }
  return links
}

function sectionsOf(exported: readonly Exported[]): { heading: string; members: readonly Exported[] }[] {
  return SECTIONS.map(([kind, heading]) => ({
    heading,
    members: exported.filter((one) => one.kind === kind).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  })).filter(({ members }) => members.length > 0)
}

function toEntry({ name, docs, code, mentions }: Exported, link: (name: string) => string, only?: string): string {
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
