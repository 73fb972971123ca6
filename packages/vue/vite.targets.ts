/** For which browsers the library is built. */
export const targets = {
  sourcemap: true,
  target: 'es2024',
  // light-dark() and nesting stay: what would replace them does not follow the host's color-scheme.
  cssTarget: ['chrome125', 'firefox128', 'safari18'],
}
