/** What running another program returns, and what it says when that fails. */
import { expect, test } from 'vitest';
import { isAlive, run, runPipeline, succeeds, waitFor } from './run.ts';

test('the output is returned whole', async () => {
  expect(await run('sh', ['-c', 'echo one; echo two'])).toBe('one\ntwo\n');
});

test.each([
  {
    name: 'its own words',
    script: 'echo went wrong >&2; exit 3',
    message: /sh -c .*: went wrong$/s,
  },
  { name: 'the end of a long output', script: 'seq 100; exit 1', message: /: 86\n.*\n100$/s },
  { name: 'the bare status if it said nothing', script: 'exit 3', message: /Command failed/ },
])('a failure is told with $name', async ({ script, message }) => {
  await expect(run('sh', ['-c', script])).rejects.toThrow(message);
});

test('a program that takes too long is ended', async () => {
  const slow = run('sleep', ['60'], { timeoutSeconds: 0.1 });
  await expect(slow).rejects.toThrow('took too long and was ended');
});

test('a program that does not exist fails, and does not succeed', async () => {
  await expect(run('no-such-program', [])).rejects.toThrow(/ENOENT/);
  expect(await succeeds('no-such-program', [])).toBe(false);
});

test('a pipeline fails with any of its parts, and takes parameters as they are', async () => {
  await expect(runPipeline('false | cat')).rejects.toThrow();
  expect(await runPipeline('printf %s "$1" | cat', '$(echo no) "quoted"')).toBe(
    '$(echo no) "quoted"',
  );
});

test('waiting ends with the first yes, or with the time', async () => {
  let asked = 0;
  expect(await waitFor(async () => ++asked === 3, 5, 1)).toBe(true);
  expect(asked).toBe(3);
  expect(await waitFor(async () => false, 0.02, 1)).toBe(false);
});

test('a process is alive or not', () => {
  expect([isAlive(process.pid), isAlive(999_999_999), isAlive(0)]).toEqual([true, false, false]);
});
