/** What `pnpm pack` and `pnpm publish` leave out of a manifest: what only this workspace understands. */

/** Leads to sources, which no package holds. */
const WORKSPACE_CONDITION = '@runtail/source'

export const hooks = {
  /** @param {Record<string, unknown>} manifest */
  beforePacking(manifest) {
    const { devDependencies: _forTests, scripts: _ofTheWorkspace, ...published } = manifest
    return { ...published, exports: withoutCondition(manifest['exports']) }
  },
}

/** @param {unknown} target what a path of `exports`, or a condition there, leads to */
function withoutCondition(target) {
  if (typeof target !== 'object' || target === null) return target
  const kept = Object.entries(target).filter(([condition]) => condition !== WORKSPACE_CONDITION)
  return Object.fromEntries(kept.map(([condition, inner]) => [condition, withoutCondition(inner)]))
}
