/** What the closing line of a test run counts. */
import { expect, test } from 'vitest';
import { summarize } from './summary.ts';

function report(overrides: object = {}): string {
  return JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
    ...overrides,
  });
}

const brokenFile = { status: 'failed', assertionResults: [] };
const failedFile = { status: 'failed', assertionResults: [{ status: 'failed' }] };

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
