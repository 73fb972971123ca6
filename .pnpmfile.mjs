/** What `pnpm pack` and `pnpm publish` make of a manifest: what only this workspace understands goes, exact versions become ranges. */

/** Leads to sources, which no package holds. */
const WORKSPACE_CONDITION = '@runtail/source'

export const hooks = {
  /** @param {Record<string, unknown>} manifest */
  beforePacking(manifest) {
    const { devDependencies: _forTests, scripts: _ofTheWorkspace, ...published } = manifest
    return {
      ...published,
      exports: withoutCondition(manifest['exports']),
      dependencies: ranges(/** @type {Record<string, string>} */ (manifest['dependencies'])),
    }
  },
}

/** @param {unknown} target what a path of `exports`, or a condition there, leads to */
function withoutCondition(target) {
  if (typeof target !== 'object' || target === null) return target
  const kept = Object.entries(target).filter(([condition]) => condition !== WORKSPACE_CONDITION)
  return Object.fromEntries(kept.map(([condition, inner]) => [condition, withoutCondition(inner)]))
}

/**
 * Whoever has tRPC or zod already shares that copy, and gets its fixes without a release of ours. Our own packages go together.
 * @param {Record<string, string>} dependencies
 */
function ranges(dependencies) {
  /** @param {[string, string]} entry */
  const range = ([name, version]) => [name, name.startsWith('@runtail/') ? version : `^${version}`]
  return Object.fromEntries(Object.entries(dependencies).map(range))
}
