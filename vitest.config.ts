import { defineConfig } from 'vitest/config';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

export default defineConfig({
  test: {
    // Of what is waited for; the default of one second is short for a busy machine.
    expect: { poll: { timeout: 45 * SECOND } },
    globalSetup: ['tests/helpers/servers-setup.ts'],
    // Limits of tests end what hangs; a machine that is three times as busy reaches none of them.
    projects: [
      {
        extends: true,
        test: {
          hookTimeout: 60 * SECOND,
          include: ['tests/unit/**/*.test.ts'],
          name: 'unit',
          testTimeout: 60 * SECOND,
        },
      },
      {
        extends: true,
        test: {
          hookTimeout: 180 * SECOND,
          include: ['tests/integration/**/*.test.ts'],
          maxWorkers: 2,
          name: 'integration',
          sequence: { groupOrder: 1 },
          testTimeout: 180 * SECOND,
        },
      },
      {
        extends: true,
        test: {
          hookTimeout: 180 * SECOND,
          include: ['tests/conformance/**/*.test.ts'],
          name: 'conformance',
          testTimeout: 180 * SECOND,
        },
      },
      {
        extends: true,
        test: {
          // Each of them runs a whole stack: two at a time would measure each other.
          fileParallelism: false,
          // A whole stack at work, where ten others want the processor: reached only by what hangs.
          hookTimeout: 20 * MINUTE,
          include: ['tests/e2e/**/*.test.ts'],
          name: 'e2e',
          sequence: { groupOrder: 2 },
          testTimeout: 10 * MINUTE,
        },
      },
    ],
  },
});
