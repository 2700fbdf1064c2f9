/** The last line of a test run: what the reports of all suites add up to. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What we read of a vitest JSON report. */
const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
});

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
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
  const sum = (key: keyof Summary) => suites.reduce((total, suite) => total + suite[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

function count(text: string | undefined): Summary {
  const { success, data } = report.safeParse(parse(text));
  if (!success || data.numPassedTests + data.numFailedTests === 0) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const broken = data.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: data.numPassedTests,
    failed: data.numFailedTests + broken.length,
    skipped: data.numPendingTests + data.numTodoTests,
  };
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
  const { passed, failed, skipped } = summarize(files.map(read));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : Number(status);
}
