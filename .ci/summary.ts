/** The last lines of a test run: what failed, and what the reports of all suites add up to. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { z } from 'zod';

/** What we read of a vitest JSON report. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line each for what failed: its file, its name, and the first line of why. */
  readonly failures: readonly string[];
}

/**
 * Add the suites up.
 *
 * A file that failed outside of its tests (it does not load, a hook throws) counts as one failed, as does a suite
 * whose report is missing, cannot be read, or holds no test at all.
 *
 * @param texts a vitest JSON report each; undefined: there is none
 */
export function summarize(texts: readonly (string | undefined)[]): Summary {
  const suites = texts.map((text) => count(text));
  const sum = (key: Exclude<keyof Summary, 'failures'>) =>
    suites.reduce((total, suite) => total + suite[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: suites.flatMap(({ failures }) => failures),
  };
}

function count(text: string | undefined): Summary {
  const { success, data } = report.safeParse(parse(text));
  if (!success || data.numPassedTests + data.numFailedTests === 0) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      failures: ['a suite without a report of its tests'],
    };
  }
  const broken = data.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  const tests = data.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => failure(name, fullName, failureMessages[0])),
  );
  return {
    passed: data.numPassedTests,
    failed: data.numFailedTests + broken.length,
    skipped: data.numPendingTests + data.numTodoTests,
    failures: [...tests, ...broken.map(({ name, message }) => failure(name, 'the file', message))],
  };
}

function failure(file: string, name: string, why = 'no reason was given'): string {
  return `${relative(process.cwd(), file)}: ${name}: ${why.split('\n')[0]}`;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    console.log(`${file} is missing: that suite counts as failed`);
    return undefined;
  }
}

if (import.meta.main) {
  const [status = '1', ...files] = process.argv.slice(2);
  const { passed, failed, skipped, failures } = summarize(files.map(read));
  for (const line of failures) console.log(`failed: ${line}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : Number(status);
}
