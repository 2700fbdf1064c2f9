/**
 * The suites: `unit` needs nothing, `browser` a Chromium, `integration` Docker, `e2e` and `faults` need a kubeconfig. `faults` breaks parts that
 * the others rely on, so it runs after them, a file at a time.
 */
import { defineConfig } from 'vitest/config';

const unit = [
  '.ci/*.test.ts',
  'e2e/cluster/*.test.ts',
  '{app,operator,charts,cdk8s,bench}/**/*.test.ts',
  '*.test.ts',
];
const integration = [
  '{app,operator}/**/*.integration.test.ts',
  'e2e/{cluster,pooling,redis}/*.integration.test.ts',
];

const faults = ['e2e/{budget,leader,prometheus,stores}.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: unit,
          exclude: integration,
          isolate: false,
          maxWorkers: 2,
          // For machines that others keep busy; a test takes some milliseconds.
          testTimeout: 20_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: 'integration',
          include: integration,
          globalSetup: 'e2e/services.ts',
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['e2e/browser/*.test.ts'],
          globalSetup: 'e2e/browser/setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/*.test.ts'],
          exclude: faults,
          maxWorkers: 3,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'faults',
          include: faults,
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
