import boundaries from 'eslint-plugin-boundaries';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** Folders of the engine in the order of docs/architecture.md: each may import those before it, and itself. */
const ENGINE = [
  'core',
  'kernel',
  'ir',
  'ops',
  'layers',
  'graph',
  'passes',
  'backends',
  'train',
  'inference',
  'process',
];

const elements = (...types) => ({ element: { type: types } });
const engine = (...folders) => elements(...folders.map((folder) => `engine-${folder}`));

const engineRules = ENGINE.map((folder, index) => {
  // Training and use read rows; the process imports them.
  const data = ['train', 'inference', 'process'].includes(folder) ? ['data'] : [];
  return { from: engine(folder), allow: { to: engine(...ENGINE.slice(0, index + 1), ...data) } };
});

const ELECTRON = { group: ['electron', 'electron/*'], message: 'Only main/desktop imports Electron.' };
const NODE = { group: ['node:*'], message: 'In the engine only process and data use Node.' };
const GPU_TYPES = {
  selector: 'TSTypeReference[typeName.name=/^GPU/], Identifier[name="navigator"]',
  message: 'Only engine/backends/webgpu touches a GPU.',
};

export default ts.config(
  { ignores: ['dist/', 'release/', 'node_modules/', 'test-results/', '**/*.gen.ts'] },
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // It reads the reason behind a code as more codes; svelte-check knows better.
      'svelte/no-unused-svelte-ignore': 'off',
      // Routes are hashes of one page; there is no router that would resolve links.
      'svelte/no-navigation-without-resolve': 'off',
      // Maps in state are replaced, never changed in place.
      'svelte/prefer-svelte-reactivity': 'off',
      // `void value` in an effect says that the effect depends on it.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    plugins: { boundaries },
    settings: {
      'import/resolver': { node: { extensions: ['.ts', '.js', '.mjs', '.svelte'] } },
      'boundaries/elements': [
        ...[...ENGINE, 'data'].map((folder) => ({ type: `engine-${folder}`, pattern: `engine/${folder}` })),
        { type: 'main-desktop', pattern: 'main/desktop' },
        { type: 'main', pattern: 'main' },
        { type: 'renderer', pattern: 'renderer' },
      ],
    },
    files: ['engine/**/*.ts', 'main/**/*.ts', 'renderer/**/*.{ts,svelte}'],
    ignores: ['**/*.test.ts'],
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            ...engineRules,
            { from: engine('data'), allow: { to: engine('core', 'data') } },
            { from: elements('renderer'), allow: { to: elements('renderer') } },
            {
              from: elements('renderer'),
              allow: { to: { element: { type: 'main', fileInternalPath: 'contract.ts' } } },
            },
            { from: elements('renderer'), allow: { to: engine('core', 'layers', 'graph') } },
            // Types only: the renderer speaks of runs and forms in the engine's words.
            { from: elements('renderer'), allow: { to: engine('process'), dependency: { kind: 'type' } } },
            {
              from: elements('main', 'main-desktop'),
              allow: { to: [elements('main'), engine(...ENGINE, 'data')] },
            },
            { from: elements('main-desktop'), allow: { to: elements('main-desktop') } },
          ],
        },
      ],
    },
  },
  {
    files: ['engine/**/*.ts', 'main/**/*.ts'],
    ignores: ['engine/backends/webgpu/**', 'main/desktop/**', '**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', GPU_TYPES] },
  },
  {
    files: ['main/**/*.ts', 'engine/{process,data}/**/*.ts', 'renderer/**/*'],
    ignores: ['main/desktop/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [ELECTRON] }] },
  },
  {
    files: ['engine/**/*.ts'],
    ignores: ['engine/{process,data}/**', '**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [ELECTRON, NODE] }] },
  },
);
