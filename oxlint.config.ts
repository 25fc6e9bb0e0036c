import { fileURLToPath } from 'node:url';
import { defineConfig } from 'oxlint';

// Categories are on as a whole; every rule that is off says why. Length and nesting are not linted: a long table is fine.

export default defineConfig({
  categories: { correctness: 'error', perf: 'error', suspicious: 'error' },
  env: { builtin: true, node: true },
  globals: { EventSource: 'readonly', WebSocket: 'readonly', XMLHttpRequest: 'readonly' },
  ignorePatterns: ['data/**', 'services/dashboard/web/dist/**', 'shared/db/migrations/**'],
  jsPlugins: [fileURLToPath(new URL('infra/lint/plugin.ts', import.meta.url))],
  options: { denyWarnings: true, reportUnusedDisableDirectives: 'error', typeAware: true },
  plugins: ['eslint', 'import', 'node', 'oxc', 'promise', 'typescript', 'unicorn', 'vitest'],
  rules: {
    'layers/deterministic': 'error',
    'layers/environment': 'error',
    'layers/imports': 'error',
    'layers/network': 'error',

    // A promise nobody awaits fails unheard. `void` marks one that handles its own failure.
    'typescript/await-thenable': 'error',
    'typescript/no-floating-promises': ['error', { checkThenables: true }],
    'typescript/no-misused-promises': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],

    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'no-console': 'error',
    'no-var': 'error',
    // A note to do something later belongs to the list of issues.
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
    'prefer-const': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'unicorn/prefer-node-protocol': 'error',

    // Requests to one provider, statements of one transaction and days of one model follow each other on purpose.
    'no-await-in-loop': 'off',
    // Rows are spread in `map` a few thousand at a time: the clear form costs nothing here.
    'oxc/no-map-spread': 'off',
    // Express 5 hands what an asynchronous handler rejects with to the error handler.
    'oxc/no-async-endpoint-handlers': 'off',
    // `pg` is CommonJS: its classes are members of the default import.
    'import/no-named-as-default-member': 'off',
    // `noImplicitReturns` of the compiler says the same.
    'typescript/consistent-return': 'off',
    // Handlers of callbacks have nothing to return.
    'promise/always-return': 'off',
    // A flag that a closure sets ends a loop.
    'no-unmodified-loop-condition': 'off',
    // Asserted after a check that the compiler cannot follow; `any` itself is refused above.
    'typescript/no-unsafe-type-assertion': 'off',
    // An assertion may say which types reach `String()`, which takes anything.
    'typescript/no-unnecessary-type-assertion': 'off',
    // Rows of a table that is a parameter.
    'typescript/no-generated-empty-object-type': 'off',
    // `read<Shape>(…)`: the caller names the shape of what it reads.
    'typescript/no-unnecessary-type-parameters': 'off',
    // Contexts, readers and connectors are records of closures: they have no `this` to lose.
    'typescript/unbound-method': 'off',
    // A small function stands beside the one that needs it.
    'unicorn/consistent-function-scoping': 'off',
    // Messages go to worker threads, which have no origin.
    'unicorn/require-post-message-target-origin': 'off',
    // Sorted and reversed in place are arrays that were made for it.
    'unicorn/no-array-reverse': 'off',
    'unicorn/no-array-sort': 'off',
    // Tables are written as spread rows, one per year or group.
    'unicorn/no-useless-spread': 'off',
    // Lists of a handful of names.
    'unicorn/prefer-set-has': 'off',
    // The length is the point.
    'unicorn/no-new-array': 'off',

    'vitest/valid-expect': ['error', { maxArgs: 2 }],
  },
  overrides: [
    // Tools take their configuration as a default export.
    { files: ['**/*.config.ts', 'infra/lint/plugin.ts'], rules: { 'import/no-default-export': 'off' } },
    // Its styles are part of the bundle.
    { files: ['services/dashboard/web/src/main.tsx'], rules: { 'import/no-unassigned-import': 'off' } },
    // Commander gives the options of a command without types.
    {
      files: ['infra/cli/main.ts'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-member-access': 'off',
      },
    },
    {
      files: ['bench/**', 'tests/**'],
      rules: {
        // `expect.any(…)` and parsed JSON are `any`; a wrong guess fails the test.
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-member-access': 'off',
        // Conformance tests expect by kind of provider.
        'vitest/no-conditional-expect': 'off',
      },
    },
    // A suite that needs Chromium, OpenSSL, PgBouncer, Prometheus or servers of the demo itself is announced as NOT RUN without it.
    {
      files: [
        'tests/helpers/certificates.ts',
        'tests/helpers/chromium.ts',
        'tests/helpers/e2e-stores.ts',
        'tests/helpers/pgbouncer.ts',
        'tests/helpers/prometheus.ts',
      ],
      rules: {
        'vitest/no-conditional-tests': 'off',
        'vitest/no-disabled-tests': 'off',
        'vitest/valid-describe-callback': 'off',
        'vitest/valid-title': 'off',
      },
    },
  ],
});
