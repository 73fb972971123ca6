/** The linter's rules: what is outright wrong or slow everywhere, the project's own limits in `src`, and who may import whom. */
import type { OxlintConfig } from 'oxlint'
import { boundaries } from './scripts/boundaries.ts'

const config: OxlintConfig = {
  plugins: ['eslint', 'typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error', perf: 'error' },
  ignorePatterns: ['**/dist/**', '**/coverage/**'],
  rules: {
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-var': 'error',
    'prefer-const': 'error',
    // Order is the point of many loops here: one batch after another, one page after another.
    'no-await-in-loop': 'off',
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': ['error', { ignoreVoid: false }],
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/use-unknown-in-catch-callback-variable': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'import/no-cycle': 'error',
    // Fixtures make tests of their own name, and helpers expect too.
    'vitest/no-standalone-expect': 'off',
    // The second argument of expect is vitest's message.
    'vitest/valid-expect': ['error', { maxArgs: 2 }],
    'unicorn/prefer-node-protocol': 'error',
  },
  overrides: [
    {
      files: ['{packages,apps}/*/src/**'],
      rules: {
        'no-console': 'error',
        'max-params': ['error', { max: 3 }],
        'max-lines': ['error', { max: 300 }],
      },
    },
    { files: ['packages/cli/src/**'], rules: { 'no-console': 'off' } },
    // Speed of a few test rows is no matter.
    { files: ['**/test/**'], rules: { 'oxc/no-map-spread': 'off' } },
    ...boundaries,
  ],
}

export default config
