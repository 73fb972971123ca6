// The environment of the tests enters, the one of a user leaves: npm's own settings stay, what npm and vitest added for us goes.

/** Without what `npm test` says to its children; undefined means that a variable is to be absent. */
export function userEnvironment(): Record<string, string | undefined> {
  const ours = /^(npm_(?!config_(registry|userconfig|cache)$)|vitest|node_env$|node_path$|node_options$|init_cwd$)/i
  return Object.fromEntries(
    Object.entries(process.env).map(([name, value]) => [name, ours.test(name) ? undefined : value]),
  )
}
