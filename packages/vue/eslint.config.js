/** Rules for the templates and scripts of `.vue` files, here and in the dashboard; everything else is oxlint's. */
import { defineConfigWithVueTs, vueTsConfigs } from '@vue/eslint-config-typescript'
import pluginVue from 'eslint-plugin-vue'

export default defineConfigWithVueTs(
  { ignores: ['**/dist/**', '**/*.{js,mjs,cjs,ts,mts,cts,jsx,tsx}'] },
  pluginVue.configs['flat/recommended'],
  vueTsConfigs.base,
  {
    files: ['**/*.vue'],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-emits-declaration': 'error',
      'vue/define-props-declaration': 'error',
      'vue/no-unused-emit-declarations': 'error',
      'vue/no-unused-refs': 'error',
      'vue/no-useless-v-bind': 'error',
      // Log content is never HTML.
      'vue/no-v-html': 'error',
      // Optional props are `undefined` when absent, as everywhere else in TypeScript.
      'vue/require-default-prop': 'off',

      // Layout is oxfmt's.
      'vue/first-attribute-linebreak': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-closing-bracket-spacing': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/singleline-html-element-content-newline': 'off',
    },
  },
)
