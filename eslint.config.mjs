import next from 'eslint-config-next/core-web-vitals';
import tseslint from 'typescript-eslint';

/**
 * Import zones: the direction of the data is kube -> health -> incidents -> diagnosis -> views -> app -> components.
 * `may` lists the lib folders a zone may import besides itself; imports between folders are always `#lib/...`.
 */
const PURE = ['backoff', 'health', 'incidents', 'rollout', 'timeline', 'diagnosis'];
const ZONES = {
  model: { may: [] },
  contract: { may: ['model'] },
  backoff: { may: ['model'], pure: true },
  health: { may: ['model', 'backoff'], pure: true },
  incidents: { may: ['model', 'health'], pure: true },
  rollout: { may: ['model', 'health'], pure: true },
  timeline: { may: ['model', 'backoff', 'health', 'rollout'], pure: true },
  diagnosis: { may: ['model', 'backoff', 'health', 'incidents', 'rollout'], pure: true },
  views: { may: ['model', 'contract', ...PURE, 'actions/plan'], pure: true },
  kube: { may: ['model', 'contract'] },
  live: { may: ['model', 'contract'] },
  actions: { may: ['model', 'contract', 'rollout', 'health', 'kube'] },
  client: { may: ['model', 'contract', 'backoff'] },
  sandbox: { may: [] },
  server: { may: ['model', 'contract', ...PURE, 'views', 'kube', 'live', 'actions'] },
  testing: { may: ['model', 'contract', 'kube'] },
};

const IMPURE = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'Pure core: take `now` as an argument.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Pure core: take `now` as an argument.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Pure core: no randomness.',
  },
];
const IMPURE_GLOBALS = [
  'fetch',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'window',
  'document',
];

const only = (folders) => `^#lib/(?!(${folders.map((folder) => `${folder}/`).join('|')}))`;

const zones = Object.entries(ZONES).flatMap(([zone, { may, pure }]) => {
  const forbidden = [
    { regex: only([zone, ...may]), message: `lib/${zone} may import only: ${[zone, ...may].join(', ')}.` },
    { regex: '^\\.\\./', message: 'Import across folders as #lib/...' },
    { regex: '^#components/', message: 'lib never imports components.' },
  ];
  if (zone !== 'client')
    forbidden.push({ regex: '^(react|react-dom|swr)(/|$)', message: 'No React outside the browser zones.' });
  if (pure || zone === 'model') {
    forbidden.push({ regex: '^(node:|next|undici|@kubernetes)', message: 'Pure core: data in, data out.' });
  }
  const tests = {
    // A fixture is test support that several tests of the folder share.
    files: [`lib/${zone}/**/*.test.ts`, `lib/${zone}/**/*.fixture.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: only([zone, ...may, 'testing']),
              message: `Tests of lib/${zone} may also import lib/testing.`,
            },
          ],
        },
      ],
    },
  };
  const base = {
    files: [`lib/${zone}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns: forbidden }],
      'max-lines': ['error', { max: 400 }],
      ...(pure
        ? {
            'no-restricted-syntax': ['error', ...IMPURE],
            'no-restricted-globals': ['error', ...IMPURE_GLOBALS],
          }
        : {}),
    },
  };
  return pure
    ? [
        base,
        {
          ...tests,
          rules: { ...tests.rules, 'no-restricted-syntax': 'off', 'no-restricted-globals': 'off' },
        },
      ]
    : [base, tests];
});

/** The sandbox runs on an injected clock and a seeded generator; only its entry points touch the real ones. */
const sandbox = {
  files: ['lib/sandbox/**/*.ts'],
  ignores: ['lib/sandbox/main.ts', 'lib/sandbox/wall-clock.ts', 'lib/sandbox/**/*.test.ts'],
  rules: { 'no-restricted-syntax': ['error', ...IMPURE] },
};

/** A screen may import the shared parts and itself; its tests also the fixtures. */
function screenRules(screen, endings, also) {
  return {
    files: endings.map((ending) => `components/${screen}/**/*.${ending}`),
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^#lib/(?!(contract|model|backoff|client)/)',
              message: 'The browser sees contract, model, backoff and client only.',
            },
            {
              regex: `^#components/(?!(ui|live|cluster|timeline|${screen}|actions${also})[/.])`,
              message: 'Screens do not import each other.',
            },
            { regex: '^zod$', message: 'Import contract types with `import type`; zod stays on the server.' },
          ],
        },
      ],
    },
  };
}

const screens = ['triage', 'incident', 'overview', 'actions', 'frame', 'pods', 'runbooks'];
const components = [
  {
    files: ['components/**/*.{ts,tsx}', 'lib/client/**/*.{ts,tsx}'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^#lib/(?!(contract|model|backoff|client)/)',
              message: 'The browser sees contract, model, backoff and client only.',
            },
            { regex: '^(node:|next/headers|undici|@kubernetes)', message: 'Server only.' },
            { regex: '^zod$', message: 'Import contract types with `import type`; zod stays on the server.' },
          ],
        },
      ],
    },
  },
  ...screens.flatMap((screen) => [
    screenRules(screen, ['ts', 'tsx'], ''),
    screenRules(screen, ['test.ts', 'test.tsx'], '|fixtures|test-screen'),
  ]),
];

const app = {
  files: ['app/**/*.{ts,tsx}'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^#lib/(?!(server|contract|client|model|live)/)',
            message: 'app may import server, contract, client and components.',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      '.next/**',
      'next-env.d.ts',
      'coverage/**',
      'test-results/**',
      'playwright-report/**',
      '.uncrash/**',
      '*.js',
    ],
  },
  ...next,
  ...tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-console': 'error',
    },
  },
  ...zones,
  sandbox,
  ...components,
  app,
  {
    files: ['lib/**/main.ts', 'lib/server/cli/**/*.ts', 'lib/server/log.ts', 'bench/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    // Plain Node programs outside the TypeScript project: a name that is nowhere defined must still be found.
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'no-undef': 'error',
      'no-console': 'off',
    },
    languageOptions: {
      parserOptions: { projectService: false },
      globals: Object.fromEntries(
        ['Buffer', 'URL', 'console', 'fetch', 'process', 'setTimeout', 'clearTimeout', 'AbortSignal'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
);
