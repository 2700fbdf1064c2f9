/** What the closing lines of a test run count and name. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { summarize } from './summary.ts';

function report(overrides: object = {}): string {
  return JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [fileOf({ status: 'passed' })],
    ...overrides,
  });
}

/** A file with one test of the same status, or with none. */
function fileOf({ status, isBroken = false }: { status: string; isBroken?: boolean }) {
  const test = { status, fullName: 'adds', failureMessages: ['Error: not 3\n  at adds'] };
  const file = join(process.cwd(), 'a.test.ts');
  return { name: file, status, message: 'not loaded', assertionResults: isBroken ? [] : [test] };
}

const brokenFile = fileOf({ status: 'failed', isBroken: true });
const failedFile = fileOf({ status: 'failed' });

test.each([
  { name: 'suites add up', reports: [report(), report({ numPendingTests: 2 })], want: [6, 0, 2] },
  {
    name: 'a failed test counts once, not also as its file',
    reports: [report({ numFailedTests: 1, testResults: [failedFile] })],
    want: [3, 1, 0],
  },
  {
    name: 'a file that does not load counts as failed',
    reports: [report({ testResults: [brokenFile] })],
    want: [3, 1, 0],
  },
  { name: 'a missing report counts as failed', reports: [report(), undefined], want: [3, 1, 0] },
  { name: 'a torn report counts as failed', reports: [report().slice(0, 40)], want: [0, 1, 0] },
  {
    name: 'a suite without tests counts as failed',
    reports: [report({ numPassedTests: 0, testResults: [] })],
    want: [0, 1, 0],
  },
])('$name', ({ reports, want }) => {
  const { passed, failed, skipped } = summarize(reports);
  expect([passed, failed, skipped]).toEqual(want);
});

test('what failed is named, with the first line of why', () => {
  const failing = report({ numFailedTests: 1, testResults: [failedFile] });
  const { failures } = summarize([failing, report({ testResults: [brokenFile] }), undefined]);
  expect(failures).toEqual([
    'a.test.ts: adds: Error: not 3',
    'a.test.ts: the file: not loaded',
    'a suite without a report of its tests',
  ]);
});
